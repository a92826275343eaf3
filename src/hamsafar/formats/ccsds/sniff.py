"""Which form a text of orbit messages or element sets has, told from how it begins."""

from __future__ import annotations

import re
from typing import Literal

from hamsafar.formats.ccsds.tables import OMM_SECTIONS

Form = Literal["kvn", "xml", "json", "csv", ""]

_KEYWORDS = {key.keyword for section in OMM_SECTIONS for key in section.keys}
_CSV_NEEDS = {"NORAD_CAT_ID", "EPOCH", "ECCENTRICITY", "MEAN_MOTION"}
_ASSIGNMENT = re.compile(r"\s*([A-Z0-9_]+)\s*=", re.ASCII)


def form_of(text: str) -> Form:
    """The form of a text; empty where it is none of these (blank, or element lines)."""
    begins = text.removeprefix("\ufeff").lstrip()
    if not begins:
        return ""
    if begins[0] == "<":
        return "xml"
    if begins[0] in "{[":
        return "json"
    lines = re.split(r"\r\n|\n|\r", begins, maxsplit=40)[:40]
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
    match = re.search(r"CCSDS_([A-Z]{3})_VERS", text[:20_000])
    return match[1] if match else ""
