"""XML (CCSDS 505.0-B-3 and 502.0-B-3, section 8): text → elements with their places → messages in blocks, and back.

A document type declaration is refused, and with it every entity and everything outside the file.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from hamsafar.formats.ccsds.blocks import RawMessage, Row
from hamsafar.formats.ccsds.entries import Block, Entry, Place, Problems, Stop, one_line, shown
from hamsafar.formats.ccsds.tables import USER_PREFIX, USER_TAG, Section

_DEEPEST = 12  # elements inside each other; a message has at most seven
MESSAGE_TAGS = ("acm", "aem", "apm", "cdm", "ocm", "oem", "omm", "opm", "rdm", "tdm", "prm")
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_INSTANCE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


class _Source:
    """The bytes of a text; gives the place of an offset in the time of a look into two sorted lists.

    A file may be one line of megabytes, so nothing is counted from the start of a line.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data

    @cached_property
    def _bytes(self) -> NDArray[np.uint8]:
        return np.frombuffer(self._data, dtype=np.uint8)

    @cached_property
    def _line_starts(self) -> list[int]:
        feeds, returns = self._bytes == ord("\n"), self._bytes == ord("\r")
        returns[:-1] &= ~feeds[1:]  # the line feed after a return ends the line
        starts: list[int] = (np.flatnonzero(feeds | returns) + 1).tolist()
        return [0, *starts]

    @cached_property
    def _continuations(self) -> list[int]:
        """Offsets of the bytes that begin no character (UTF-8: 10xxxxxx)."""
        found: list[int] = np.flatnonzero((self._bytes & 0xC0) == 0x80).tolist()
        return found

    def place(self, offset: int) -> Place:
        """Line and column, in characters, of the byte at an offset."""
        line = bisect_right(self._line_starts, offset)
        start, wide = self._line_starts[line - 1], self._continuations
        return Place(line, offset - start - (bisect_left(wide, offset) - bisect_left(wide, start)) + 1)

    def doctype(self, offset: int) -> Place:
        """Where the document type declaration begins, from an offset inside it."""
        return self.place(max(self._data.rfind(b"<!DOCTYPE", 0, offset + 1), 0))


class Node:
    """One element: its tag without prefix, attributes, text, children, and where it begins.

    The children of a state vector are leaves, four values each in one flat list (tag, text, unit, offset): an
    ephemeris has a million of them.
    """

    __slots__ = ("attributes", "children", "leaves", "offset", "source", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], offset: int, source: _Source) -> None:
        self.tag, self.attributes, self.offset, self.source = tag, attributes, offset, source
        self.text = ""
        self.children: list[Node] = []
        self.leaves: list[Any] = []

    @property
    def place(self) -> Place:
        """Where the element begins."""
        return self.source.place(self.offset)


def read_tree(text: str, problems: Problems) -> Node:
    """The root element. Stop, with the error noted, for a text that is not XML or has a document type."""
    try:
        data = text.removeprefix("\ufeff").encode("utf-8")
    except UnicodeEncodeError as problem:
        before = text[: problem.start]
        place = Place(before.count("\n") + 1, problem.start - before.rfind("\n"))
        problems.add(place, "holds half a character (a lone surrogate)")
        raise Stop from problem
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    source = _Source(data)
    root = Node("", {}, 0, source)
    stack = [root]
    texts: list[list[str]] = [[]]  # joined once, at the end: adding to a text bit by bit copies it every time

    vector: Node | None = None  # the state vector that is open
    leaf: tuple[str, str | None, int] | None = None  # and its element that is
    leaf_texts: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal vector, leaf
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if vector is not None:
            offset = parser.CurrentByteIndex
            if leaf is not None:
                problems.add(source.place(offset), f"should hold a value, not <{tag[:60]}>", f"<{leaf[0][:60]}>")
                raise Stop
            unit = None
            if attributes:
                unit = attributes.get("units")
                if len(attributes) > 1 or unit is None:
                    _check_attributes(tag, attributes, source.place(offset), problems)
            leaf = (tag, unit, offset)
            return
        node = Node(tag, attributes, parser.CurrentByteIndex, source)
        if len(stack) > _DEEPEST:
            problems.add(node.place, f"elements stand more than {_DEEPEST} deep inside each other")
            raise Stop
        stack[-1].children.append(node)
        stack.append(node)
        texts.append([])
        if tag == "stateVector":
            vector = node

    def end(_: str) -> None:
        nonlocal vector, leaf
        if leaf is not None and vector is not None:
            vector.leaves += (leaf[0], "".join(leaf_texts), leaf[1], leaf[2])
            leaf = None
            leaf_texts.clear()
            return
        vector = None  # no state vector stands inside another element of its own kind
        stack.pop().text = "".join(texts.pop())

    def characters(data: str) -> None:
        (texts[-1] if leaf is None else leaf_texts).append(data)

    def doctype(*_: object) -> None:
        what = "has a document type declaration (DTD, entities), which we refuse: take it out"
        problems.add(source.doctype(parser.CurrentByteIndex), what)
        raise Stop

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        problems.add(Place(problem.lineno, problem.offset + 1), f"is not XML: {expat.ErrorString(problem.code)}")
        raise Stop from problem
    return root.children[0]


