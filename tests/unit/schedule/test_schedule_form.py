"""The JSON form: what is written is read back the same; whatever is wrong in a file is told at once, with places."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest
from any_problem import problems
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hamsafar.errors import InputError, InputErrors
from hamsafar.resources import read_text
from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Constraint
from hamsafar.schedule.form import FORMAT, read_problem, schedule_from_json, schema_text, write_problem
from hamsafar.schedule.form_shape import KINDS, OWN_RULE, by_kind, entries, is_tagged
from hamsafar.schedule.json_text import LARGEST_CHARACTERS, MOST_ERRORS, MOST_SIGNS, scanned
from hamsafar.schedule.objectives import Objective
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Tag, Task

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples" / "problems").glob("*.json"))
VALIDATOR = Draft202012Validator(json.loads(schema_text()))
ALL_KINDS = (*get_args(Constraint), *get_args(Objective))

SMALL = """{
  "format": "hamsafar-problem/1", "name": "p", "first": 0, "last": 60,
  "people": [{"id": "ann", "skills": {"arm": 2}}],
  "activities": [
    {"id": "a", "duration": 5, "occupies": {"lab": 1}, "picks": [{"name": "who", "count": 1, "skill": "arm"}],
      "allowed": [{"ranges": [[0, 20], [30, 40]]}]},
    {"id": "b", "optional": true, "modes": [{"id": "m", "duration": 4}, {"id": "n", "duration": 6}]}],
  "constraints": [
    {"kind": "capacity", "resource": "lab", "capacity": 1, "rule": "LAB"},
    {"kind": "lag", "before": "a", "after": "b", "min_gap": 2, "max_gap": null, "rule": "ORD",
      "price": {"term": "cost"}}],
  "objectives": [{"kind": "soft-costs", "name": "cost"}]
}
"""


def body() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SMALL)
    return found


def errors_of(text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read_problem(text, "f")
    return [str(error) for error in caught.value.errors]


# ---- there and back


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_is_read_back_the_same(kind: type, data: st.DataObject) -> None:
    problem = data.draw(problems(kind))
    text = write_problem(problem)
    again = read_problem(text, "f")
    assert again == problem
    assert write_problem(again) == text
    VALIDATOR.validate(json.loads(text))


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_thousands_are_read_back_the_same(problem: Problem) -> None:
    assert read_problem(write_problem(problem), "f") == problem


def test_what_says_nothing_is_left_out() -> None:
    told = json.loads(write_problem(read_problem(SMALL, "f")))
    assert told == body()
    assert list(told) == ["format", "name", "first", "last", "activities", "constraints", "objectives", "people"]


def test_a_demand_of_an_activity_is_tagged_with_the_activity_where_it_names_no_rule() -> None:
    a = read_problem(SMALL, "f").tasks[0]
    assert a.allowed[0].tag == a.picks[0].tag == Tag(OWN_RULE, "a")
    changed = body()
    changed["activities"][0]["allowed"][0] |= {"rule": "R", "place": "", "detail": "d", "source": "s"}
    changed["activities"][0]["required"] = {"detail": "it is paid for"}
    a = read_problem(json.dumps(changed), "f").tasks[0]
    assert a.allowed[0].tag == Tag("R", "", "d", "s")
    assert a.required == Tag(OWN_RULE, "a", "it is paid for")


# ---- whatever is wrong


def test_every_error_is_told_at_once_with_its_place_in_reading_order() -> None:
    text = """{"format": "hamsafar-problem/1", "name": "p",
  "first": 0, "last": 60.0, "tck": "min",
  "activities": [
    {"id": "a", "duration": "5", "occupies": {"lba": 1, "lab": true}},
    {"id": "b", "duration": -5, "optional": 1, "value": 99999999999999999999999999999999999999}
  ],
  "constraints": [
    {"kind": "capacity", "resource": "lab", "capacity": -1, "rule": "LAB"},
    {"kind": "lagg", "before": "a", "after": "b", "min_gap": 2, "max_gap": null, "rule": "ORD"},
    {"kind": "lag", "before": "a", "after": "ghost", "max_gap": null, "since": "middle"},
    7
  ],
  "objectives": [{"kind": "peak", "name": "x", "unit": "", "loads": [{"weights": {"a": 1}, "start": 5, "end": 5}]}]
}"""
    assert errors_of(text) == [
        "f:2:23 last: should be a whole number, without quotes (got 60.0)",
        "f:2:29 tck: this key is unknown; did you mean 'tick'?",
        "f:4:29 activities[0].duration: should be a whole number, without quotes (got '5')",
        "f:4:47 activities[0].occupies.lba: 'lba' is no person, and no capacity or no-overlap names it; did you mean "
        "'lab'?",
        "f:4:64 activities[0].occupies.lab: should be a whole number, without quotes (got true)",
        "f:5:29 activities[1].duration: should be at least 0 (got -5)",
        "f:5:45 activities[1].optional: should be true or false (got 1)",
        "f:5:57 activities[1].value: should be a whole number, without quotes (got a number of 38 digits)",
        "f:8:57 constraints[0].capacity: is negative (got -1)",
        "f:9:14 constraints[1].kind: is no kind that we know; did you mean 'lag'? (got 'lagg')",
        "f:10:5 constraints[2].min_gap: is missing; it should be a whole number, without quotes, or null",
        "f:10:5 constraints[2].rule: is missing; it should be a text in quotes",
        "f:10:45 constraints[2].after: there is no activity 'ghost'; there is a, b",
        "f:10:80 constraints[2].since: should be one of start, end (got 'middle')",
        "f:11:5 constraints[3]: should be an object { } (got 7)",
        "f:13:111 objectives[0].loads[0].end: the stretch [5, 5) is empty",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"first": 0', '"first": 0, "first": 1', "f:2:60 first: this key is written twice"),
        ('"first": 0', '"first": 0, "f\\u0069rst": 1', "f:2:60 first: this key is written twice"),
        ('"first": 0', '"first": NaN', "f:2:57 first: NaN is not a number in JSON"),
        ('"first": 0', '"first": -Infinity', "f:2:57 first: -Infinity is not a number in JSON"),
        ('"first": 0', '"first": 1e999', "f:2:57 first: should be a whole number, without quotes (got inf)"),
        ('"name": "p"', '"name": "\\ud800"', "f:2:43 name: holds half a character (a lone surrogate)"),
        ('"first": 0', f'"first": {"9" * 5_000}',
         "f:2:57 first: should be a whole number, without quotes (got a number of 5000 digits)"),
        ('"capacity": 1', f'"capacity": {2**50}',
         f"f:9:57 constraints[0].capacity: lies beyond ±{2**40} (got {2**50})"),
        ('"id": "m"', '"id": "n"', "f:7:80 activities[1].modes[1].id: 'n' is given twice; the first is entry 0 of this "
         "list"),
        ('"optional": true', '"duration": 3', "f:7:29 activities[1].duration: counts for nothing beside modes; give it "
         "in each of them"),
        ('"skill": "arm"', '"candidates": ["anne"]', "f:5:109 activities[0].picks[0].candidates[0]: 'anne' is no person"
         ", and no capacity or no-overlap names it; did you mean 'ann'?"),
        ('"skill": "arm"', '"skill": "arm", "level": 1, "count": 2', "f:5:122 activities[0].picks[0].count: this key "
         "is written twice"),
        ('"term": "cost"', '"term": "costs"', "f:11:25 constraints[1].price.term: no soft-costs objective is called "
         "'costs'; did you mean 'cost'?"),
        ('[0, 20]', '[0, 20, 3]', "f:6:31 activities[0].allowed[0].ranges[0]: should be a list of 2 (got 3 entries)"),
        ('[30, 40]', '[20, 40]', "f:6:40 activities[0].allowed[0].ranges[1]: the range [20, 40] does not come after "
         "[0, 20]; ranges are ascending and disjoint"),
        ('"kind": "lag", ', '', "f:10:5 constraints[1].kind: is missing; it should be one of no-overlap, capacity, "),
        ('"hamsafar-problem/1"', '"hamsafar-plan/1"', "f:2:13 format: should be \"hamsafar-problem/1\" (got "
         "'hamsafar-plan/1')"),
        ('"format": "hamsafar-problem/1", ', '', 'f:1:1 format: should be "hamsafar-problem/1"; add it first in the '
         'file'),
        ('"first": 0,', '"first": 0', "f:2:59: is not JSON: expecting ',' delimiter"),
    ],
)  # fmt: skip
def test_one_slip_is_one_error(old: str, new: str, told: str) -> None:
    assert SMALL.count(old) == 1, old
    (error,) = errors_of(SMALL.replace(old, new))
    assert error.startswith(told)


def test_what_a_milestone_takes_is_an_error_at_its_place() -> None:
    picks = [{"name": "who", "count": 1, "candidates": ["ann", "ben"]}]
    mode = {"occupies": {"lab": 1}, "picks": [{**picks[0], "name": "two"}]}
    activities = [
        {"id": "a", "duration": 0, "occupies": {"lab": 1}, "picks": picks},
        {"id": "b", "picks": picks, "modes": [{"id": "m", "duration": 0, **mode}, {"id": "n", "duration": 3, **mode}]},
        {"id": "c", "picks": picks, "modes": [{"id": "m", "duration": 0}]},
        {"id": "d", "duration": 0, "occupies": {"lab": 0}, "picks": [{**picks[0], "count": 0}]},
    ]
    text = json.dumps({**body(), "activities": activities, "constraints": [], "objectives": []})
    told = [
        (error.split()[1].rstrip(":"), error.split(": ", 1)[1]) for error in errors_of(text) if "no effect" in error
    ]
    words = "has no effect: a milestone (duration 0) is never under way; give it a duration, or leave this out"
    places = ("[0].occupies", "[0].picks", "[1].modes[0].occupies", "[1].modes[0].picks", "[2].picks")
    assert told == [(f"activities{place}", words) for place in places]


@pytest.mark.parametrize("path", [None, *EXAMPLES], ids=lambda path: path.stem if path else "small")
def test_every_path_is_found_where_its_value_begins(path: Path | None) -> None:
    """The standard library's own reader, set down at the place of a path, reads the value of that path."""
    text = path.read_text(encoding="utf-8") if path else SMALL
    whole = json.loads(text)
    wanted = list(places(whole))
    found = scanned(text, wanted, odd=False)
    assert len(wanted) > 50
    for steps in wanted:
        value = whole
        for step in steps:
            value = value[step]
        assert json.JSONDecoder().raw_decode(text, found.values[steps])[0] == value
        if isinstance(steps[-1], str):
            assert json.JSONDecoder().raw_decode(text, found.keys[steps])[0] == steps[-1]
        else:
            assert steps not in found.keys


