"""The station's ephemeris as a CCSDS Orbit Ephemeris Message (502.0-B-3, section 5), KVN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from itertools import pairwise
from typing import Literal

from hamsafar.domain.messages import EphemerisMessage, EphemerisMetadata, EphemerisSegment, Epoch, MessageHeader
from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.export.track import StateRow
from hamsafar.formats.ccsds.naming import ascii_lines, ascii_name, object_id
from hamsafar.formats.ccsds.oem import write_oem
from hamsafar.timeline import Instant

__all__ = ["OemFrame", "StateRow", "station_oem"]

OemFrame = Literal["TEME", "EME2000", "GCRF"]
_DEGREE = 7


def station_oem(plan: Plan, states: Sequence[StateRow], *, frame: OemFrame) -> bytes:
    """The states (km, km/s, UTC) as OEM text in ASCII, with comments that say what they rest on.

    CREATION_DATE is the day the plan is made for, so that the same plan gives the same bytes. Raises InputError for
    no states, a state that is not finite, or times that do not ascend.
    """
    if not states:
        raise InputError("an ephemeris needs at least one state")
    if any(later.instant <= earlier.instant for earlier, later in pairwise(states)):
        raise InputError("the states of an ephemeris must ascend in time")
    made = Instant.from_datetime(datetime.combine(plan.programme.now, time(), UTC))
    header = MessageHeader(comments=_basis(plan), creation_date=made, originator="HAMSAFAR")
    followed = len(states) > _DEGREE
    metadata = EphemerisMetadata(
        object_name=ascii_name(plan.programme.station.name),
        object_id=object_id(plan.trajectory.elements.designator),
        ref_frame=frame,
        start_time=Epoch(clock_ns=states[0].instant.tai_ns, time_system="UTC"),
        stop_time=Epoch(clock_ns=states[-1].instant.tai_ns, time_system="UTC"),
        interpolation="HERMITE" if followed else None,
        interpolation_degree=_DEGREE if followed else None,
    )
    segment = EphemerisSegment(
        metadata=metadata,
        clock_ns=[state.instant.tai_ns for state in states],
        position_km=[state.position_km for state in states],
        velocity_km_s=[state.velocity_km_s for state in states],
    )
    return write_oem(EphemerisMessage(header=header, segments=(segment,)))


def _basis(plan: Plan) -> tuple[str, ...]:
    trajectory = plan.trajectory
    texts = [f"Programme {plan.programme.title}", f"Made by Hamsafar {plan.provenance.hamsafar}"]
    texts.append(f"Elements of {trajectory.elements.name}, epoch {trajectory.elements.epoch.iso(3)}")
    if trajectory.basis == "far":
        texts.append("PROVISIONAL - basis far: the labelled reference trajectory, not a forecast")
        texts.append(trajectory.held_note)
    else:
        texts.append("Basis near: SGP4 from these elements")
    return tuple(line for text in texts for line in ascii_lines(text))
