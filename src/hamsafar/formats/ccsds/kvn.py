"""Keyword = value notation (CCSDS 502.0-B-3, section 7): lines ↔ messages in blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hamsafar.errors import InputError
from hamsafar.formats.ccsds.blocks import RawMessage, Row
from hamsafar.formats.ccsds.entries import Block, Entry, Place, Problems, one_line, shown
from hamsafar.formats.ccsds.tables import Section

LONGEST_LINE = 254  # characters (7.3.2)
VERSION = re.compile(r"CCSDS_([A-Z]{3})_VERS")
_NEW_LINE = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"\s*COMMENT(?:\s(.*))?", re.ASCII)
_ASSIGNMENT = re.compile(r"(\s*)([^\s=]+)\s*=\s*(.*)", re.ASCII)


def lines_of(text: str) -> list[str]:
    """The lines of a text, without a byte order mark."""
    return _NEW_LINE.split(text.removeprefix("\ufeff"))


def entry_of(line: str, number: int) -> Entry | None:
    """The entry of a line; None for a blank one. A line of neither kind has the keyword ''."""
    if not line.strip():
        return None
    match = _ASSIGNMENT.fullmatch(line)
    if match and match[2] != "COMMENT":
        return Entry(match[2], match[3].strip(), Place(number, len(match[1]) + 1), Place(number, match.start(3) + 1))
    start = Place(number, len(line) - len(line.lstrip()) + 1)
    match = _COMMENT.fullmatch(line)
    if match:
        return Entry("COMMENT", one_line(match[1] or ""), start, Place(number, max(match.start(1), 0) + 1))
    return Entry("", line.strip(), start, start)


def cut_kvn(
    text: str, kind: str, sections: Sequence[Section], problems: Problems, *, bare: bool = False
) -> list[RawMessage]:
    """The messages of a text, each in blocks. `bare`: catalogues may leave the header out.

    Blocks come in the standard's order; inside a block any order will do, and comments go with the block that they
    stand in or before.
    """
    cutter = _Cutter(kind, sections, problems, bare=bare)
    for line_number, line in enumerate(lines_of(text), 1):
        entry = entry_of(line, line_number)
        if entry is not None:
            cutter.take(entry)
    cutter.end()
    return cutter.messages


class _Cutter:
    """Puts entries into blocks, one after the other."""

    def __init__(self, kind: str, sections: Sequence[Section], problems: Problems, *, bare: bool) -> None:
        self.messages: list[RawMessage] = []
        self._kind, self._sections, self._problems, self._bare = kind, sections, problems, bare
        self._at = 0  # the section we are in
        self._block: Block | None = None
        self._comments: list[Entry] = []
        self._lost = False  # inside a message of another kind, or before any

    def take(self, entry: Entry) -> None:
        """Put one entry where it belongs."""
        if entry.keyword == "COMMENT":
            self._comments.append(entry)
        elif VERSION.fullmatch(entry.keyword):
            self._begin(entry)
        elif not entry.keyword:
            if not self._lost:
                what = f"should be KEYWORD = value or COMMENT text (got {shown(entry.text)})"
                self._problems.add(entry.place, what)
        else:
            self._assign(entry)

    def _begin(self, entry: Entry) -> None:
        self.end()
        found = VERSION.fullmatch(entry.keyword)
        self._lost = found is None or found[1] != self._kind
        if self._lost:
            self._problems.add(entry.place, f"is not an {self._kind}: should be CCSDS_{self._kind}_VERS", entry.keyword)
            return
        for comment in self._comments:
            self._problems.add(comment.place, "stands before the version, which begins a message", "COMMENT")
        self._comments = []
        self.messages.append(RawMessage(self._kind, entry.place, entry))
        self._at, self._block = -1, None

    def _assign(self, entry: Entry) -> None:
        if self._lost:
            return
        index = next((i for i, each in enumerate(self._sections) if each.has(entry.keyword)), None)
        again = bool(self.messages) and self.messages[-1].version is None and self._starts_again(entry)
        if not self.messages or again:
            if not self._bare or index is None:
                self._lost = True
                what = f"should be CCSDS_{self._kind}_VERS = ..., which begins an {self._kind}"
                self._problems.add(entry.place, f"{what} (got {shown(entry.keyword)})")
                return
            self.end()
            self.messages.append(RawMessage(self._kind, entry.place, None))
            self._at, self._block = -1, None
        if index is None:
            # The reader of the message says more about some of these; they stay in their place for it.
            self._here(entry)
            return
        self._into(index, entry)

    def _starts_again(self, entry: Entry) -> bool:
        """Whether a message without a header ends here: its object is named again."""
        return entry.keyword == "OBJECT_NAME" and any(block.find("OBJECT_NAME") for block in self.messages[-1].blocks)

    def _here(self, entry: Entry) -> None:
        if self._block is None:
            self._open(0, entry.place)
        assert self._block is not None
        self._settle()
        self._block.entries.append(entry)

    def _into(self, index: int, entry: Entry) -> None:
        section = self._sections[index]
        if index < self._at:
            title, here = section.title, self._sections[self._at].title
            what = f"belongs to {title}, which comes before {here} (line {self._opened_in()})"
            self._problems.add(entry.place, what, entry.keyword)
            return
        fresh = index > self._at or self._block is None
        if section.repeats and self._block is not None and not fresh:
            fresh = section.keys[0].keyword == entry.keyword or self._block.find(entry.keyword) is not None
        if fresh:
            self._open(index, entry.place)
        self._settle()
        assert self._block is not None
        self._block.entries.append(entry)

    def _opened_in(self) -> int:
        return self._block.place.line if self._block else 1

    def _open(self, index: int, place: Place) -> None:
        self._at = index
        self._block = Block(self._sections[index].tag, place)
        self.messages[-1].blocks.append(self._block)

    def _settle(self) -> None:
        assert self._block is not None
        self._block.comments += [comment.text for comment in self._comments]
        self._comments = []

    def end(self) -> None:
        """Close the message: comments at its very end go to the block they follow."""
        if self._comments and self._block is not None and not self._lost:
            self._settle()


# Writing


def comment_lines(comments: Iterable[str]) -> list[str]:
    """Comments as lines."""
    return [f"COMMENT {text}" if text else "COMMENT" for text in comments]


def row_lines(rows: Iterable[Row], *, units: bool) -> list[str]:
    """Assignments as lines, with their units in brackets where wanted."""
    made = [f"{keyword} = {text}" + (f" [{unit}]" if units and unit else "") for keyword, text, unit in rows]
    return [line.rstrip() for line in made]


def to_bytes(lines: Sequence[str]) -> bytes:
    """The lines as a file. InputError for a line KVN does not allow: beyond ASCII, or too long."""
    for line in lines:
        if not line.isascii():
            raise InputError(f"KVN carries printable ASCII only: {shown(line)}; write XML instead")
        if len(line) > LONGEST_LINE:
            raise InputError(f"a KVN line has at most {LONGEST_LINE} characters (got {len(line)}): {shown(line)}")
    return ("\n".join(lines) + "\n").encode("ascii")