@pytest.mark.parametrize("text", ["", " ", "7", "null", '"x"', "[]", "\ufeff", "{", "\ud800", "{}", "\x00", "NaN"])
def test_what_is_no_problem_at_all_is_one_error(text: str) -> None:
    assert len(errors_of(text)) == 1


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_problem("\ufeff" + SMALL, "f") == read_problem(SMALL, "f")


@pytest.mark.parametrize("deep", [900, 100_000])
@pytest.mark.parametrize("left_right", ["[]", "{}"])
def test_deep_nesting_is_an_error(deep: int, left_right: str) -> None:
    left, right = ('{"a":', "}") if left_right == "{}" else "[]"
    assert errors_of(SMALL.replace('"first": 0', f'"first": {left * deep}0{right * deep}'))


def test_a_huge_text_is_refused_before_it_is_read() -> None:
    (error,) = errors_of(" " * (LARGEST_CHARACTERS + 1))
    assert error == "f:1:1: is larger than 64 million characters"


def test_a_file_wrong_in_every_line_says_so_with_fewer() -> None:
    changed = body()
    changed["activities"] = [{"id": f"t{k}", "x": 1} for k in range(20_000)]
    found = errors_of(json.dumps(changed))
    assert len(found) == MOST_ERRORS + 1
    assert found[-1] == "f: and more: nothing was looked for after 1,000 errors"


