"""Which column is which field: by the campaign's own names, or as a mapping file says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen
from pydantic import Field as Described

from hamsafar.domain.campaign import Campaign, Field
from hamsafar.errors import InputError
from hamsafar.programme.draft import root_of
from hamsafar.programme.entry import Entry
from hamsafar.programme.fields import Text
from hamsafar.programme.problems import Place, Problems, nearest
from hamsafar.programme.selection.intake_days import DateOrder
from hamsafar.programme.selection.intake_numbers import Decimals
from hamsafar.programme.selection.intake_text import folded
from hamsafar.programme.shapes import place, read_shape

Special = Literal["number", "submitted", "withdrawn"]

_NUMBER = (
    *("record_id", "record id", "registration id", "response id", "submission id"),
    *("application id", "application number", "id"),
)
_SUBMITTED = (
    *("timestamp", "submitted", "submitted at", "submitted_dt", "submission date", "submission time"),
    *("registration date", "completion time", "completed", "date submitted", "zeitstempel"),
)
_WITHDRAWN = ("registration state", "state", "withdrawn")
_GONE = frozenset(["withdrawn", "withdrew", "cancelled", "canceled", "yes", "true", "1"])
_CHECKBOX = re.compile(r"(.+?)___(.+)")
_LABELLED = re.compile(r"(.+?)\s*\(choice=(.*)\)\s*")
_UNIT = re.compile(r"(.+?)\s*[(\[]\s*(?:in\s+)?([^()\[\]]{1,12})\s*[)\]]\s*")
_REPEATS = ("redcap_repeat_instrument", "redcap_repeat_instance", "repeat instrument", "repeat instance")
_EVENT = ("redcap_event_name", "event name")

_Values = dict[str, dict[str, str]]


class MappingFile(Entry):
    """What a mapping file says."""

    sheet: Text | None = Described(None, description="The sheet of the workbook, where several have headings we know.")
    number: Text | None = Described(None, description="The column that numbers the applications.")
    submitted: Text | None = Described(None, description="The column that says when each was sent.")
    withdrawn: Text | None = Described(None, description="The column that says whether it was withdrawn.")
    columns: dict[str, str] = Described({}, description="Heading: field.")
    ignore: list[Text] = Described([], description="Headings to pass over.")
    values: _Values = Described({}, description="Field: what stands in cells: option.")
    units: dict[str, str] = Described({}, description="Field: unit of its bare numbers.")
    dates: DateOrder | None = Described(None, description="Whether days or months come first.")
    decimals: Decimals | None = Described(None, description="Whether a comma or a point is the decimal.")


@frozen(kw_only=True)
class Mapping:
    """A mapping that fits the campaign; of nothing where no file was given."""

    sheet: str | None = None
    special: tuple[tuple[Special, str], ...] = ()  # what, heading folded
    columns: dict[str, str] = field(factory=dict)  # heading folded → field
    ignore: frozenset[str] = frozenset()
    values: dict[str, tuple[tuple[str, str], ...]] = field(factory=dict)  # field → (text folded, option)
    units: dict[str, str] = field(factory=dict)
    dates: DateOrder | None = None
    decimals: Decimals | None = None


def read_mapping(path: Path, campaign: Campaign) -> Mapping:
    """A mapping file (YAML). Raises InputErrors with everything wrong in it: `file:line:column path`."""
    problems = Problems()
    root = root_of(path, problems, such_as="columns")
    model = None if root is None else read_shape(MappingFile, root, file=str(path), head="", problems=problems)
    problems.raise_if_any()
    assert root is not None, "what could not be read is a problem"
    assert model is not None, "and what has the wrong shape"
    fields = {one.id: one for one in campaign.fields}

    def blame(steps: tuple[str, ...], what: str) -> None:
        problems.add(place(str(path), root, "", steps), what)

    for heading, name in model.columns.items():
        if name not in fields:
            blame(("columns", heading), f"the campaign has no field of this name{nearest(name, fields)}")
    for name, unit in model.units.items():
        if name not in fields or fields[name].kind != "number":
            blame(("units", name), f"the campaign has no such number{nearest(name, fields)} (got {unit!r:.40})")
    for name, values in model.values.items():
        _tell_values(fields, name, values, blame)
    problems.raise_if_any()
    return _mapping(model)


def _tell_values(fields: dict[str, Field], name: str, values: dict[str, str], blame: Any) -> None:
    if name not in fields:
        blame(("values", name), f"the campaign has no field of this name{nearest(name, fields)}")
        return
    options = ["yes", "no"] if fields[name].kind == "yes-no" else [one.id for one in fields[name].options]
    for said, option in values.items():
        if option not in options:
            blame(("values", name, said), f"the field has no such option{nearest(option, options)}")


def _mapping(model: MappingFile) -> Mapping:
    named: list[tuple[Special, str | None]] = [
        ("number", model.number), ("submitted", model.submitted), ("withdrawn", model.withdrawn)
    ]  # fmt: skip
    return Mapping(
        sheet=model.sheet,
        special=tuple((what, folded(heading)) for what, heading in named if heading is not None),
        columns={folded(heading): name for heading, name in model.columns.items()},
        ignore=frozenset(map(folded, model.ignore)),
        values={
            name: tuple((folded(said), option) for said, option in values.items())
            for name, values in model.values.items()
        },
        units=dict(model.units),
        dates=model.dates,
        decimals=model.decimals,
    )


@frozen(kw_only=True)
class Column:
    """One column of a table that is read: a field, one answer of a field, or what numbers and dates the application."""

    index: int
    heading: str
    field: str | None = None
    option: str | None = None  # of a checkbox column: the answer that it ticks
    unit: str | None = None  # that its heading names
    special: Special | None = None


@frozen(kw_only=True)
class Headings:
    """The columns of a table that are read, and the headings of those that are not."""

    columns: tuple[Column, ...]
    unread: tuple[str, ...]

    @property
    def known(self) -> int:
        """How many are read."""
        return len({one.field or one.special for one in self.columns})

    def special(self, what: Special) -> Column | None:
        """The column that numbers or dates the applications."""
        return next((one for one in self.columns if one.special == what), None)


class Namer:
    """Finds the field of a heading."""

    def __init__(self, campaign: Campaign, mapping: Mapping) -> None:
        self._mapping = mapping
        self._fields = {one.id: one for one in campaign.fields}
        self._names: dict[str, str] = {}
        for one in campaign.fields:
            for name in (one.id, one.id.replace("-", "_"), one.id.replace("-", " "), one.title, *one.columns):
                self._names.setdefault(folded(name), one.id)
        self._special: dict[str, Special] = {heading: what for what, heading in mapping.special}
        said = set(self._special.values())
        usual: tuple[tuple[Special, tuple[str, ...]], ...] = (
            ("number", _NUMBER), ("submitted", _SUBMITTED), ("withdrawn", _WITHDRAWN)
        )  # fmt: skip
        self._usual: dict[str, Special] = {
            heading: what for what, headings in usual if what not in said for heading in headings
        }

    def column(self, index: int, heading: str) -> Column | None:
        """The column that a heading names; None for one that nothing asks for."""
        name = folded(heading)
        if name in self._mapping.ignore:
            return None
        if name in self._special:
            return Column(index=index, heading=heading, special=self._special[name])
        if name in self._mapping.columns:
            return Column(index=index, heading=heading, field=self._mapping.columns[name])
        return self._checkbox(index, heading) or self._usual_column(index, heading, name)

    def _usual_column(self, index: int, heading: str, name: str) -> Column | None:
        bare = name.rstrip(" *:?？：")
        for said in (name, bare):
            if said in self._names:
                return Column(index=index, heading=heading, field=self._names[said])
        for known, field_id in self._names.items():
            if known.rstrip(" *:?？：") == bare:
                return Column(index=index, heading=heading, field=field_id)
        found = _UNIT.fullmatch(name)
        if found is not None and found[1] in self._names:
            field_id = self._names[found[1]]
            if self._fields[field_id].kind == "number":
                return Column(index=index, heading=heading, field=field_id, unit=found[2])
        special = self._usual.get(name)
        return None if special is None else Column(index=index, heading=heading, special=special)

    def _checkbox(self, index: int, heading: str) -> Column | None:
        """REDCap: one column an answer, `languages___en` or `Languages (choice=English)`."""
        found = _CHECKBOX.fullmatch(heading.strip()) or _LABELLED.fullmatch(heading.strip())
        if found is None:
            return None
        name = folded(found[1])
        field_id = self._mapping.columns.get(name) or self._names.get(name) or self._names.get(name.rstrip(" ?:*"))
        if field_id is None or self._fields[field_id].kind != "choices":
            return None
        said = folded(found[2])
        options = {
            folded(spelling): option.id
            for option in self._fields[field_id].options
            for spelling in (*option.also, option.title, option.id, option.id.replace("-", "_"))
        } | dict(self._mapping.values.get(field_id, ()))
        return Column(index=index, heading=heading, field=field_id, option=options.get(said, ""))


def is_repeating(heading: str) -> bool:
    """Whether a heading is that of REDCap's repeating instruments."""
    return folded(heading) in _REPEATS


def is_event(heading: str) -> bool:
    """Whether a heading is that of REDCap's longitudinal events."""
    return folded(heading) in _EVENT


def is_gone(said: Any) -> bool:
    """Whether a cell says that an application was withdrawn."""
    return said is True or (isinstance(said, str) and folded(said) in _GONE)


def no_column(field: Field, at: str, unread: tuple[str, ...]) -> InputError:
    """The error of a table without a column that is needed."""
    hint = nearest(field.title, unread) if unread else ""
    what = f"has no column for {field.title!r}, which is required{hint}"
    what = f"{what}; name it in the campaign's `columns` or in a mapping"
    return InputError(what, where=at)


__all__ = ["Column", "Headings", "Mapping", "Namer", "Place", "read_mapping"]
