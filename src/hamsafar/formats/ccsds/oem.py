"""Orbit Ephemeris Messages (CCSDS 502.0-B-3, section 5, and B-2): KVN and XML ↔ EphemerisMessage.

States are read in bulk: a hundred thousand take about a second.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

import numpy as np

from hamsafar.domain.messages import (
    EphemerisMessage,
    EphemerisSegment,
    MessageHeader,
    OrbitMetadata,
    covariance_faults,
    segment_faults,
)
from hamsafar.errors import InputError
from hamsafar.formats.ccsds.blocks import (
    RawMessage,
    build,
    check_version,
    read_block,
    read_comments,
    read_version,
    rows_of,
    same_time_system,
    time_system_of,
)
from hamsafar.formats.ccsds.entries import Block, Problems, Stop
from hamsafar.formats.ccsds.kvn import comment_lines, row_lines, to_bytes
from hamsafar.formats.ccsds.oem_cut import RawSegment, cut_oem_kvn, cut_oem_xml
from hamsafar.formats.ccsds.sniff import form_of
from hamsafar.formats.ccsds.tables import HEADER, OEM_COVARIANCE, OEM_METADATA
from hamsafar.formats.ccsds.times import read_clocks, write_clocks, write_epoch
from hamsafar.formats.ccsds.xml_tree import comment_elements, document, root_tag, row_elements, wrapped

MessageForm = Literal["kvn", "xml"]
_AXES = ("X", "Y", "Z")
_STATE_KEYS = tuple(
    (f"{axis}{dots}", unit) for dots, unit in (("", "km"), ("_DOT", "km/s"), ("_DDOT", "km/s**2")) for axis in _AXES
)


def read_oem(text: str, *, where: str) -> EphemerisMessage:
    """The one message of a text in KVN or XML; the form is told from the text.

    `where` names the text (a file) and begins the place of every error, `where:line:column KEYWORD`. Times of any
    time system are read; a segment's `tai_ns` needs one that is defined exactly. Comments inside the data go to the
    segment. Raises InputErrors with every error found, and for a text with more than one message or object.
    """
    problems = Problems(where)
    message = None
    try:
        cut = cut_oem_xml if form_of(text) == "xml" else cut_oem_kvn
        raw, segments = cut(text, problems)
        message = _message(raw, segments, problems)
    except Stop:
        pass
    problems.done()
    assert message is not None
    return message


def _message(raw: RawMessage, raws: list[RawSegment], problems: Problems) -> EphemerisMessage | None:
    before = len(problems)
    version = read_version(raw, problems)
    header_block = raw.one(HEADER, problems) or Block(HEADER.tag, raw.place)
    header = read_block(HEADER, header_block, problems, time_system="UTC", version=version)
    if not raws and len(problems) == before:
        problems.add(raw.place, "holds no segment of states")
    segments = [_segment(each, problems) for each in raws]
    _check_one_object(raws, problems)
    if len(problems) or header is None:
        return None
    made = MessageHeader(version=version, **header)
    try:
        return EphemerisMessage(header=made, segments=tuple(each for each in segments if each is not None))
    except InputError as problem:
        problems.add(raw.place, problem.what)
        return None


def _check_one_object(raws: list[RawSegment], problems: Problems) -> None:
    for keyword in ("OBJECT_ID", "TIME_SYSTEM"):
        first = raws[0].metadata.find(keyword) if raws else None
        for each in raws[1:]:
            entry = each.metadata.find(keyword)
            if first and entry and entry.text.strip().upper() != first.text.strip().upper():
                what = f"differs from the first segment's: {first.text.strip()[:40]} there, {entry.text.strip()[:40]}"
                problems.add(entry.value_place, f"{what} here; one message is about one", keyword)


def _segment(raw: RawSegment, problems: Problems) -> EphemerisSegment | None:
    before = len(problems)
    system = time_system_of(raw.metadata)
    values = read_block(OEM_METADATA, raw.metadata, problems, time_system=system)
    comments = read_comments(Block("data", raw.place, raw.comments), problems)
    covariances = [read_block(OEM_COVARIANCE, block, problems, time_system=system) for block in raw.covariances]
    clock_ns = _clocks(raw, system, problems)
    if not raw.epochs and len(problems) == before:
        problems.add(raw.place, "holds no states")
    if len(problems) > before or values is None:
        return None
    values["time_system"] = system
    metadata = build(OEM_METADATA, values)
    for keyword, what in segment_faults(metadata, clock_ns[0], clock_ns[-1]):
        entry = raw.metadata.find(keyword)
        problems.add(entry.value_place if entry else raw.place, what, keyword)
    made = [build(OEM_COVARIANCE, each) for each in covariances]
    for index, what in covariance_faults(metadata, made):
        said = f"covariances {what} (got {write_epoch(made[index].epoch)})"
        problems.add(raw.covariances[index].place, said, "EPOCH")
    if len(problems) > before:
        return None
    numbers = np.array(raw.numbers, dtype=np.float64).reshape(len(clock_ns), -1)
    return EphemerisSegment(
        metadata=metadata,
        comments=comments,
        clock_ns=clock_ns,
        position_km=numbers[:, :3],
        velocity_km_s=numbers[:, 3:6],
        acceleration_km_s2=numbers[:, 6:] if numbers.shape[1] == 9 else None,
        covariances=tuple(made),
    )


def _clocks(raw: RawSegment, system: str, problems: Problems) -> list[int]:
    """The epochs of the states on their clock; errors for those that never happen and those out of order."""
    found = read_clocks(raw.epochs, system)
    for index, problem in found.wrong:
        problems.add(raw.epoch_places(index), problem.what, "EPOCH")
    if not found.wrong:
        for index, (earlier, later) in enumerate(pairwise(found.clocks_ns), 1):
            if later <= earlier:
                what = f"states should ascend in time: {raw.epochs[index][:40]} does not come after the one before it"
                problems.add(raw.epoch_places(index), what, "EPOCH")
    return found.clocks_ns


# Writing


def write_oem(message: EphemerisMessage, *, form: MessageForm = "kvn") -> bytes:
    """The message as a file; `read_oem` gives it back equal.

    Raises InputError for what the form cannot carry (KVN: ASCII, 254 characters a line), and for a header without
    CREATION_DATE or ORIGINATOR.
    """
    check_version(message.header, "OEM")
    if message.header.creation_date is None or message.header.originator is None:
        raise InputError("an OEM needs CREATION_DATE and ORIGINATOR")
    for segment in message.segments:
        same_time_system(segment.metadata.time_system, (("REF_FRAME_EPOCH", segment.metadata.ref_frame_epoch),))
    return document([_xml_lines(message)]) if form == "xml" else to_bytes(_plain_lines(message))


def _plain_lines(message: EphemerisMessage) -> list[str]:
    header = message.header
    lines = [f"CCSDS_OEM_VERS = {header.version}", *comment_lines(header.comments)]
    lines += row_lines(rows_of(HEADER, header), units=False)
    for segment in message.segments:
        lines += ["", "META_START", *comment_lines(segment.metadata.comments)]
        lines += [*row_lines(rows_of(OEM_METADATA, segment.metadata), units=False), "META_STOP", ""]
        lines += comment_lines(segment.comments)
        epochs, numbers = _columns(segment)
        lines += [f"{epoch} {' '.join(map(repr, row))}" for epoch, row in zip(epochs, numbers, strict=True)]
        if segment.covariances:
            lines += ["", "COVARIANCE_START"]
            for each in segment.covariances:
                lines += [*comment_lines(each.comments), f"EPOCH = {write_epoch(each.epoch)}"]
                lines += [f"COV_REF_FRAME = {each.ref_frame}"] if each.ref_frame else []
                rows = [each.lower[i * (i + 1) // 2 : (i + 1) * (i + 2) // 2] for i in range(6)]
                lines += [" ".join(repr(float(value)) for value in row) for row in rows]
            lines.append("COVARIANCE_STOP")
    return lines


def _columns(segment: EphemerisSegment) -> tuple[list[str], list[list[float]]]:
    """Texts of the epochs, and the numbers of each state in the standard's order."""
    vectors = [segment.position_km, segment.velocity_km_s]
    if segment.acceleration_km_s2 is not None:
        vectors.append(segment.acceleration_km_s2)
    numbers: list[list[float]] = np.concatenate(vectors, axis=1).tolist()
    return write_clocks(segment.clock_ns.tolist(), segment.metadata.time_system), numbers