@pytest.mark.parametrize("sign", MOST_SIGNS)
def test_a_text_with_more_in_it_than_is_read_is_refused_before_it_is_parsed(sign: str) -> None:
    (error,) = errors_of(sign * (MOST_SIGNS[sign] + 1))
    assert error == f"f:1:1: has more than {MOST_SIGNS[sign]:,} of the sign {sign} and so holds more than is read"


def test_looking_for_what_is_odd_ends_with_enough_of_it() -> None:
    """What lies behind the thousandth is left out: neither told in another's place, nor walked to."""
    text = SMALL.replace('"first": 0', '"first": ' + '{"x": [' + "NaN, " * 5_000 + '0]}, "zzz": 1')
    found = errors_of(text)
    assert len(found) == MOST_ERRORS + 1
    assert found[-1] == "f: and more: nothing was looked for after 1,000 errors"
    assert not any("zzz" in error for error in found)


def test_numbers_beyond_all_meaning_are_told_up_to_a_thousand() -> None:
    changed = body()
    changed["hint"] = {f"t{k}": 2**50 for k in range(5_000)}
    assert len(errors_of(json.dumps(changed))) == MOST_ERRORS + 1


_PLACE = re.compile(r"f:(\d+):(\d+)( \S.*)?", re.DOTALL)


