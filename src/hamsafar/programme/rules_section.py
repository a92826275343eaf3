"""The section `rules`: other figures for rules, its model made from the rule book."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema, create_model

from hamsafar.errors import InputError
from hamsafar.programme.entry import Entry
from hamsafar.programme.fields import quantity_schema, read_number, said
from hamsafar.rules import BOOK, Param, Rule
from hamsafar.units import SUFFIXES, in_unit_of_name

_LARGEST = 10_000_000.0  # of any parameter, in its unit: far beyond sense, far below trouble
_WRITTEN = {"_m_s": "m/s", "_kbit_s": "kbit/s", "_w": "W"}  # units that a name can't spell
_EXAMPLES = {"_min": "90 min", "_s": "10 s", "_h": "8 h", "_d": "4 d", "_km": "450 km", "_deg": "10 deg", "_kg": "5 kg"}


def written_name(param: str) -> str:
    """A parameter's name as people write it, without its unit: `max_day` for `max_day_min`."""
    return param.removesuffix(_unit(param))


def _unit(param: str) -> str:
    return next((suffix for suffix in sorted(SUFFIXES, key=len, reverse=True) if param.endswith(suffix)), "")


def _reader(param: str, about: Param) -> Any:
    """What reads one parameter's value: a quantity where the name has a unit, else a bare number."""

    def read(value: Any) -> float:
        if not _unit(param):
            figure = read_number(value)
        elif isinstance(value, str):
            figure = in_unit_of_name(value, param)
        else:
            figure = in_unit_of_name("", param)  # says what a quantity looks like
        if figure < 0 and _unit(param) != "_deg":
            raise InputError("should not be negative")
        if param.endswith("_share") and figure > 1:
            raise InputError("is a share: it should lie between 0 and 1")
        if abs(figure) > _LARGEST:
            raise InputError("is beyond all sense")
        if about.least is not None and figure < about.least:
            raise InputError(f"should be {about.least:g} or more")
        if about.most is not None and figure > about.most:
            raise InputError(f"should be {about.most:g} or less")
        return figure

    return said(read)


def _field(param: str, about: Param) -> Any:
    unit = _unit(param)
    default = f"{about.default:g}{' ' + unit.removeprefix('_') if unit else ''}"
    bare = {"type": "number"} | {
        key: end for key, end in (("minimum", about.least), ("maximum", about.most)) if end is not None
    }
    schema = quantity_schema(SUFFIXES[unit][0], _EXAMPLES[unit]) if unit else bare  # type: ignore[arg-type]  # dimensions of the table
    type_ = Annotated[float, _reader(param, about), WithJsonSchema(schema)]
    return (type_, Field(None, description=f"{about.meaning} (otherwise {default})"))


def _rule_model(rule: Rule) -> type[Entry]:
    fields = {written_name(param): _field(param, about) for param, about in rule.params.items()}
    made: type[Entry] = create_model(
        rule.id.replace("-", ""), __base__=Entry, __doc__=f"Figures of {rule.id}.", **fields
    )
    return made


def _section_model() -> type[Entry]:
    fields: dict[str, Any] = {
        rule.id.replace("-", "_"): (_rule_model(rule), Field(None, alias=rule.id, description=rule.sentence))
        for rule in BOOK.values()
        if rule.params
    }
    made: type[Entry] = create_model(
        "RulesSection", __base__=Entry, __doc__="Other figures for rules, each with its unit.", **fields
    )
    return made


RulesSection = _section_model()


def figures(section: Entry | None) -> dict[str, dict[str, float]]:
    """rule id → parameter with its unit → figure, for every rule with parameters: the book's, or the section's."""
    said_here = said_figures(section) if section is not None else {}
    return {
        rule.id: {
            param: said_here.get(rule.id, {}).get(param, float(about.default)) for param, about in rule.params.items()
        }
        for rule in BOOK.values()
        if rule.params
    }


def said_figures(section: Entry) -> dict[str, dict[str, float]]:
    """rule id → parameter with its unit → figure, of what the section says and nothing else."""
    said_here = section.model_dump(by_alias=True, exclude_unset=True)
    found = {
        rule: {
            param: float(figures[written_name(param)]) for param in BOOK[rule].params if written_name(param) in figures
        }
        for rule, figures in said_here.items()
    }
    return {rule: params for rule, params in found.items() if params}


def figure_text(param: str, figure: float) -> str | float:
    """A figure as people write it, `90 min`, or a bare number where the parameter has no unit."""
    unit = _unit(param)
    if not unit:
        return int(figure) if figure.is_integer() else figure
    return f"{format(Decimal(repr(figure)).normalize(), 'f')} {_WRITTEN.get(unit, unit.removeprefix('_'))}"
