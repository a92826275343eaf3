"""States as text, piece by piece, so that millions of them need no more room than their numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from hamsafar.app.ephemeris import Ephemeris
from hamsafar.domain.messages import EphemerisMessage, EphemerisMetadata, EphemerisSegment, Epoch, MessageHeader
from hamsafar.errors import InputError
from hamsafar.formats.ccsds.naming import ascii_lines, ascii_name, object_id
from hamsafar.formats.ccsds.oem import write_oem
from hamsafar.timeline import Instant

StateForm: TypeAlias = Literal["json", "csv", "oem"]
_AT_ONCE = 5_000
_REF_FRAMES = {"GCRS": "GCRF", "ITRS": "ITRF2020"}  # the realisation that today's Earth orientation tables belong to


def form_of(asked: str | None, file_name: str | None) -> StateForm:
    """The form asked for; if none is, the one that a file's name ends in, else json. The two may not contradict."""
    ending = None if file_name is None or "." not in file_name else file_name.rsplit(".", 1)[1].lower()
    wanted = asked or (ending if file_name is not None else "json")
    for form in get_args(StateForm):
        if wanted is not None and wanted.lower() == form:
            known: StateForm = form
            if ending is not None and ending != known and ending in get_args(StateForm):
                raise InputError(f"is {known}, but --out {file_name} names {ending}; make them agree", where="--format")
            return known
    forms = ", ".join(get_args(StateForm))
    if asked is None:
        raise InputError(f"does not say its form by its name's end ({forms}); say --format", where=f"--out {file_name}")
    raise InputError(f"should be one of {forms} (got {asked!r})", where="--format")


def pieces(answer: Ephemeris, form: StateForm) -> Iterator[str]:
    """The text of an answer in a form; every number reads back equal."""
    makers: dict[StateForm, Callable[[Ephemeris], Iterator[str]]] = {"json": _json, "csv": _csv, "oem": _oem}
    return makers[form](answer)


def _json(answer: Ephemeris) -> Iterator[str]:
    head: dict[str, Any] = {
        "object": {"name": answer.name, "norad": answer.norad},
        "frame": answer.frame,
        "unknown": [{"from": span.start.exact_iso(), "to": span.end.exact_iso()} for span in answer.unknown],
        "warnings": list(answer.warnings),
    }
    yield json.dumps(head, ensure_ascii=False, indent=1, allow_nan=False)[:-2] + ',\n "states": ['
    before = "\n"
    for time, r, v, epoch in _rows(answer):
        state = {"time": time, "position_km": r, "velocity_km_s": v, "elements_epoch": epoch}
        yield f"{before}  {json.dumps(state, allow_nan=False)}"
        before = ",\n"
    yield "\n ]\n}\n"


def _csv(answer: Ephemeris) -> Iterator[str]:
    """RFC 4180 with a header; the frame is in the names of the columns."""
    frame = answer.frame.lower()
    axes = [f"{axis}_{frame}_km" for axis in "xyz"] + [f"v{axis}_{frame}_km_s" for axis in "xyz"]
    yield ",".join(["time", *axes, "elements_epoch"]) + "\r\n"
    for time, r, v, epoch in _rows(answer):
        yield f"{time},{r[0]!r},{r[1]!r},{r[2]!r},{v[0]!r},{v[1]!r},{v[2]!r},{epoch or ''}\r\n"


def _rows(answer: Ephemeris) -> Iterator[tuple[str, list[float], list[float], str | None]]:
    epochs = [None if epoch is None else epoch.exact_iso() for epoch in answer.epochs]
    for first in range(0, len(answer), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        columns = (answer.tai_ns[some], answer.position_km[some], answer.velocity_km_s[some], answer.elements_of[some])
        for ns, r, v, of in zip(*(column.tolist() for column in columns), strict=True):
            yield Instant(ns).exact_iso(), r, v, epochs[of]


def _oem(answer: Ephemeris) -> Iterator[str]:
    """A CCSDS OEM (KVN): a segment for each element set, and from each break on, as nothing joins their states."""
    if not len(answer):
        raise InputError("there are no states to write: nothing is known of the path in this interval")
    comments = ("Made by Hamsafar", *answer.warnings)
    now = Instant.from_datetime(datetime.now(UTC).replace(microsecond=0))
    header = MessageHeader(
        comments=tuple(line for text in comments for line in ascii_lines(text)),
        creation_date=now,
        originator="HAMSAFAR",
    )
    segments = tuple(_segment(answer, first, last) for first, last in _runs(answer))
    yield write_oem(EphemerisMessage(header=header, segments=segments)).decode("ascii")


def _runs(answer: Ephemeris) -> Iterator[tuple[int, int]]:
    """First and last state of each stretch of one element set without a break; a state on a break begins the next."""
    breaks_ns = np.array([moment.tai_ns for moment in answer.breaks], dtype=np.int64)
    broken = np.diff(answer.elements_of) != 0
    broken |= np.diff(np.searchsorted(breaks_ns, answer.tai_ns, side="right")) != 0
    edges = [0, *(np.flatnonzero(broken) + 1).tolist(), len(answer)]
    for first, after in pairwise(edges):
        yield first, after - 1


def _segment(answer: Ephemeris, first: int, last: int) -> EphemerisSegment:
    states, epoch = slice(first, last + 1), answer.epochs[int(answer.elements_of[first])]
    metadata = EphemerisMetadata(
        object_name=ascii_name(answer.name),
        object_id=answer.designator if epoch is None else object_id(answer.designator),
        ref_frame=_REF_FRAMES.get(answer.frame, answer.frame),
        start_time=Epoch(clock_ns=int(answer.tai_ns[first]), time_system="UTC"),
        stop_time=Epoch(clock_ns=int(answer.tai_ns[last]), time_system="UTC"),
    )
    return EphemerisSegment(
        metadata=metadata,
        comments=() if epoch is None else (f"SGP4 from elements of {epoch.exact_iso()}",),
        clock_ns=answer.tai_ns[states],
        position_km=answer.position_km[states],
        velocity_km_s=answer.velocity_km_s[states],
    )