def _xml_lines(message: EphemerisMessage) -> list[str]:
    header = message.header
    head = [*comment_elements(header.comments, "    "), *row_elements(rows_of(HEADER, header), "    ")]
    body: list[str] = []
    for segment in message.segments:
        body += wrapped("segment", _xml_segment(segment), "    ")
    lines = [root_tag("OEM", header.version, alone=True), *wrapped("header", head, "  ")]
    return [*lines, *wrapped("body", body, "  "), "</oem>"]


def _xml_segment(segment: EphemerisSegment) -> list[str]:
    metadata: OrbitMetadata = segment.metadata
    meta = [*comment_elements(metadata.comments, " " * 8), *row_elements(rows_of(OEM_METADATA, metadata), " " * 8)]
    data = comment_elements(segment.comments, " " * 8)
    epochs, numbers = _columns(segment)
    deep = " " * 10
    shape = "\n".join(f'{deep}<{key} units="{unit}">%s</{key}>' for key, unit in _STATE_KEYS[: len(numbers[0])])
    shape = f"        <stateVector>\n{deep}<EPOCH>%s</EPOCH>\n{shape}\n        </stateVector>"
    data += [shape % (epoch, *map(repr, row)) for epoch, row in zip(epochs, numbers, strict=True)]
    for each in segment.covariances:
        rows: list[Any] = [*comment_elements(each.comments, deep), *row_elements(rows_of(OEM_COVARIANCE, each), deep)]
        data += wrapped("covarianceMatrix", rows, " " * 8)
    return [*wrapped("metadata", meta, "      "), *wrapped("data", data, "      ")]