def tried(text: str, read: Callable[[str], object]) -> bool:
    """Whether a text was read; any other exception than InputErrors, or an error without its place, fails."""
    told: tuple[InputError, ...] = ()
    try:
        read(text)
    except InputErrors as problem:
        told = problem.errors
    else:
        return True
    assert told
    for error in told:
        place = _PLACE.fullmatch(error.where)
        assert place, error.where
        assert 1 <= int(place[1]) <= text.count("\n") + 1
        str(error).encode()  # whatever is told can be printed
    return False


def the_problem(text: str) -> None:
    problem = read_problem(text, "f")
    assert read_problem(write_problem(problem), "f") == problem


def test_a_text_cut_anywhere_is_an_error_or_the_same_problem() -> None:
    whole = read_problem(SMALL, "f")
    for end in range(len(SMALL)):
        if tried(SMALL[:end], the_problem):
            assert read_problem(SMALL[:end], "f") == whole


OTHERS = (
    *(None, True, 0, 1, -1, 3.0, 2**41, 2**70, float("nan"), "", "a", "ghost", "\ud800", [], {}, [[]], [[3, 1]]),
    *([None], {"a": 1}, {"": -1}, {"kind": "lag"}, [{"kind": "peak", "loads": 3}], ["a", "a"], {"term": "x"}),
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path below a value."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in below:
        yield (*at, step)
        yield from places(one, (*at, step))


def damaged(good: Any, dice: random.Random) -> Any:
    """A copy with one to three entries deleted, doubled, renamed or replaced."""
    made = json.loads(json.dumps(good))
    for _ in range(dice.choice((1, 1, 2, 3))):
        found = list(places(made))
        if not found:
            break
        *above, last = dice.choice(found)
        held = made
        for step in above:
            held = held[step]
        match dice.randrange(4):
            case 0:
                del held[last]
            case 1 if isinstance(held, list):
                held.insert(last, held[last])
            case 2 if isinstance(held, dict):
                held[dice.choice((f"{last}x", "rule", "kind", ""))] = held.pop(last)
            case _:
                held[last] = dice.choice(OTHERS)
    return made


@pytest.mark.parametrize("path", [None, *EXAMPLES], ids=lambda path: path.stem if path else "small")
def test_damaged_problems_are_errors_and_nothing_else(path: Path | None) -> None:
    good, dice = json.loads(path.read_text(encoding="utf-8") if path else SMALL), random.Random(7)
    read = [tried(json.dumps(damaged(good, dice)), the_problem) for _ in range(150 if path else 1_000)]
    assert not all(read)


# ---- schedules


def test_a_schedule_is_read_as_solve_prints_it() -> None:
    problem = read_problem(SMALL, "f")
    text = '{"status": "optimal", "start": {"a": 3, "b": 10}, "mode": {"b": "n"}, "picked": {"a": {"who": ["ann"]}}}'
    placed = schedule_from_json(text, "f", problem)
    assert placed == {"a": Placed(start=3, picked={"who": ("ann",)}), "b": Placed(start=10, mode="n")}
    assert check(problem, placed) == ()
    assert schedule_from_json('{"start": {}}', "f", problem) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", ['f:1:1: should be an object { } with the key "start" (got an empty list)']),
        ("{}", ["f:1:1 start: is missing: this tells no schedule"]),
        ('{"status": "infeasible", "start": {}}',
         ["f:1:35 start: is missing: this tells no schedule; its status is 'infeasible'"]),
        ('{"start": [1]}', ["f:1:11 start: should be an object { } of activities (got a list)"]),
        ('{"start": {"a": 1.0, "bb": 2}, "mode": {"b": "n"}}', [
            "f:1:17 start.a: should be a whole number of ticks (got 1.0)",
            "f:1:22 start.bb: the problem has no activity 'bb'; did you mean 'b'?",
            "f:1:41 mode.b: this activity has no start",
        ]),
        ('{"start": {"a": 99999999999999999, "b": 2}, "mode": {"a": "m", "b": "o"}, "picked": {"a": {"whom": []}}}', [
            "f:1:17 start.a: lies beyond ±1099511627776 (got 99999999999999999)",
            "f:1:59 mode.a: the activity has no modes (got 'm')",
            "f:1:69 mode.b: is no mode of the activity; there is m, n (got 'o')",
            "f:1:92 picked.a.whom: the activity has no pick 'whom'; did you mean 'who'?",
        ]),
        ('{"start": {"a": 1, "b": 2}, "picked": {"a": {"who": "ann"}, "b": []}}', [
            "f:1:1 mode.b: is missing; it should be one of m, n",
            "f:1:53 picked.a.who: should be a list of ids (got 'ann')",
            "f:1:66 picked.b: should be an object { } of picks (got an empty list)",
        ]),
        ('{"start": {"a": 1, "a": 2}}', ["f:1:20 start.a: this key is written twice"]),
    ],
)  # fmt: skip
def test_every_error_of_a_schedule_is_told(text: str, told: list[str]) -> None:
    with pytest.raises(InputErrors) as caught:
        schedule_from_json(text, "f", read_problem(SMALL, "f"))
    assert [str(error) for error in caught.value.errors] == told


