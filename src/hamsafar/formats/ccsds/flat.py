"""OMM as catalogues publish it, flat: JSON (one object, or an array of them) and CSV with a header row.

JSON is read by a scanner of our own, because an error needs its line and column. Nothing is nested but a list of
comments, so nothing can nest deeply.
"""

from __future__ import annotations

import csv
import io
import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs leave it out

from hamsafar.formats.ccsds.blocks import RawMessage
from hamsafar.formats.ccsds.entries import Block, Entry, Place, Problems, Stop, one_line, shown
from hamsafar.formats.ccsds.tables import USER_PREFIX, USER_TAG, Section

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORD = re.compile(r"[A-Za-z]+|[+.\-\d][^\s,\]}]*", re.ASCII)
_BLANK = re.compile(r"[ \t\n\r]*")

# One flat record has one COMMENT, of the header; the comments of other blocks have keys of our own.
COMMENT_KEYS = {
    "header": "COMMENT",
    "metadata": "METADATA_COMMENT",
    "meanElements": "MEAN_ELEMENTS_COMMENT",
    "spacecraftParameters": "SPACECRAFT_COMMENT",
    "tleParameters": "TLE_COMMENT",
    "covarianceMatrix": "COVARIANCE_COMMENT",
    USER_TAG: "PARAMETERS_COMMENT",
}


class Record:
    """One flat object: where it begins, its entries, its comments by key."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.entries: list[Entry] = []
        self.comments: dict[str, list[str]] = {}


class _Lines:
    """Line and column of an offset in a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]

    def place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)


class _Json:
    """A scanner for one object of texts, numbers and nulls, or an array of such."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._text, self._problems, self._lines = text, problems, _Lines(text)
        self._at = 0

    def records(self) -> Iterator[Record]:
        """The objects in order. Stop, with the error noted, where the text is not such JSON."""
        first = self._peek()
        if first == "{":
            yield self._object()
        elif first == "[":
            self._at += 1
            if self._peek() == "]":
                raise self._fail("holds no element sets")
            yield self._object()
            while self._peek() == ",":
                self._at += 1
                yield self._object()
            self._take("]")
        else:
            raise self._fail("should be an object {...} or an array of objects")
        if self._peek():
            raise self._fail("has more text after its end")

    def _peek(self) -> str:
        match = _BLANK.match(self._text, self._at)
        assert match is not None
        self._at = match.end()
        return self._text[self._at : self._at + 1]

    def _take(self, char: str) -> None:
        found = self._peek()
        if found != char:
            got = shown(found) if found else "the end of the text"
            raise self._fail(f"should be {char!r} here (got {got})")
        self._at += 1

    def _fail(self, what: str, keyword: str = "") -> Stop:
        self._problems.add(self._lines.place(self._at), what, keyword)
        return Stop()

    def _object(self) -> Record:
        if self._peek() != "{":
            got = self._text[self._at : self._at + 20]
            raise self._fail(f"should be an object {{...}} of keywords (got {_seen(got)})")
        record = Record(self._lines.place(self._at))
        self._at += 1
        if self._peek() == "}":
            self._at += 1
            return record
        self._member(record)
        while self._peek() == ",":
            self._at += 1
            self._member(record)
        self._take("}")
        return record

    def _member(self, record: Record) -> None:
        self._peek()
        place = self._lines.place(self._at)
        keyword = self._string("a keyword in double quotes")
        self._take(":")
        self._peek()
        value_place = self._lines.place(self._at)
        if keyword in COMMENT_KEYS.values():
            if keyword in record.comments:
                self._problems.add(place, "stands twice in one object", keyword)
            record.comments[keyword] = self._comments(keyword)
            return
        text = self._value(keyword)
        if text is not None:
            record.entries.append(Entry(keyword, text, place, value_place))

    def _string(self, what: str) -> str:
        if self._text[self._at : self._at + 1] != '"':
            got = self._text[self._at : self._at + 20]
            raise self._fail(f"should be {what} (got {_seen(got)})")
        try:
            found, self._at = scanstring(self._text, self._at + 1, True)
            return str(found)
        except json.JSONDecodeError as problem:
            self._at = min(problem.pos, len(self._text))
            raise self._fail(f"is not JSON: {problem.msg}") from problem

    def _value(self, keyword: str) -> str | None:
        """The value's text; None for null, which says nothing."""
        first = self._text[self._at : self._at + 1]
        if first == '"':
            return self._string("a text")
        match = _NUMBER.match(self._text, self._at)
        word = _WORD.match(self._text, self._at)
        if match and word and match.end() == word.end():
            self._at = match.end()
            return match[0]
        if word and word[0] in ("null", "true", "false"):
            self._at = word.end()
            return None if word[0] == "null" else word[0]
        got = word[0] if word else self._text[self._at : self._at + 20]
        raise self._fail(f"should be a text or a finite number (got {_seen(got)})", keyword)

    def _comments(self, keyword: str) -> list[str]:
        if self._text[self._at : self._at + 1] != "[":
            text = self._value(keyword)
            return [] if text is None else [one_line(text)]
        self._at += 1
        found: list[str] = []
        if self._peek() == "]":
            self._at += 1
            return found
        found.append(one_line(self._string("a comment in double quotes")))
        while self._peek() == ",":
            self._at += 1
            self._peek()
            found.append(one_line(self._string("a comment in double quotes")))
        self._take("]")
        return found


def _seen(text: str) -> str:
    return shown(text) if text else "the end of the text"


def json_records(text: str, problems: Problems) -> list[Record]:
    """The objects of a JSON text."""
    return list(_Json(text.removeprefix("\ufeff"), problems).records())


