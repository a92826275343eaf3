"""OEM texts cut into segments: metadata and covariances in blocks, the states as bare columns."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import Factory, define

from hamsafar.formats.ccsds.blocks import RawMessage
from hamsafar.formats.ccsds.entries import Block, Entry, Place, Problems, Stop, number, shown
from hamsafar.formats.ccsds.kvn import VERSION, entry_of, lines_of
from hamsafar.formats.ccsds.tables import COVARIANCE_KEYS, HEADER, OEM_METADATA
from hamsafar.formats.ccsds.xml_tree import (
    Node,
    block_of,
    comments_of,
    messages_in,
    parts,
    raw_head,
    read_tree,
    single,
)

_UNITS = ("km",) * 3 + ("km/s",) * 3 + ("km/s**2",) * 3
_KEYS = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT", "X_DDOT", "Y_DDOT", "Z_DDOT")
_SIX, _NINE = ["EPOCH", *_KEYS[:6]], ["EPOCH", *_KEYS]
_USUAL = ([None, *_UNITS[:6]], [None] * 7)
_USUAL_WITH_ACCELERATIONS = ([None, *_UNITS], [None] * 10)
_MARKERS = ("META_START", "META_STOP", "COVARIANCE_START", "COVARIANCE_STOP")
_FIELD = re.compile(r"\S+")
_ROW_ENDS = {(i + 1) * (i + 2) // 2 for i in range(6)}


@define(slots=True)
class RawSegment:
    """One segment: its metadata, the texts of its epochs, six or nine numbers for each, its covariances."""

    place: Place
    metadata: Block
    epoch_places: Callable[[int], Place]
    comments: list[str] = Factory(list)
    epochs: list[str] = Factory(list)
    numbers: list[list[float]] = Factory(list)
    covariances: list[Block] = Factory(list)


def cut_oem_kvn(text: str, problems: Problems) -> tuple[RawMessage, list[RawSegment]]:
    """The message of a KVN text and its segments. Stop, with the error noted, where it is none."""
    cutter = _Cutter(problems)
    take_state = cutter.take_state
    for line_number, line in enumerate(lines_of(text), 1):
        if line[:1].isdigit() and cutter.in_data:
            take_state(line, line_number)
        elif line.strip():
            cutter.take(line, line_number)
    return cutter.end()


class _Cutter:
    """Takes the lines of a KVN text one after the other."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._raw: RawMessage | None = None
        self._segments: list[RawSegment] = []
        self._lines: list[list[int]] = []  # of the states of each segment
        self._block: Block | None = None  # that takes assignments
        self._in = "header"  # or metadata, data, covariance
        self._comments: list[str] = []  # inside a covariance, before its epoch
        self._broken = False  # the covariance matrix we are in: its error is noted
        self._last = Place(1, 1)

    @property
    def in_data(self) -> bool:
        """Whether a line of numbers is a state."""
        return self._in == "data"

    def take(self, line: str, line_number: int) -> None:
        """Any line but a state."""
        entry = entry_of(line, line_number)
        assert entry is not None
        self._last = entry.place
        if self._raw is None:
            self._begin(entry)
        elif VERSION.fullmatch(entry.keyword):
            self._problems.add(entry.place, "begins a second message, where one OEM is meant", entry.keyword)
            raise Stop
        elif entry.keyword == "COMMENT":
            self._comment(entry.text)
        elif entry.keyword:
            self._assign(entry)
        elif entry.text in _MARKERS:
            self._mark(entry)
        elif self._in == "data":
            self.take_state(line, line_number)
        elif self._in == "covariance":
            self._covariance_row(line, line_number)
        elif self._in == "metadata" and entry.text[0].isdigit():
            self._problems.add(entry.place, "a state stands in the metadata: META_STOP is missing before it")
            self._in, self._block = "data", None
            self.take_state(line, line_number)
        else:
            what = f"should be KEYWORD = value, COMMENT text or META_START (got {shown(entry.text)})"
            self._problems.add(entry.place, what)

    def _begin(self, entry: Entry) -> None:
        if entry.keyword != "CCSDS_OEM_VERS":
            what = f"should be CCSDS_OEM_VERS = ..., which begins an OEM (got {shown(entry.keyword or entry.text)})"
            self._problems.add(entry.place, what)
            raise Stop
        self._raw = RawMessage("OEM", entry.place, entry)
        self._block = Block(HEADER.tag, entry.place)
        self._raw.blocks.append(self._block)

    def _comment(self, text: str) -> None:
        if self._in == "data":
            self._segments[-1].comments.append(text)
        elif self._in == "covariance":
            self._comments.append(text)
        elif self._block is not None:
            self._block.comments.append(text)

    def _mark(self, entry: Entry) -> None:
        wanted = {"META_START": ("header", "data"), "META_STOP": ("metadata",), "COVARIANCE_START": ("data",)}
        if self._in not in wanted.get(entry.text, ("covariance",)):
            self._problems.add(entry.place, f"is out of its place, in the {self._in}", entry.text)
            if entry.text != "META_START":
                return
        if entry.text == "META_START":
            self._close_covariance()
            self._block = Block(OEM_METADATA.tag, entry.place)
            lines: list[int] = []
            self._lines.append(lines)
            segment = RawSegment(entry.place, self._block, lambda index: Place(lines[index], 1))
            self._segments.append(segment)
            self._in = "metadata"
        elif entry.text == "COVARIANCE_START":
            if self._segments[-1].covariances:
                self._problems.add(entry.place, "stands twice in one segment", entry.text)
            self._in, self._block = "covariance", None
        else:
            self._close_covariance()
            self._in, self._block = "data", None

    def _assign(self, entry: Entry) -> None:
        if self._in == "covariance" and entry.keyword == "EPOCH":
            self._check_size()
            self._block = Block("covarianceMatrix", entry.place, self._comments)
            self._comments, self._broken = [], False
            self._segments[-1].covariances.append(self._block)
        if self._block is None:
            what = "is no keyword of the data: a state is a line EPOCH X Y Z X_DOT Y_DOT Z_DOT"
            if self._in == "covariance":
                what, self._broken = "stands before the EPOCH of its covariance matrix", True
            self._problems.add(entry.place, what, entry.keyword)
            return
        self._block.entries.append(entry)

    def take_state(self, line: str, line_number: int) -> None:
        """A line of an epoch and six or nine numbers."""
        segment = self._segments[-1]
        fields = line.split()
        if len(fields) in (7, 10) and line.isascii() and "_" not in line:
            try:
                numbers = list(map(float, fields[1:]))
            except ValueError:
                numbers = self._slowly(line, line_number)
            else:
                if not sum(map(abs, numbers)) < 1e300:  # not finite, or near it
                    numbers = self._slowly(line, line_number)
        else:
            numbers = self._slowly(line, line_number)
        if segment.numbers and numbers and len(numbers) != len(segment.numbers[0]):
            what = f"has {len(numbers)} numbers, but the states before it have {len(segment.numbers[0])}"
            self._problems.add(Place(line_number, 1), what)
            return
        if numbers:
            segment.epochs.append(fields[0])
            segment.numbers.append(numbers)
            self._lines[-1].append(line_number)

    def _slowly(self, line: str, line_number: int) -> list[float]:
        """The numbers of a state, each with its error; empty where one is wrong."""
        fields = [(match[0], Place(line_number, match.start() + 1)) for match in _FIELD.finditer(line)]
        if len(fields) not in (7, 10):
            what = f"should be an epoch and 6 numbers, or 9 with accelerations (got {len(fields)} fields)"
            self._problems.add(fields[0][1], what)
            return []
        found = [
            number(Entry(key, text, place, place), "", self._problems)
            for key, (text, place) in zip(_KEYS, fields[1:], strict=False)
        ]
        return [value for value in found if value is not None] if None not in found else []

    def _covariance_row(self, line: str, line_number: int) -> None:
        start = Place(line_number, len(line) - len(line.lstrip()) + 1)
        if self._broken:
            return
        if self._block is None:
            self._problems.add(start, "stands before the EPOCH of its covariance matrix")
            self._broken = True
            return
        had = self._terms()
        fields = [(match[0], Place(line_number, match.start() + 1)) for match in _FIELD.finditer(line)]
        for key, (text, place) in zip(COVARIANCE_KEYS[had:], fields, strict=False):
            self._block.entries.append(Entry(key.keyword, text, place, place))
        total = had + len(fields)
        self._broken = total not in _ROW_ENDS
        if total > len(COVARIANCE_KEYS):
            self._problems.add(start, f"gives its covariance matrix {total} terms; it has {len(COVARIANCE_KEYS)}")
        elif self._broken:
            row = next(i for i in range(1, 7) if had < i * (i + 1) // 2)
            self._problems.add(start, f"row {row} of a covariance matrix has {row} terms (got {len(fields)})")

    def _terms(self) -> int:
        assert self._block is not None
        return sum(entry.keyword not in ("EPOCH", "COV_REF_FRAME") for entry in self._block.entries)

    def _check_size(self) -> None:
        if self._in != "covariance" or self._block is None:
            return
        if self._broken:
            self._segments[-1].covariances.pop()
        elif self._terms() < len(COVARIANCE_KEYS):
            what = f"has {self._terms()} terms of its {len(COVARIANCE_KEYS)}: six rows, lower triangle"
            self._problems.add(self._block.place, what, "EPOCH")
            self._segments[-1].covariances.pop()

    def _close_covariance(self) -> None:
        if self._in != "covariance":
            return
        self._check_size()
        if self._block is not None:
            self._block.comments += self._comments
        elif not self._segments[-1].covariances:
            self._problems.add(self._last, "the covariance block holds no matrix", "COVARIANCE_START")
        self._comments, self._broken = [], False

    def end(self) -> tuple[RawMessage, list[RawSegment]]:
        """The message; an error where a block is still open."""
        if self._raw is None:
            self._problems.add(Place(1, 1), "holds no OEM")
            raise Stop
        if self._in == "metadata":
            self._problems.add(self._last, "the metadata has no META_STOP")
            raise Stop
        if self._in == "covariance":
            self._problems.add(self._last, "the covariance block has no COVARIANCE_STOP")
            self._close_covariance()
        return self._raw, self._segments


# XML


def cut_oem_xml(text: str, problems: Problems) -> tuple[RawMessage, list[RawSegment]]:
    """The message of an XML text and its segments. Stop, with the error noted, where it is none."""
    nodes = messages_in(read_tree(text, problems), "OEM", problems)
    for extra in nodes[1:]:
        problems.add(extra.place, "begins a second OEM, where one is meant")
    if not nodes:
        raise Stop
    raw = raw_head(nodes[0], "OEM", problems)
    top = single(nodes[0], ("header", "body"), problems)
    if "header" in top:
        raw.blocks.append(block_of(top["header"], problems))
    segments = [
        _xml_segment(node, problems) for node in (parts(top["body"], ("segment",), problems) if "body" in top else ())
    ]
    return raw, segments


def _xml_segment(node: Node, problems: Problems) -> RawSegment:
    inside = single(node, ("metadata", "data"), problems)
    metadata = block_of(inside["metadata"], problems) if "metadata" in inside else Block(OEM_METADATA.tag, node.place)
    offsets: list[int] = []
    segment = RawSegment(node.place, metadata, lambda index: node.source.place(offsets[index]))
    if "data" not in inside:
        return segment
    segment.place = inside["data"].place
    for child in parts(inside["data"], ("COMMENT", "stateVector", "covarianceMatrix"), problems):
        if child.tag == "stateVector":
            numbers = _xml_numbers(child, problems)
            if segment.numbers and numbers and len(numbers) != len(segment.numbers[0]):
                what = f"has {len(numbers)} numbers, but the states before it have {len(segment.numbers[0])}"
                problems.add(child.place, what, "<stateVector>")
            elif numbers:
                at = 4 * child.leaves[::4].index("EPOCH")
                segment.epochs.append(child.leaves[at + 1].strip())
                segment.numbers.append(numbers)
                offsets.append(child.leaves[at + 3])
        elif child.tag == "COMMENT":
            segment.comments += comments_of(child)
        else:
            segment.covariances.append(block_of(child, problems))
    return segment


def _xml_numbers(node: Node, problems: Problems) -> list[float]:
    """The numbers of a state vector in order; empty, with the errors noted, where one is wrong."""
    tags, texts, units = node.leaves[::4], node.leaves[1::4], node.leaves[2::4]
    plain = (tags == _SIX and units in _USUAL) or (tags == _NINE and units in _USUAL_WITH_ACCELERATIONS)
    joined = "".join(texts)
    if not (plain and joined.isascii() and "_" not in joined) or (node.text and not node.text.isspace()):
        return _slow_numbers(node, problems)
    try:
        numbers = list(map(float, texts[1:]))
    except ValueError:
        return _slow_numbers(node, problems)
    return numbers if sum(map(abs, numbers)) < 1e300 else _slow_numbers(node, problems)


def _slow_numbers(node: Node, problems: Problems) -> list[float]:
    block = block_of(node, problems)
    if block.comments:
        problems.add(node.place, "comments stand before the state vectors, not in them", "COMMENT")
    found: dict[str, float | None] = {}
    for entry in block.entries:
        if entry.keyword in found:
            problems.add(entry.place, "stands twice in one state vector", entry.keyword)
        elif entry.keyword == "EPOCH":
            found["EPOCH"] = 0.0
        elif entry.keyword in _KEYS:
            found[entry.keyword] = number(entry, _UNITS[_KEYS.index(entry.keyword)], problems)
        else:
            problems.add(entry.place, "is not a keyword of a state vector", entry.keyword)
    wanted = _NINE if any(key in found for key in _KEYS[6:]) else _SIX
    for key in wanted:
        if key not in found:
            problems.add(node.place, "is missing from a state vector", key)
    values = [found.get(key) for key in wanted[1:]]
    if "EPOCH" not in found or None in values:
        return []
    return [value for value in values if value is not None]
