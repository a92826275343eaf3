"""Whom criteria exclude before anybody applies: published limits of height, groups named, and what is not known."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from hamsafar.catalog.populations import population, population_names
from hamsafar.domain.campaign import Campaign, Criterion, Field, Option, PopulationShare, Retention
from hamsafar.errors import InputError
from hamsafar.resources import read_text
from hamsafar.selection.exclusion import GroupPreview, preview

SEX = Field(
    id="sex",
    title="Sex",
    kind="choice",
    options=(Option(id="female", title="Female"), Option(id="male", title="Male")),
    group=True,
)
HEIGHT = Field(id="height", title="Height", kind="number", unit="cm")
BORN = Field(id="born", title="Date of birth", kind="date")
DEGREE = Field(
    id="degree",
    title="Degree",
    kind="choice",
    options=tuple(Option(id=one, title=one) for one in ("none", "bachelor", "master", "doctor")),
)
HONG_KONG = (("female", 155.5, 6.0), ("male", 168.0, 5.8))
# Hong Kong and Macao, 2022: 1.62-1.75 m for men, 1.60-1.75 m for women (facts/selection.md, A2)
MEN = Criterion(
    id="height-men", title="", field="height", minimum=162, maximum=175, only_for={"sex": ("male",)}, source="A2"
)
WOMEN = Criterion(id="height-women", title="", field="height", minimum=160, maximum=175, only_for={"sex": ("female",)})


def campaign(
    criteria: tuple[Criterion, ...],
    population: tuple[PopulationShare, ...] = (),
    fields: tuple[Field, ...] = (SEX, HEIGHT),
) -> Campaign:
    day = date(2027, 1, 1)
    return Campaign(
        id="c",
        title="",
        opens=day,
        closes=day,
        organisations=(),
        roles=(),
        fields=fields,
        criteria=criteria,
        stages=(),
        boards=(),
        rooms=(),
        retention=Retention(not_chosen=day, chosen=day),
        population=population,
    )


def heights(rows: tuple[tuple[str, float, float], ...] = HONG_KONG) -> tuple[PopulationShare, ...]:
    return tuple(PopulationShare(field="height", group={"sex": who}, mean=m, sd=s) for who, m, s in rows)


def groups(of: Campaign) -> dict[str, GroupPreview]:
    return {one.group: one for one in preview(of).groups}


def test_limits_of_height_pass_a_third_of_the_women() -> None:
    """Normal shares: women (160 - 155.5)/6 and (175 - 155.5)/6, men (162 - 168)/5.8 and (175 - 168)/5.8."""
    found = groups(campaign((MEN, WOMEN), heights()))
    women, men = norm.cdf(3.25) - norm.cdf(0.75), norm.cdf(7 / 5.8) - norm.cdf(-6 / 5.8)
    assert found["female"].together == pytest.approx(women)
    assert found["male"].together == pytest.approx(men)
    assert round(women, 3) == 0.226
    assert round(men, 3) == 0.736
    assert found["female"].flag
    assert found["female"].ratio == pytest.approx(women / men)
    assert [one.basis for one in found["female"].criteria] == ["not asked", "population"]
    assert "below four fifths" in found["female"].sentence
    assert not found["male"].flag


def test_the_catalogues_populations_carry_origin_and_licence() -> None:
    for name in population_names():
        about = read_text(f"catalog/data/populations/{name}.yaml")
        assert all(f"  {word}: " in about for word in ("origin", "date", "licence"))
        found = groups(campaign((MEN, WOMEN), population(name)))
        assert found["female"].flag
    with pytest.raises(InputError, match="there are china-adults, hong-kong-adults"):
        population("../roles")


def test_a_criterion_that_names_a_group_excludes_the_others() -> None:
    only = Criterion(id="men-only", title="", field="sex", one_of=("male",))
    found = groups(campaign((only,)))
    assert found["female"].excluded_by == ("men-only",)
    assert (found["female"].together, found["female"].ratio, found["female"].flag) == (0, 0, True)
    assert "excluded as a group by men-only" in found["female"].sentence
    assert (found["male"].together, found["male"].flag) == (1, False)


def test_limits_on_one_field_are_joined_and_ages_count_whole_years() -> None:
    young = Criterion(id="young", title="", field="born", maximum=45)
    grown = Criterion(id="grown", title="", field="born", minimum=30)
    people = (PopulationShare(field="born", group={}, mean=35, sd=10),)
    (one, _) = preview(campaign((young, grown), people, (SEX, BORN))).groups
    assert one.together == pytest.approx(norm.cdf(46, 35, 10) - norm.cdf(30, 35, 10))


def test_options_by_rank() -> None:
    doctor = Criterion(id="degree", title="", field="degree", at_least="master")
    people = tuple(
        PopulationShare(field="degree", group={"sex": who}, shares={"bachelor": 0.3, "master": m, "doctor": 0.01})
        for who, m in (("female", 0.09), ("male", 0.04))
    )
    found = groups(campaign((doctor,), people, (SEX, DEGREE)))
    assert found["female"].together == pytest.approx(0.10)
    assert found["male"].ratio == pytest.approx(0.5)


def test_what_is_not_known_is_said() -> None:
    found = preview(campaign((MEN, WOMEN)))
    assert [one.known for one in found.groups] == [False, False]
    assert any("Not known" in note for note in found.notes)


@given(st.floats(100, 220), st.floats(100, 220), st.floats(140, 190), st.floats(1, 15))
def test_a_share_is_a_share_and_tighter_limits_never_raise_it(a: float, b: float, mean: float, sd: float) -> None:
    people = heights((("female", mean, sd), ("male", mean, sd)))
    wide = Criterion(id="wide", title="", field="height", minimum=min(a, b), maximum=max(a, b))
    tight = Criterion(id="tight", title="", field="height", minimum=min(a, b) + 1)
    one = groups(campaign((wide,), people))["female"].together
    both = groups(campaign((wide, tight), people))["female"].together
    assert 0 <= both <= one <= 1
