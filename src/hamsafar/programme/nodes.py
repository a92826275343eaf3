"""YAML 1.2 text → a tree of nodes that know their line and column. Nothing is constructed, nothing executed.

Only what programmes need is read: mappings with text keys, lists, and the scalars of the YAML 1.2 core schema
(section 10.3.2). Tags are refused. Anchors and aliases work, within a bound on what they expand to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from attrs import field, frozen
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from hamsafar.errors import InputError

LARGEST_BYTES = 2_000_000  # some ten thousand sessions; more is not a programme that people wrote
LARGEST_NODES = 200_000  # after aliases are expanded
DEEPEST = 24  # nested mappings and lists; a real programme needs seven

Scalar: TypeAlias = str | int | float | bool | None
Kind = Literal["scalar", "list", "mapping"]


@frozen(kw_only=True, eq=False)
class Node:
    """A scalar, a list or a mapping, and where it begins (both counted from 1)."""

    kind: Kind
    line: int
    column: int
    scalar: Scalar = None
    items: tuple[Node, ...] = ()
    fields: dict[str, Node] = field(factory=dict)
    keys: dict[str, tuple[int, int]] = field(factory=dict)  # where each key of a mapping stands
    size: int = 1  # nodes in it, aliases expanded

    def child(self, step: str | int) -> Node | None:
        """The entry under a key, or at a position of a list; None where there is none."""
        if isinstance(step, int):
            return self.items[step] if 0 <= step < len(self.items) else None
        return self.fields.get(step)

    def text(self, key: str) -> str | None:
        """The text under a key; None where there is none or it isn't a text."""
        found = self.fields.get(key)
        return found.scalar if found is not None and isinstance(found.scalar, str) else None

    def plain(self) -> Any:
        """The value without positions: dicts, lists, texts, numbers, truth values, None."""
        if self.kind == "mapping":
            return {key: value.plain() for key, value in self.fields.items()}
        return [entry.plain() for entry in self.items] if self.kind == "list" else self.scalar

    def matching(self, pattern: tuple[str, ...], at: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Node]]:
        """Every (path, node) below this one that a pattern of keys reaches; `*` stands for each entry of a list."""
        if not pattern:
            yield at, self
        elif pattern[0] == "*":
            for index, entry in enumerate(self.items):
                yield from entry.matching(pattern[1:], (*at, index))
        elif (below := self.fields.get(pattern[0])) is not None:
            yield from below.matching(pattern[1:], (*at, pattern[0]))


def read_nodes(raw: bytes, *, where: str) -> Node | None:
    """The root node of a file's bytes; None where it holds nothing but comments.

    Raises InputError with `where:line:column` for anything that isn't one small YAML 1.2 document in UTF-8.
    """
    if len(raw) > LARGEST_BYTES:
        raise InputError(f"is larger than {LARGEST_BYTES // 1_000_000} MB; split it", where=f"{where}:1:1")
    text = _decoded(raw, where)
    try:
        return _Composer(where).compose(YAML(typ="safe", pure=True).parse(text))
    except InputError:
        raise
    except ReaderError as problem:
        character = chr(problem.character) if isinstance(problem.character, int) else str(problem.character)
        line, column = _line_column(text, text.find(character))
        what = f"holds a control character (U+{ord(character[:1]):04X}) that no text file should"
        raise InputError(what, where=f"{where}:{line}:{column}") from problem
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        if problem.context_mark is not None and "unexpected end of stream" in str(problem.problem):
            mark = problem.context_mark  # where the quote opens says more than where the file ends
        place = f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else where
        raise InputError(_in_plain_words(problem), where=place) from problem
    except (YAMLError, ValueError, TypeError, LookupError, AttributeError, AssertionError, OverflowError) as problem:
        # The parser is not ours, and on some malformed text it stumbles instead of reporting (\U escapes beyond
        # Unicode, for one). The file is wrong all the same.
        raise InputError(f"is not YAML that can be read ({problem})", where=f"{where}:1:1") from problem


