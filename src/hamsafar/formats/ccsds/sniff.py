"""Which form and kind a text of orbit messages or element sets has, told from how it begins."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Literal
from xml.parsers import expat

from hamsafar.formats.ccsds.entries import Place, Stop
from hamsafar.formats.ccsds.tables import OMM_SECTIONS
from hamsafar.formats.ccsds.xml_tree import MESSAGE_TAGS

Form = Literal["kvn", "xml", "json", "csv", ""]

_KEYWORDS = {key.keyword for section in OMM_SECTIONS for key in section.keys}
_CSV_NEEDS = {"NORAD_CAT_ID", "EPOCH", "ECCENTRICITY", "MEAN_MOTION"}
_ASSIGNMENT = re.compile(r"\s*([A-Z0-9_]+)\s*=", re.ASCII)
_VERSION = re.compile(r"CCSDS_([A-Z]{3})_VERS", re.ASCII)
_VERSION_LINE = re.compile(r"\s*CCSDS_([A-Z]{3})_VERS\s*=", re.ASCII)
_FIRST_ELEMENT_LINE = re.compile(r"1 [ 0-9A-Z][ 0-9]{3}[0-9][A-Z ][^,]*", re.ASCII)
_NEW_LINE = re.compile(r"\r\n|\n|\r")
_MOST_LINES = 40  # looked at; comments may stand before what tells
_MOST_CHARACTERS = 20_000


def form_of(text: str) -> Form:
    """The form of a text; empty where it is none of these (blank, or element lines under any name)."""
    begins = text.removeprefix("\ufeff").lstrip()
    if not begins:
        return ""
    lines = _NEW_LINE.split(begins, maxsplit=_MOST_LINES)[:_MOST_LINES]
    after = next((line for line in lines[1:] if line.strip() and line[0] != "#"), "")
    if _FIRST_ELEMENT_LINE.fullmatch(after):
        return ""  # the first line is a name, whatever it looks like
    if begins[0] == "<":
        return "xml"
    if begins[0] in "{[":
        return "json"
    if len(_CSV_NEEDS & {name.strip(' "') for name in lines[0].split(",")}) >= 2:
        return "csv"
    for line in lines:
        match = _ASSIGNMENT.match(line)
        if match and (match[1] in _KEYWORDS or match[1].startswith("CCSDS_")):
            return "kvn"
        if line.strip() and not line.lstrip().startswith("COMMENT"):
            return ""
    return ""


def kind_of(text: str) -> str:
    """The kind of message a KVN or XML text begins with, `OEM` for one; empty where it cannot be told."""
    return placed_kind_of(text)[0]


def placed_kind_of(text: str) -> tuple[str, Place]:
    """As `kind_of`, and where the message says so: its version in KVN, its element in XML."""
    form = form_of(text)
    if form == "kvn":
        return _kvn_kind(text)
    return _xml_kind(text) if form == "xml" else ("", Place(1, 1))


def _kvn_kind(text: str) -> tuple[str, Place]:
    """By the first assignment, which is the version's in a message with a header."""
    for number, line in enumerate(_NEW_LINE.split(text.removeprefix("\ufeff")[:_MOST_CHARACTERS]), 1):
        match = _VERSION_LINE.match(line)
        if match:
            return match[1], Place(number, line.index("CCSDS_") + 1)
        if line.strip() and not line.lstrip().startswith("COMMENT"):
            break
    return "", Place(1, 1)


def _xml_kind(text: str) -> tuple[str, Place]:
    """By the first element that is a message, by its tag or its id; nothing else in the text counts."""
    parser = expat.ParserCreate("utf-8")
    found: list[tuple[str, Place]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        identity = _VERSION.fullmatch(attributes.get("id", ""))
        if identity or name in MESSAGE_TAGS:
            place = Place(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
            found.append((identity[1] if identity else name.upper(), place))
            raise Stop

    def doctype(*_: object) -> None:
        raise Stop  # the reader refuses it

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    with suppress(Stop, expat.ExpatError):
        parser.Parse(text.removeprefix("\ufeff")[:_MOST_CHARACTERS].encode("utf-8", "replace"), False)
    return found[0] if found else ("", Place(1, 1))