def test_damaged_schedules_are_errors_and_nothing_else() -> None:
    problem, dice = read_problem(SMALL, "f"), random.Random(7)
    text = '{"start": {"a": 3, "b": 10}, "mode": {"b": "n"}, "picked": {"a": {"who": ["ann"]}}}'
    for end in range(len(text)):
        tried(text[:end], lambda cut: schedule_from_json(cut, "f", problem))
    for _ in range(1_000):
        tried(json.dumps(damaged(json.loads(text), dice)), lambda bad: schedule_from_json(bad, "f", problem))


# ---- what describes it


def test_the_committed_schema_is_up_to_date() -> None:
    """`python tools/write_schema.py` writes it again."""
    assert read_text("schedule/problem.schema.json") == schema_text()
    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_read_and_fits_the_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    VALIDATOR.validate(json.loads(text))
    problem = read_problem(text, path.name)
    assert read_problem(write_problem(problem), path.name) == problem


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"first": 0', '"first": 0, "frst": 1'),
        ('"first": 0', '"first": true'),
        ('"first": 0', '"first": 0.5'),
        ('"duration": 5', '"duration": -5'),
        ('"kind": "lag"', '"kind": "lagg"'),
        ('"rule": "ORD"', '"place": "x"'),
        ("[0, 20]", "[0, 20, 30]"),
        ("[0, 20]", "[0]"),
        ('"format"', '"form"'),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    VALIDATOR.validate(body())
    changed = SMALL.replace(old, new)
    assert not VALIDATOR.is_valid(json.loads(changed))
    assert errors_of(changed)


def test_no_key_has_two_meanings_and_every_kind_has_its_own_word() -> None:
    for made in (Problem, Task, *ALL_KINDS):
        keys = [entry.key for entry in entries(made)]
        assert len(keys) == len(set(keys)), made
    assert sum(len(by_kind(union)) for union in KINDS) == len(ALL_KINDS) == len(set().union(*map(by_kind, KINDS)))
    assert all(is_tagged(made) for made in get_args(Constraint))
    assert all(attrs.has(made) for made in ALL_KINDS)
    assert FORMAT == "hamsafar-problem/1"