def messages_in(root: Node, kind: str, problems: Problems) -> list[Node]:
    """The message elements of a kind under the root, which is one itself or an `ndm` of several."""
    tag = kind.lower()
    if root.tag == tag:
        return [root]
    if root.tag != "ndm":
        problems.add(root.place, f"should be <{tag}> or <ndm> (got <{root.tag[:60]}>)")
        raise Stop
    found = []
    for child in root.children:
        if child.tag == tag:
            found.append(child)
        elif child.tag in MESSAGE_TAGS:
            problems.add(child.place, f"is an {child.tag.upper()}, where an {kind} is meant")
        elif child.tag not in ("COMMENT", "MESSAGE_ID"):
            problems.add(child.place, f"is not an element of an <ndm>: <{child.tag[:60]}>")
    if not root.children:
        problems.add(root.place, f"<ndm> holds no {kind}")
    return found


def raw_head(node: Node, kind: str, problems: Problems) -> RawMessage:
    """The message of an element with its version and header, no more."""
    raw = RawMessage(kind, node.place, None)
    identity = node.attributes.get("id")
    if identity != f"CCSDS_{kind}_VERS":
        what = f'should have id="CCSDS_{kind}_VERS"' + (f" (got {shown(identity)})" if identity else "")
        problems.add(node.place, what, f"<{node.tag}>")
    version = node.attributes.get("version")
    if version is None:
        problems.add(node.place, "has no version", f"<{node.tag}>")
    else:
        raw.version = Entry(f"CCSDS_{kind}_VERS", version, node.place, node.place)
    return raw


def parts(node: Node, known: Sequence[str], problems: Problems) -> Iterator[Node]:
    """The children of a structural element; text or an unknown element between them is an error."""
    _only_children(node, problems)
    for child in node.children:
        if child.tag in known:
            yield child
        else:
            problems.add(child.place, f"is not an element of <{node.tag}>", f"<{child.tag[:60]}>")


def single(node: Node, tags: Sequence[str], problems: Problems) -> dict[str, Node]:
    """The children of an element that has each of `tags` exactly once."""
    found: dict[str, Node] = {}
    for child in parts(node, tags, problems):
        if child.tag in found:
            problems.add(child.place, f"stands twice in <{node.tag}>", f"<{child.tag}>")
        found.setdefault(child.tag, child)
    for tag in tags:
        if tag not in found:
            problems.add(node.place, f"is missing from <{node.tag}>", f"<{tag}>")
    return found


def cut_xml(node: Node, kind: str, sections: Sequence[Section], problems: Problems) -> RawMessage:
    """The blocks of a message of one segment (OMM, OPM)."""
    raw = raw_head(node, kind, problems)
    top = single(node, ("header", "body"), problems)
    if "header" in top:
        raw.blocks.append(block_of(top["header"], problems))
    segments = list(parts(top["body"], ("segment",), problems)) if "body" in top else []
    if "body" in top and len(segments) != 1:
        place = segments[1].place if segments else top["body"].place
        problems.add(place, f"an {kind} has one <segment> (got {len(segments)})")
    for segment in segments[:1]:
        inside = single(segment, ("metadata", "data"), problems)
        if "metadata" in inside:
            raw.blocks.append(block_of(inside["metadata"], problems))
        if "data" in inside:
            raw.blocks += _data_blocks(inside["data"], sections, problems)
    return raw


def _data_blocks(data: Node, sections: Sequence[Section], problems: Problems) -> list[Block]:
    tags = [section.tag for section in sections if section.tag not in ("header", "metadata")]
    found: list[Block] = []
    loose: list[str] = []
    for child in parts(data, ("COMMENT", *tags), problems):
        if child.tag == "COMMENT":
            loose += comments_of(child)
            continue
        block = block_of(child, problems)
        block.comments = loose + block.comments  # KVN has one place for both
        loose = []
        found.append(block)
    if found:
        found[-1].comments += loose
    return found


