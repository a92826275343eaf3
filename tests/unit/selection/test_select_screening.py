"""Criteria at their limits: ages to the day, bounds inclusive, bands on either side, and what nobody can judge."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.domain.campaign import Campaign, Criterion
from hamsafar.domain.selection import Applicant, Value, Verdict
from hamsafar.selection.screening import age_on, own_value, screened, second_looks, told
from selecting import applicants, campaign

CAMPAIGN = campaign()
DAY = date(2027, 2, 1)


def verdict(value: Value, *, only: dict[str, Value] | None = None, **asked: object) -> Verdict | None:
    kind = {float: "height", date: "birth-date", bool: "national", str: "degree"}.get(type(value), "height")
    field = str(asked.pop("field", kind))
    criterion = Criterion(id="c", title="C", field=field, **asked)  # type: ignore[arg-type]
    stage = evolve(CAMPAIGN.stages[0], criteria=("c",))
    made: Campaign = evolve(CAMPAIGN, criteria=(criterion,))
    found = screened(made, stage, [person({field: value, **(only or {})})])
    return found.rows[0].verdict if found.rows else None


def person(fields: dict[str, Value]) -> Applicant:
    return Applicant(code="C", source="s", source_id="1", submitted=None, fields=fields, valid=True)


@pytest.mark.parametrize(
    ("cm", "said"),
    [
        (162.0, "passes"), (175.0, "passes"), (161.9, "fails"), (175.1, "fails"), (168.0, "passes"), (None, "unknown"),
    ],
)  # fmt: skip
def test_bounds_are_inclusive(cm: float | None, said: str) -> None:
    assert verdict(cm, field="height", minimum=162, maximum=175) == said


@pytest.mark.parametrize(
    ("cm", "said"),
    [
        (160.9, "fails"), (161.0, "second-look"), (162.0, "second-look"), (163.0, "second-look"), (163.1, "passes"),
        (173.9, "passes"), (174.0, "second-look"), (176.0, "second-look"), (176.1, "fails"),
        (1.61 * 100, "second-look"),  # 161.00000000000003 in binary
    ],
)  # fmt: skip
def test_a_band_lies_on_both_sides_of_a_limit(cm: float, said: str) -> None:
    assert verdict(cm, minimum=162, maximum=175, band=1) == said


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(1997, 2, 1), "passes"),  # thirty on the day
        (date(1997, 2, 2), "fails"),
        (date(1981, 2, 2), "passes"),  # 45, and 46 tomorrow
        (date(1981, 2, 1), "fails"),  # 46 today
        (date(2030, 1, 1), "unknown"),  # not born yet: a slip
    ],
)
def test_ages_are_exact_to_the_day(born: date, said: str) -> None:
    assert verdict(born, minimum=30, maximum=45, on=DAY) == said


def test_who_was_born_on_the_leap_day_is_older_on_the_first_of_march() -> None:
    born = date(1996, 2, 29)
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 28), date(2028, 2, 29))
    assert [age_on(born, day) for day in days] == [29, 30, 31, 32]
    assert verdict(born, minimum=30, on=date(2026, 2, 28)) == "fails"
    assert verdict(born, minimum=30, on=date(2026, 3, 1)) == "passes"


@given(st.dates(date(1920, 1, 1), date(2010, 1, 1)), st.integers(0, 20_000))
def test_an_age_grows_by_one_each_year_and_never_shrinks(born: date, days: int) -> None:
    """Against counting birthdays one by one."""
    day = born + timedelta(days=days)
    birthdays = 0
    for year in range(born.year + 1, day.year + 1):
        try:
            birthday = born.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        birthdays += birthday <= day
    assert age_on(born, day) == birthdays


def test_ranked_answers_sets_and_truths() -> None:
    assert verdict("master", at_least="master") == "passes"
    assert verdict("doctorate", at_least="master") == "passes"
    assert verdict("bachelor", at_least="master") == "fails"
    assert verdict("physics", field="discipline", one_of=("physics",)) == "passes"
    assert verdict("other", field="discipline", one_of=("physics",)) == "fails"
    assert verdict(True, holds=True) == "passes"
    assert verdict(False, holds=True) == "fails"
    assert verdict(("en", "fr"), field="region", one_of=("fr",)) == "passes"


def test_a_criterion_is_asked_of_some_only_and_fails_closed_where_nobody_knows_of_whom() -> None:
    asked = {"minimum": 162, "only_for": {"sex": ("male",)}}
    assert verdict(150.0, only={"sex": "male"}, **asked) == "fails"
    assert verdict(150.0, only={"sex": "female"}, **asked) is None
    assert verdict(170.0, only={"sex": None}, **asked) == "unknown"


def test_the_candidate_reads_which_condition_failed_with_limit_and_own_value_and_the_record_does_not() -> None:
    stage = CAMPAIGN.stages[0]
    one = evolve(applicants(count=1)[0], fields={**applicants(count=1)[0].fields, "sex": "female", "height": 158.2})
    found = screened(CAMPAIGN, stage, [one])
    row = next(row for row in found.rows if row.verdict == "fails")
    assert row.criterion == "height-women"
    said = told(CAMPAIGN, row, one)
    assert "at least 160 cm and at most 175 cm; your answer: 158.2 cm. This is not met." in said
    assert "158.2" not in row.sentence
    assert found.overall == {one.code: "fails"}


def test_a_second_look_shows_the_value_and_nothing_else() -> None:
    stage = CAMPAIGN.stages[0]
    one = evolve(applicants(count=1)[0], fields={**applicants(count=1)[0].fields, "sex": "male", "height": 161.5})
    (row,) = second_looks(screened(CAMPAIGN, stage, [one]).rows)
    criterion = next(each for each in CAMPAIGN.criteria if each.id == row.criterion)
    assert own_value(CAMPAIGN, criterion, one) == "161.5 cm"


def test_withdrawn_and_unreadable_applications_are_not_judged() -> None:
    some = applicants(count=3)
    given_ = [evolve(some[0], withdrawn=True), evolve(some[1], valid=False), some[2]]
    assert list(screened(CAMPAIGN, CAMPAIGN.stages[0], given_).overall) == [some[2].code]


def test_the_generator_has_the_shape_it_says() -> None:
    """4,000 draws: the standard error of a share of 0.34 is 0.0075, of 0.20 it is 0.0063; four of them are allowed."""
    made = applicants(count=4_000)
    assert abs(sum(one.fields["sex"] == "female" for one in made) / 4_000 - 0.34) < 4 * 0.0075
    found = screened(CAMPAIGN, CAMPAIGN.stages[0], made)
    failing = sum(said == "fails" for said in found.overall.values())
    assert abs(failing / 4_000 - 0.20) < 4 * 0.0063
    assert set(found.overall.values()) == {"passes", "fails"}
    assert made[:50] == applicants(count=50)
