"""Of a history of elements a programme carries what a forecast needs: the newest, and ever fewer the older they are."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from breaking import copy_of_base
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.domain.elements import Elements
from hamsafar.domain.history import MOST_CARRIED, thinned
from hamsafar.formats.tle_writer import write_tles
from hamsafar.programme import read_programme
from hamsafar.timeline import Instant
from handmade import ELEMENTS

NEWEST = ELEMENTS.epoch


def sets_of(ages_s: list[int]) -> list[Elements]:
    return [evolve(ELEMENTS, epoch=NEWEST.plus(seconds=-age_s), designator="21035A", text=()) for age_s in ages_s]


def ages_d(sets: tuple[Elements, ...]) -> list[float]:
    return [NEWEST.seconds_since(one.epoch) / 86_400 for one in sets][::-1]


ages = st.lists(
    st.one_of(st.integers(0, 20 * 86_400), st.integers(0, 900 * 86_400), st.integers(0, 20).map(lambda d: d * 86_400)),
    min_size=1,
    max_size=200,
)


@given(ages, st.randoms())
def test_the_newest_is_the_last_of_few_that_ascend_and_thinning_again_changes_nothing(ages_s, random) -> None:
    sets = sets_of(ages_s)
    kept = thinned(sets)
    assert kept[-1].epoch == max(one.epoch for one in sets)
    assert all(one.epoch < other.epoch for one, other in pairwise(kept))
    assert set(kept) <= set(sets)
    assert len(kept) <= MOST_CARRIED
    assert thinned(kept) == kept
    random.shuffle(sets)
    assert thinned(sets) == kept


@given(ages)
def test_nothing_is_lost_that_no_newer_set_of_its_stretch_stands_for(ages_s) -> None:
    sets = sets_of([*ages_s, 0])
    kept = ages_d(thinned(sets))
    for age in ages_d(tuple(sets)):
        if age < 802:
            reach_d = 1 / 24 if age < 10 else 1 if age < 70 else 10
            assert any(0 <= age - other < reach_d for other in kept), age


def test_a_set_every_two_hours_for_three_years_becomes_some_two_hundred() -> None:
    kept = ages_d(thinned(sets_of([hours * 3_600 for hours in range(0, 3 * 8_766, 2)])))
    assert [age for age in kept if age < 10] == [hours / 24 for hours in range(0, 240, 2)]
    assert [age for age in kept if 10 <= age < 70] == list(range(10, 70))
    assert [age for age in kept if age >= 70] == list(range(70, 800, 10))
    assert len(thinned(sets_of(list(range(0, 40 * 86_400, 60))))) == 240 + 30  # one an hour at the most


def test_of_one_epoch_the_later_element_set_number_counts() -> None:
    first, second = evolve(ELEMENTS, element_set=998), evolve(ELEMENTS, element_set=999)
    assert thinned([second, first]) == thinned([first, second]) == (second,)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of_base(tmp_path)


def test_a_programme_of_many_epochs_is_read_with_its_history(folder: Path) -> None:
    many = sets_of([hours * 3_600 for hours in range(0, 24 * 400, 5)])
    (folder / "elements.tle").write_text(write_tles(many[::-1]), encoding="ascii")
    read = read_programme(folder).elements
    assert len(read) == len(thinned(many))
    for one, other in zip(read, thinned(many), strict=True):
        assert abs(one.epoch.seconds_since(other.epoch)) < 0.001  # lines print an epoch to 0.9 ms
    earlier = read_programme(folder, as_of=NEWEST.plus(days=-100)).elements
    assert NEWEST.plus(days=-100.3) < earlier[-1].epoch <= NEWEST.plus(days=-100)
    assert len(earlier) == 48 + 60 + 23  # of the 300 days before then


def test_a_bad_set_at_the_end_is_carried_too_for_whoever_judges_it(folder: Path) -> None:
    path = folder / "elements.tle"
    (bad,) = sets_of([-7_200])
    bad = evolve(bad, mean_anomaly_deg=200.0)
    path.write_text(write_tles([*sets_of([0, 30_000, 60_000]), bad]), encoding="ascii")
    assert [one.mean_anomaly_deg for one in read_programme(folder).elements][-1] == 200.0


def test_a_set_given_twice_is_read_once(folder: Path) -> None:
    (one,) = sets_of([0])
    twice = write_tles([one, evolve(one, element_set=998), one])
    (folder / "elements.tle").write_text(twice, encoding="ascii")
    (one,) = read_programme(folder).elements
    assert one.element_set == 999
    assert one.epoch == Instant.parse("2026-09-18T07:08:44.680704Z")