def _decoded(raw: bytes, where: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        good = raw[: problem.start].decode("utf-8-sig", errors="replace")
        line, column = _line_column(good, len(good))
        what = f"is not UTF-8 text from here on (byte 0x{raw[problem.start]:02X}); save the file as UTF-8"
        raise InputError(what, where=f"{where}:{line}:{column}") from problem


def _line_column(text: str, index: int) -> tuple[int, int]:
    before = text[: max(index, 0)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


# What the parser says → what a person can act on.
_WORDS = (
    ("found character '\\t'", "has a tab here; YAML is indented with spaces only"),
    (
        "mapping values are not allowed",
        "has a ':' where none can stand; check the indent, or put a text that holds ': ' in quotes",
    ),
    ("could not find expected ':'", "has a line that is neither 'key: value' nor '- entry'; is a ':' missing?"),
    ("expected <block end>", "does not line up with the lines above it; check the indent, and that brackets close"),
    ("unexpected end of stream", "has a quote that is never closed"),
    ("expected ',' or ']'", "has a list in [ ] that is not closed, or lacks a comma"),
    ("expected ',' or '}'", "has a mapping in { } that is not closed, or lacks a comma"),
    ("found character", "has a character that cannot begin a value; put the text in quotes"),
    ("unknown escape", "has an escape that YAML does not know; use single quotes"),
    ("expected the node content", "has no value where one is needed; is a bracket or a value missing?"),
    ("<document start>", "has text after its end; check the indent and the brackets above"),
    ("sequence entries are not allowed", "has a '-' where no list can begin; put the list on lines of its own"),
    ("mapping keys are not allowed", "has a key where none can stand; check the indent, or put the text in quotes"),
    ("chomping or indentation", "has a '|' or '>' before a text; put the text in quotes"),
)


def _in_plain_words(problem: MarkedYAMLError) -> str:
    said = str(problem.problem or problem.context or "cannot be read")
    meaning = next((words for sign, words in _WORDS if sign in said), None)
    opened = problem.context_mark
    if opened is not None and "flow" in str(problem.context):
        said = f"{said}; it was opened at {opened.line + 1}:{opened.column + 1}"
    return f"{meaning} (YAML: {said})" if meaning else f"is not YAML: {said}"


class _Open:
    """A list or a mapping whose end hasn't come yet."""

    __slots__ = ("anchor", "column", "items", "key", "keys", "line", "mapping", "size")

    def __init__(self, mapping: bool, line: int, column: int, anchor: str | None) -> None:
        self.mapping, self.line, self.column, self.anchor = mapping, line, column, anchor
        self.items: list[Node] = []
        self.keys: dict[str, tuple[int, int]] = {}
        self.key: str | None = None
        self.size = 1

    def closed(self) -> Node:
        if not self.mapping:
            return Node(kind="list", line=self.line, column=self.column, items=tuple(self.items), size=self.size)
        fields = dict(zip(self.keys, self.items, strict=True))
        return Node(kind="mapping", line=self.line, column=self.column, fields=fields, keys=self.keys, size=self.size)


class _Composer:
    """From the parser's events to nodes, without recursion, so that depth is ours to bound."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.anchors: dict[str, Node] = {}
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0

    def compose(self, events: Iterator[Any]) -> Node | None:
        for event in events:
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            if isinstance(event, ScalarEvent):
                self._refuse_tag(event, line, column)
                self._scalar(event, line, column)
            elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                self._refuse_tag(event, line, column)
                self._begin(isinstance(event, MappingStartEvent), line, column, event.anchor)
            elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                done = self.open.pop()
                self._add(done.closed(), done.anchor)
            elif isinstance(event, AliasEvent):
                self._alias(event.anchor, line, column)
            elif isinstance(event, DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    self._refuse("holds a second document after '---'; one file is one document", line, column)
        empty = self.root is not None and self.root.kind == "scalar" and self.root.scalar is None
        return None if empty else self.root

    def _refuse(self, what: str, line: int, column: int) -> None:
        raise InputError(what, where=f"{self.where}:{line}:{column}")

    def _refuse_tag(self, event: Any, line: int, column: int) -> None:
        if event.ctag is not None and str(event.ctag):
            self._refuse(f"has a tag; programmes use none (got {str(event.ctag)!r})", line, column)

    def _begin(self, mapping: bool, line: int, column: int, anchor: str | None) -> None:
        if len(self.open) >= DEEPEST:
            self._refuse(f"is nested more than {DEEPEST} deep", line, column)
        if self.open and self.open[-1].mapping and self.open[-1].key is None:
            self._refuse("has a list or a mapping as a key; a key is a plain word", line, column)
        self.open.append(_Open(mapping, line, column, anchor))

    def _scalar(self, event: Any, line: int, column: int) -> None:
        inside = self.open[-1] if self.open else None
        if inside is not None and inside.mapping and inside.key is None:
            self._key(inside, event.value, line, column)
            return
        # implicit[0]: the scalar is plain, so it may be a number, a truth value or nothing
        value = _core_scalar(event.value) if event.implicit[0] else event.value
        if inside is not None and inside.key is not None and event.start_mark.index == event.end_mark.index:
            line, column = inside.keys[inside.key]  # nothing is written, so it stands nowhere: point at its key
        if value is _TOO_LONG:
            self._refuse(f"is a number of {len(event.value)} digits", line, column)
        self._add(Node(kind="scalar", line=line, column=column, scalar=value), event.anchor)

    def _key(self, inside: _Open, key: str, line: int, column: int) -> None:
        if key in inside.keys:
            first_line, first_column = inside.keys[key]
            what = f"key {key!r} is written twice; the first is at {self.where}:{first_line}:{first_column}"
            self._refuse(what, line, column)
        inside.keys[key] = (line, column)
        inside.key = key

    def _alias(self, anchor: str, line: int, column: int) -> None:
        if self.open and self.open[-1].mapping and self.open[-1].key is None:
            self._refuse("has an alias as a key; write the key out", line, column)
        if anchor not in self.anchors:
            self._refuse(f"alias *{anchor} has no anchor &{anchor} that is complete before it", line, column)
        self._add(self.anchors[anchor], None, (line, column))

    def _add(self, node: Node, anchor: str | None, at: tuple[int, int] | None = None) -> None:
        """`at`: where an alias stands, which its node does not know."""
        if anchor is not None:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        inside = self.open[-1]
        inside.items.append(node)
        inside.key = None
        inside.size += node.size
        if inside.size > LARGEST_NODES:
            what = f"holds more than {LARGEST_NODES} values once aliases are expanded; split it or write less"
            self._refuse(what, *(at or (node.line, node.column)))


_TOO_LONG: Any = object()
_LONGEST_DIGITS = 60  # far beyond any figure here, far below where int() becomes slow or refuses
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUTH = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMERIC_START = frozenset("+-.0123456789")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_SPECIAL = {
    ".inf": float("inf"), ".Inf": float("inf"), ".INF": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"),
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip


def plain_text(text: str) -> bool:
    """Whether a text that stands without quotes is read as a text, not as a number, a truth value or nothing."""
    return _core_scalar(text) is text


def _core_scalar(text: str) -> Any:
    """A plain scalar by the YAML 1.2 core schema; `_TOO_LONG` for a number that nobody means."""
    if text in _NULL:
        return None
    if text[0] not in _NUMERIC_START:
        return _TRUTH.get(text, text)
    if _INT.fullmatch(text):
        if len(text) > _LONGEST_DIGITS:
            return _TOO_LONG
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        return float(text) if len(text) <= _LONGEST_DIGITS else _TOO_LONG
    return _SPECIAL.get(text, text)
