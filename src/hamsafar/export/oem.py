"""The station's ephemeris as a CCSDS Orbit Ephemeris Message, version 2.0, KVN (502.0-B-3, section 5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from itertools import pairwise
from math import isfinite
from typing import Literal

from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.export.track import StateRow

__all__ = ["OemFrame", "StateRow", "station_oem"]

OemFrame = Literal["TEME", "EME2000", "GCRF"]
_LONGEST_TEXT = 200  # characters; a KVN line may have 254 (7.3.2)
_LAGRANGE_DEGREE = 7


def station_oem(plan: Plan, states: Sequence[StateRow], *, frame: OemFrame) -> bytes:
    """The states (km, km/s, UTC) as OEM text in ASCII, with comments that say what they rest on.

    CREATION_DATE is the day the plan is made for, so that the same plan gives the same bytes. Raises InputError for
    no states, a state that is not finite, or times that do not ascend.
    """
    _check(states)
    lines = ["CCSDS_OEM_VERS = 2.0", *_basis(plan)]
    lines += [
        f"CREATION_DATE = {datetime.combine(plan.programme.now, time()).isoformat()}",
        "ORIGINATOR = HAMSAFAR",
        "",
        "META_START",
        f"OBJECT_NAME = {_ascii(plan.programme.station.name) or 'UNKNOWN'}",
        f"OBJECT_ID = {object_id(plan.trajectory.elements.designator)}",
        "CENTER_NAME = EARTH",
        f"REF_FRAME = {frame}",
        "TIME_SYSTEM = UTC",
        f"START_TIME = {_time(states[0])}",
        f"STOP_TIME = {_time(states[-1])}",
    ]
    if len(states) > _LAGRANGE_DEGREE:
        lines += ["INTERPOLATION = LAGRANGE", f"INTERPOLATION_DEGREE = {_LAGRANGE_DEGREE}"]
    lines += ["META_STOP", "", *(_row(state) for state in states)]
    return ("\n".join(lines) + "\n").encode("ascii")


def object_id(designator: str) -> str:
    """`2021-035A`, from that or from the short form of TLEs (`21035A`); UNKNOWN where it is neither."""
    match = re.fullmatch(r"\s*(\d{4})-(\d{3})([A-Z]{1,3})\s*", designator, re.ASCII)
    if match:
        return f"{match[1]}-{match[2]}{match[3]}"
    match = re.fullmatch(r"\s*(\d{2})(\d{3})([A-Z]{1,3})\s*", designator, re.ASCII)
    if not match:
        return "UNKNOWN"
    century = "19" if int(match[1]) >= 57 else "20"  # the first satellite flew in 1957
    return f"{century}{match[1]}-{match[2]}{match[3]}"


def _basis(plan: Plan) -> list[str]:
    trajectory = plan.trajectory
    texts = [f"Programme {plan.programme.title}", f"Made by Hamsafar {plan.provenance.hamsafar}"]
    texts.append(f"Elements of {trajectory.elements.name}, epoch {trajectory.elements.epoch.iso(3)}")
    if trajectory.basis == "far":
        texts.append("PROVISIONAL - basis far: the labelled reference trajectory, not a forecast")
        texts.append(trajectory.held_note)
    else:
        texts.append("Basis near: SGP4 from these elements")
    return [f"COMMENT {text}" for text in map(_ascii, texts) if text]


def _ascii(text: str) -> str:
    """One line of printable ASCII; the message allows nothing else."""
    return " ".join("".join(c if " " <= c <= "~" else " " for c in text).split())[:_LONGEST_TEXT]


def _time(state: StateRow) -> str:
    return state.instant.iso(6).removesuffix("Z")


def _row(state: StateRow) -> str:
    position = " ".join(f"{value:.6f}" for value in state.position_km)
    return f"{_time(state)} {position} " + " ".join(f"{value:.9f}" for value in state.velocity_km_s)


def _check(states: Sequence[StateRow]) -> None:
    if not states:
        raise InputError("an ephemeris needs at least one state")
    if any(not isfinite(value) for state in states for value in (*state.position_km, *state.velocity_km_s)):
        raise InputError("a state of the ephemeris is not finite")
    if any(later.instant <= earlier.instant for earlier, later in pairwise(states)):
        raise InputError("the states of an ephemeris must ascend in time")