def csv_records(text: str, problems: Problems) -> list[Record]:
    """The rows of a CSV text as objects, keyed by its header row; an empty field says nothing."""
    rows = _csv_rows(text.removeprefix("\ufeff"), problems)
    header = next(rows, None)
    if header is None:
        problems.add(Place(1, 1), "holds no element sets")
        raise Stop
    keywords = [name.strip() for name, _ in header[1]]
    seen: set[str] = set()
    for column, (name, place) in zip(keywords, header[1], strict=True):
        if not column:
            problems.add(place, f"the header row has a field without a name (got {shown(name)})")
        elif column in seen:
            problems.add(place, "stands twice in the header row", column[:60])
        seen.add(column)
    if len(problems):
        raise Stop
    found = []
    for place, fields in rows:
        if len(fields) != len(keywords):
            what = f"has {len(fields)} fields, but the header row has {len(keywords)}"
            problems.add(place, what)
            continue
        found.append(_record(place, keywords, fields))
    if not found and not len(problems):
        problems.add(Place(1, 1), "holds no element sets below its header row")
    return found


def _record(place: Place, keywords: Sequence[str], fields: Sequence[tuple[str, Place]]) -> Record:
    record = Record(place)
    for keyword, (text, at) in zip(keywords, fields, strict=True):
        if keyword in COMMENT_KEYS.values():
            if text:
                record.comments[keyword] = [one_line(each) for each in text.removesuffix("\n").split("\n")]
        elif text.strip():
            record.entries.append(Entry(keyword, text.strip(), at, at))
    return record


def _csv_rows(text: str, problems: Problems) -> Iterator[tuple[Place, list[tuple[str, Place]]]]:
    """(place, fields with their places) of every row that is not blank (RFC 4180; quotes may hold line ends)."""
    at, line, line_start, size = 0, 1, 0, len(text)
    fields: list[tuple[str, Place]] = []
    start = Place(1, 1)
    while at <= size:
        place = Place(line, at - line_start + 1)
        if not fields:
            start = place
        if text[at : at + 1] == '"':
            pieces = []
            while True:
                close = text.find('"', at + 1)
                if close < 0:
                    problems.add(place, "a quoted field has no closing quote")
                    raise Stop
                pieces.append(text[at + 1 : close])
                at = close + 1
                if text[at : at + 1] != '"':
                    break
                pieces.append('"')
            value = "".join(pieces)
            breaks = value.count("\n")
            if breaks:
                line += breaks
                line_start = text.rfind("\n", 0, at) + 1
            if text[at : at + 1] not in ("", ",", "\n", "\r"):
                problems.add(Place(line, at - line_start + 1), "a quoted field ends before its comma")
                raise Stop
        else:
            match = _PLAIN.match(text, at)
            assert match is not None
            value, at = match[0], match.end()
        fields.append((value.replace("\r\n", "\n"), place))
        if text[at : at + 1] == ",":
            at += 1
            continue
        if len(fields) > 1 or fields[0][0].strip():
            yield start, fields
        fields = []
        at += 2 if text[at : at + 2] == "\r\n" else 1
        line, line_start = line + 1, at


_PLAIN = re.compile(r"[^,\r\n]*")


def cut_flat(records: Sequence[Record], kind: str, sections: Sequence[Section], problems: Problems) -> list[RawMessage]:
    """Flat objects as messages in blocks; a keyword that no block knows is a parameter of its publisher's own."""
    made = []
    for record in records:
        version = next((entry for entry in record.entries if entry.keyword == f"CCSDS_{kind}_VERS"), None)
        raw = RawMessage(kind, record.place, version)
        blocks = {section.tag: Block(section.tag, record.place) for section in sections}
        for entry in record.entries:
            if entry is version:
                continue
            if entry.keyword.startswith("CCSDS_"):
                problems.add(entry.place, f"should be one CCSDS_{kind}_VERS", entry.keyword)
                continue
            home = next((section for section in sections if section.has(entry.keyword)), None)
            if home is None:
                entry.keyword = USER_PREFIX + entry.keyword
            blocks[home.tag if home else USER_TAG].entries.append(entry)
        for tag, key in COMMENT_KEYS.items():
            blocks[tag].comments += record.comments.get(key, [])
        always = ("header", "metadata", "meanElements", "tleParameters")
        raw.blocks = [block for block in blocks.values() if block.entries or block.comments or block.name in always]
        made.append(raw)
    return made


# Writing


def flat_keyword(name: str, sections: Sequence[Section]) -> str:
    """The key of a user-defined parameter in a flat record: its bare name where that cannot be mistaken."""
    taken = name in COMMENT_KEYS.values() or name.startswith(("CCSDS_", USER_PREFIX))
    taken = taken or any(section.has(name) for section in sections)
    return USER_PREFIX + name if taken else name


def json_bytes(records: Sequence[dict[str, str | float | int | list[str]]]) -> bytes:
    """An array of flat objects, one a line."""
    lines = [json.dumps(record, ensure_ascii=False, allow_nan=False) for record in records]
    return ("[" + ",\n".join(lines) + "]\n").encode("utf-8")


def csv_bytes(records: Sequence[dict[str, str | float | int | list[str]]]) -> bytes:
    """A header row of every key, then a row for each record (RFC 4180)."""
    keys = list(dict.fromkeys(key for record in records for key in record))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(keys)
    writer.writerows([_field(record.get(key, "")) for key in keys] for record in records)
    return out.getvalue().encode("utf-8")


def _field(value: str | float | int | list[str]) -> str:
    if isinstance(value, list):
        return "\n".join(value) + ("\n" if value and not value[-1] else "")
    return repr(float(value)) if isinstance(value, float) else str(value)
