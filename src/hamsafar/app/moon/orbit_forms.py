"""A lunar orbit as text: JSON, CSV, CCSDS OEM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hamsafar.app.moon.asking import model_row
from hamsafar.app.moon.lifetime_json import impact_row
from hamsafar.app.moon.orbit import LunarOrbit
from hamsafar.domain.messages import EphemerisMessage, EphemerisMetadata, EphemerisSegment, Epoch, MessageHeader
from hamsafar.formats.ccsds.naming import ascii_lines, ascii_name
from hamsafar.formats.ccsds.oem import write_oem
from hamsafar.timeline import Instant

_AT_ONCE = 5_000
_STANDING = ("MOON_PA_INERTIAL", "MOON_ME_INERTIAL", "MOON_EQUATOR")


def json_pieces(found: LunarOrbit) -> Iterator[str]:
    """One document, state by state."""
    head: dict[str, Any] = {
        "mission": {"id": found.mission.id, "title": found.mission.title},
        "centre": "moon",
        "frame": found.frame,
        "elements_frame": "MOON_EQUATOR of date",
        "from": found.start.exact_iso(),
        "to": found.end.exact_iso(),
        "ended_by": found.ended_by,
        "impact": None if found.impact is None else impact_row(found.impact),
        "model": model_row(found.mission, found.degree),
        "assumed": list(found.assumed),
    }
    yield json.dumps(head, ensure_ascii=False, indent=1, allow_nan=False)[:-2] + ',\n "states": ['
    before = "\n"
    for time, r, v, elements in _rows(found):
        state = {"time": time, "position_km": r, "velocity_km_s": v, "elements": elements}
        yield f"{before}  {json.dumps(state, allow_nan=False)}"
        before = ",\n"
    yield "\n ]\n}\n"


def csv_pieces(found: LunarOrbit) -> Iterator[str]:
    """RFC 4180 with a header; the frame is in the names of the columns."""
    frame = found.frame.lower()
    axes = [f"{axis}_{frame}_km" for axis in "xyz"] + [f"v{axis}_{frame}_km_s" for axis in "xyz"]
    yield ",".join(["time", *axes, *_names()]) + "\r\n"
    for time, r, v, elements in _rows(found):
        yield ",".join([time, *(repr(number) for number in (*r, *v, *elements.values()))]) + "\r\n"


def _names() -> tuple[str, ...]:
    return (
        "semi_major_axis_km",
        "eccentricity",
        "inclination_deg",
        "node_deg",
        "argument_of_periapsis_deg",
        "true_anomaly_deg",
    )


def _rows(found: LunarOrbit) -> Iterator[tuple[str, list[float], list[float], dict[str, float]]]:
    names = _names()
    for first in range(0, len(found), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        columns = [getattr(found.elements, name)[some].tolist() for name in names]
        states = (found.tai_ns[some].tolist(), found.position_km[some].tolist(), found.velocity_km_s[some].tolist())
        for ns, r, v, *elements in zip(*states, *columns, strict=True):
            told = {name: round(value, 8) for name, value in zip(names, elements, strict=True)}
            yield Instant(ns).exact_iso(), r, v, told


def oem_pieces(found: LunarOrbit) -> Iterator[str]:
    """A CCSDS OEM (KVN) about the Moon. Axes that stand still carry the epoch at which they were frozen."""
    standing = found.frame in _STANDING
    comments = ("Made by Hamsafar", *(f"Assumed: {one}" for one in found.assumed))
    header = MessageHeader(
        comments=tuple(line for text in comments for line in ascii_lines(text)),
        creation_date=Instant.from_datetime(datetime.now(UTC).replace(microsecond=0)),
        originator="HAMSAFAR",
    )
    metadata = EphemerisMetadata(
        object_name=ascii_name(found.mission.title),
        object_id=ascii_name(found.mission.id),
        center_name="MOON",
        ref_frame=found.frame,
        ref_frame_epoch=_epoch(found.mission.state.epoch) if standing else None,
        start_time=_epoch(Instant(int(found.tai_ns[0]))),
        stop_time=_epoch(Instant(int(found.tai_ns[-1]))),
    )
    segment = EphemerisSegment(
        metadata=metadata,
        clock_ns=found.tai_ns,
        position_km=found.position_km,
        velocity_km_s=found.velocity_km_s,
    )
    yield write_oem(EphemerisMessage(header=header, segments=(segment,))).decode("ascii")


def _epoch(moment: Instant) -> Epoch:
    return Epoch(clock_ns=moment.tai_ns, time_system="UTC")
