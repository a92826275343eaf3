"""One cell of an application → the value of its field, or what is wrong with it. Never a guess.

What depends on a whole column (day or month first, comma as decimal or thousands) is settled before, in `Reading`.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from attrs import frozen

from hamsafar.domain.campaign import Field
from hamsafar.domain.selection import Value
from hamsafar.programme.problems import nearest
from hamsafar.programme.selection.intake_days import DateOrder, day_of
from hamsafar.programme.selection.intake_numbers import Decimals, number_of
from hamsafar.programme.selection.intake_text import Unreadable, folded, plain

_MISSING = frozenset(["", "-", "–", "—", "n/a", "na", "nil", "null", "none", "nan", ".", "?"])
_YES = frozenset(
    ["yes", "y", "true", "1", "checked", "ja", "oui", "si", "sí", "是", "对", "有", "ہاں", "جی ہاں", "✓", "x"]
)
_NO = frozenset(["no", "n", "false", "0", "unchecked", "nein", "non", "否", "不", "无", "没有", "نہیں", "جی نہیں"])
_LONGEST_TEXT = 100_000


@frozen(kw_only=True)
class Reading:
    """How one column is read: what its heading, its mapping and all its cells together settle."""

    unit: str | None = None  # of bare numbers, where not the field's own
    order: DateOrder | None = None
    decimals: Decimals | None = None
    values: tuple[tuple[str, str], ...] = ()  # text → option id, of the mapping


def value_of(field: Field, raw: Any, reading: Reading) -> Value:
    """The value of a cell that is not empty; None for one that says there is no answer. Raises Unreadable."""
    if (
        isinstance(raw, str)
        and raw.startswith("#")
        and raw.rstrip("!?").isupper()
        and len(raw) < 10
        and field.kind != "text"
    ):
        raise Unreadable("holds a spreadsheet's error; write what it should be")
    if field.kind == "text":
        return _text(raw)
    if isinstance(raw, str) and folded(raw) in _MISSING and not _is_option(field, raw, reading):
        return None
    if field.kind == "number":
        return number_of(raw, unit=field.unit, said=reading.unit, decimals=reading.decimals)
    if field.kind == "date":
        return day_of(raw, reading.order)
    if field.kind == "yes-no":
        return _yes_no(raw, reading)
    return _choice(field, raw, reading) if field.kind == "choice" else _choices(field, raw, reading)


def _said(raw: Any) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, float):
        return f"{raw:.15g}"
    if isinstance(raw, datetime) and raw.time() == time():
        return raw.date().isoformat()
    return raw if isinstance(raw, str) else str(raw)


def _text(raw: Any) -> str | None:
    text = plain(_said(raw))
    if len(text) > _LONGEST_TEXT:
        raise Unreadable(f"is longer than {_LONGEST_TEXT:,} characters")
    try:
        text.encode()
    except UnicodeEncodeError as problem:  # half of a pair of surrogates, as broken JSON has it
        raise Unreadable("has characters that are no text") from problem
    if "\0" in text:
        raise Unreadable("has characters that are no text")
    return text or None


# Choices


def _yes_no(raw: Any, reading: Reading) -> bool:
    if isinstance(raw, bool):
        return raw
    said = folded(_said(raw))
    said = dict(reading.values).get(said, said)
    if said in _YES or said in _NO:
        return said in _YES
    first = re.split(r"[\s,.;:]", said, maxsplit=1)[0]  # "Yes, I am"
    if first in ("yes", "no"):
        return first == "yes"
    raise Unreadable("should be yes or no")


def _is_option(field: Field, raw: str, reading: Reading) -> bool:
    return folded(raw) in _options(field, reading)


def _options(field: Field, reading: Reading) -> dict[str, str]:
    """Every spelling of every option, folded."""
    found: dict[str, str] = {}
    for option in field.options:
        for spelling in (*option.also, option.title, option.id):
            found[folded(spelling)] = option.id
    return found | dict(reading.values)


def _choice(field: Field, raw: Any, reading: Reading) -> str:
    options = _options(field, reading)
    said = folded(_said(raw))
    if said in options:
        return options[said]
    raise Unreadable(f"is none of the choices{nearest(said, [option.title for option in field.options])}")


def _choices(field: Field, raw: Any, reading: Reading) -> tuple[str, ...]:
    options = _options(field, reading)
    text = plain(_said(raw))
    if folded(text) in options:
        return (options[folded(text)],)
    found: list[str] = []
    for part in re.split(r"[;,\n|、，；]", text):
        said = folded(part)
        if said and said not in options:
            titles = [option.title for option in field.options]
            raise Unreadable(f"has an answer that is none of the choices{nearest(said, titles)}")
        if said and options[said] not in found:
            found.append(options[said])
    return tuple(found)
