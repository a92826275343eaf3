"""`plan.json` (`"format": "hamsafar-plan/1"`): the Plan as JSON text and back, without loss.

Keys are the nouns' own names and carry units; instants are UTC, ISO 8601 with `Z`. The text is the same byte for
byte for the same plan. Reading refuses unknown keys and never executes anything; every error says where.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, time
from functools import cache
from typing import Any, TypeVar

from cattrs import Converter, override, transform_error
from cattrs.gen import make_dict_unstructure_fn
from cattrs.preconf.json import make_converter

from hamsafar.domain.aboard import Activity, Resource, Sample
from hamsafar.domain.places import Horizon, HorizonPoint
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Programme
from hamsafar.errors import HamsafarError, InputError
from hamsafar.timeline import Instant

FORMAT = "hamsafar-plan/1"
_Noun = TypeVar("_Noun")
_LARGEST_CHARACTERS = 64_000_000  # far above any real plan; a larger text is refused before it is parsed
_MOST_PLACEMENTS = 20_000  # ten times a long term with its flight; the verifier compares pairs
# What is not written where it says nothing: it came later, and most plans have no use for it.
# Inner nouns first: the outer takes what is registered by then.
_LEFT_OUT: dict[type[Any], tuple[str, ...]] = {
    Resource: ("source", "calendar", "window"),
    Sample: ("kept_in",),
    Activity: (
        "source",
        "flexible",
        "get_ahead",
        "spacing_max_min",
        "days_before_end",
        "same_people_as",
        "other_people_than",
        "apart_from",
    ),
    Programme: ("crew_day", "task_list", "boosts"),
    Plan: ("spare",),
}


@cache
def converter() -> Converter:
    """The one translation between nouns and JSON values."""
    made = make_converter(forbid_extra_keys=True)
    made.register_unstructure_hook(Instant, Instant.exact_iso)
    made.register_structure_hook(Instant, lambda value, _: Instant.parse(_text(value)))
    made.register_unstructure_hook(date, date.isoformat)
    made.register_structure_hook(date, lambda value, _: date.fromisoformat(_text(value)))
    made.register_unstructure_hook(time, lambda value: value.isoformat("minutes"))
    made.register_structure_hook(time, lambda value, _: time.fromisoformat(_text(value)))
    made.register_structure_hook(float, lambda value, _: _number(value))
    made.register_structure_hook(int, lambda value, _: _whole(value))
    made.register_structure_hook(str, lambda value, _: _text(value))
    made.register_structure_hook(bool, lambda value, _: _truth(value))
    made.register_unstructure_hook(Horizon, lambda horizon: made.unstructure(horizon.points))
    made.register_structure_hook(Horizon, lambda value, _: _horizon(made, value))
    for noun, names in _LEFT_OUT.items():
        left_out: Any = {name: override(omit_if_default=True) for name in names}
        made.register_unstructure_hook(noun, make_dict_unstructure_fn(noun, made, **left_out))
    return made


def write_plan(plan: Plan) -> str:
    """The plan as JSON text, ending in a newline."""
    body = {"format": FORMAT, **converter().unstructure(plan)}
    return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_plan(text: str, *, where: str = "plan.json") -> Plan:
    """The plan of a JSON text. Raises InputError naming file, place and what is wrong."""
    body = body_of(text, FORMAT, where)
    placements = body.get("placements")
    if isinstance(placements, list) and len(placements) > _MOST_PLACEMENTS:
        raise InputError(f"holds {len(placements)} placements, too many to be a plan", where=where)
    return structured(body, Plan, where)


def body_of(text: str, form: str, where: str) -> dict[str, Any]:
    """The object of a plan's text, of which `format` says that it is of this form, and is taken off it."""
    if len(text) > _LARGEST_CHARACTERS:
        raise InputError("is too large to be a plan", where=where)
    try:
        body = json.loads(text, parse_constant=no_constant, object_pairs_hook=each_once)
    except json.JSONDecodeError as problem:
        raise InputError(f"is not JSON: {problem.msg}", where=f"{where}:{problem.lineno}:{problem.colno}") from problem
    except (RecursionError, ValueError) as problem:
        raise InputError(f"is not JSON we can read: {problem}", where=where) from problem
    if not isinstance(body, dict) or body.get("format") != form:
        found = body.get("format") if isinstance(body, dict) else type(body).__name__
        raise InputError(f"is not a plan of format {form!r} (got {found!r})", where=where)
    body.pop("format")
    return body


def structured(body: dict[str, Any], noun: type[_Noun], where: str) -> _Noun:
    """The noun that such an object says. Raises InputError with each place that does not fit."""
    try:
        return converter().structure(body, noun)
    except HamsafarError as problem:
        raise InputError(str(problem), where=where) from problem
    except Exception as problem:  # cattrs groups whatever its hooks raised; each is told with its path
        raise InputError("; ".join(told_of(problem)[:20]), where=where) from problem


def told_of(problem: Exception) -> list[str]:
    """Each of the errors that the converter has grouped, with its place."""
    return [text.replace("@ $", "at plan") for text in transform_error(problem, format_exception=_say)]


def _say(problem: BaseException, wanted: type | None) -> str:
    if isinstance(problem, KeyError):
        return f"required key {problem} is missing"
    return str(problem) or type(problem).__name__


def no_constant(name: str) -> Any:
    """For `json.loads`: NaN and Infinity, which aren't JSON. Raises ValueError."""
    raise ValueError(f"{name} is not a number in JSON")


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `json.loads`: an object whose keys stand once each. Raises ValueError: two readers may take either."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {twice!r:.60} stands twice in one object")
    return made


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InputError(f"should be a text (got {value!r:.60})")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InputError("holds half a character (a lone surrogate)")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"should be a number (got {value!r:.60})")
    if value != value or value in (float("inf"), float("-inf")):
        raise InputError("should be a finite number")
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"should be a whole number (got {value!r:.60})")
    return value


def _horizon(made: Converter, value: object) -> Horizon:
    """A horizon is written as the list of its points."""
    if not isinstance(value, list) or not all(isinstance(point, dict) for point in value):
        raise InputError(f"should be a list of points, each with azimuth_deg and elevation_deg (got {value!r:.60})")
    return Horizon(points=made.structure(value, tuple[HorizonPoint, ...]))


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"should be true or false (got {value!r:.60})")
    return value