def block_of(node: Node, problems: Problems) -> Block:
    """The leaves of an element as entries."""
    _only_children(node, problems)
    block = Block(node.tag, node.place)
    leaves = node.leaves
    for tag, text, unit, offset in zip(leaves[::4], leaves[1::4], leaves[2::4], leaves[3::4], strict=True):
        if tag == "COMMENT":
            block.comments += _comment_lines(text)
        else:
            place = node.source.place(offset)
            block.entries.append(Entry(tag[:60], text.strip(), place, place, unit))
    for child in node.children:
        if child.tag == "COMMENT":
            block.comments += comments_of(child)
        elif child.children:
            problems.add(child.place, f"should hold a value, not <{child.children[0].tag[:60]}>", f"<{child.tag[:60]}>")
        elif node.tag == USER_TAG:
            block.entries.append(_user_entry(child, problems))
        else:
            block.entries.append(leaf_entry(child, problems))
    return block


def leaf_entry(node: Node, problems: Problems) -> Entry:
    """An element with a value as an entry."""
    place = node.place
    _check_attributes(node.tag, node.attributes, place, problems)
    return Entry(node.tag[:60], node.text.strip(), place, place, node.attributes.get("units"))


def _check_attributes(tag: str, attributes: dict[str, str], place: Place, problems: Problems) -> None:
    for name in attributes:
        if name != "units" and not name.startswith(("xsi:", "xmlns")):
            problems.add(place, f"has an attribute the standard does not know: {shown(name)}", tag[:60])


def _user_entry(node: Node, problems: Problems) -> Entry:
    name = node.attributes.get("parameter", "")
    if node.tag != "USER_DEFINED" or not name:
        problems.add(node.place, 'should be <USER_DEFINED parameter="...">', f"<{node.tag[:60]}>")
    return Entry(USER_PREFIX + name, node.text.strip(), node.place, node.place)


def comments_of(node: Node) -> list[str]:
    """A comment as it stands; one over several lines as so many comments."""
    return _comment_lines(node.text)


def _comment_lines(text: str) -> list[str]:
    text = one_line(text)
    if "\n" not in text:
        return [text]
    return [line.strip() for line in text.split("\n") if line.strip()]


def _only_children(node: Node, problems: Problems) -> None:
    if node.text and not node.text.isspace():
        problems.add(node.place, f"holds loose text: {shown(node.text.strip())}", f"<{node.tag}>")


# Writing


def root_tag(kind: str, version: str, *, alone: bool) -> str:
    """The opening tag of a message."""
    space = f" {_INSTANCE}" if alone else ""
    return f'<{kind.lower()}{space} id="CCSDS_{kind}_VERS" version={quoteattr(version)}>'


def comment_elements(comments: Iterable[str], indent: str) -> list[str]:
    """Comments as elements."""
    return [f"{indent}<COMMENT>{escape(text)}</COMMENT>" for text in comments]


def row_elements(rows: Iterable[Row], indent: str) -> list[str]:
    """Values as elements, with their units."""
    made = []
    for keyword, text, unit in rows:
        units = f" units={quoteattr(unit)}" if unit else ""
        made.append(f"{indent}<{keyword}{units}>{escape(text)}</{keyword}>" if text else f"{indent}<{keyword}/>")
    return made


def user_elements(comments: Iterable[str], pairs: Iterable[tuple[str, str]], indent: str) -> list[str]:
    """User-defined parameters as elements."""
    made = comment_elements(comments, indent)
    made += [f"{indent}<USER_DEFINED parameter={quoteattr(name)}>{escape(text)}</USER_DEFINED>" for name, text in pairs]
    return made


def wrapped(tag: str, lines: Sequence[str], indent: str) -> list[str]:
    """Lines between an opening and a closing tag."""
    return [f"{indent}<{tag}>", *lines, f"{indent}</{tag}>"]


def document(messages: Sequence[Sequence[str]]) -> bytes:
    """One message as its own document, several under `ndm`; each is its lines."""
    if len(messages) == 1:
        lines = [DECLARATION, *messages[0]]
    else:
        lines = [DECLARATION, f"<ndm {_INSTANCE}>", *(line for each in messages for line in each), "</ndm>"]
    return ("\n".join(lines) + "\n").encode("utf-8")
