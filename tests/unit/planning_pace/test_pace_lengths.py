"""How long something takes a newcomer: quantiles of lognormals by their mean and P90, learned by repetition."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboard import activity, programme
from hamsafar.domain.aboard import Pace
from hamsafar.planning.change_of_figures import with_figure
from hamsafar.planning.pace.lengths import Factor, newcomers_factor, paced, planned_lengths, planned_min
from hamsafar.verify.case import Case
from hamsafar.verify.pace import needed_min
from paced import stay

_Z = {0.5: 0.0, 0.9: 1.2815515655446004, 0.975: 1.959963984540054}  # printed tables


@pytest.mark.parametrize(("mean", "p90"), [(1.5, 2.0), (1.1, 1.25), (1.0, 1.1), (2.0, 4.4)])
def test_the_lognormal_has_its_mean_and_its_ninth_decile(mean: float, p90: float) -> None:
    found = Factor.of(mean, p90)
    assert exp(found.mu + found.sigma**2 / 2) == pytest.approx(mean, rel=1e-12)
    for share, z in _Z.items():
        assert found.quantile(share) == pytest.approx(exp(found.mu + z * found.sigma), rel=1e-12)
    assert found.quantile(0.9) == pytest.approx(p90, rel=1e-12)


def test_the_published_prior_in_closed_form() -> None:
    """ln 2 - ln 1.5 = z s - s^2 / 2: s = z - sqrt(z^2 - 2 ln(4/3)) = 0.2486."""
    found = Factor.of(1.5, 2.0)
    assert found.sigma == pytest.approx(_Z[0.9] - sqrt(_Z[0.9] ** 2 - 2 * log(4 / 3)), rel=1e-12)
    assert (round(found.mu, 4), round(found.sigma, 4)) == (0.3746, 0.2486)


def test_no_spread_and_too_much_of_it() -> None:
    assert Factor.of(1.2, 1.2) == Factor(mu=log(1.2), sigma=0.0)
    assert Factor.of(1.2, 1.0).sigma == 0.0
    assert Factor.of(1.0, 10.0).sigma == pytest.approx(_Z[0.9])


def test_each_repetition_is_quicker_until_it_is_learned() -> None:
    asked = programme(activity("look", 60, kind="experiment"))
    means = [newcomers_factor(asked, asked.activities[0], n) for n in (1, 2, 3, 4, 50)]
    assert [round(exp(one.mu + one.sigma**2 / 2), 9) for one in means] == [1.5, 1.3, 1.1, 1.1, 1.1]
    assert [round(one.quantile(0.9), 9) for one in means] == [2.0, 1.625, 1.25, 1.25, 1.25]
    assert means[0].sigma > means[1].sigma > means[2].sigma == means[4].sigma


def test_as_before_a_first_time_is_planned_at_one_and_a_half() -> None:
    for minutes in range(1, 1_000, 7):
        asked = programme(activity("look", minutes, kind="experiment"))
        assert planned_min(asked, asked.activities[0], 1) == -(-3 * minutes // 2)
        assert planned_min(asked, asked.activities[0], 1, frozenset(["CRW-10"])) == -(-3 * minutes // 2)


def test_more_confidence_is_longer_and_the_floor_stays() -> None:
    asked = programme(activity("look", 60, kind="experiment"))
    assert planned_lengths(asked, asked.activities[0]) == (90, 79, 67)
    sure = with_figure(asked, "CRW-20", "confidence", 0.9)
    assert planned_lengths(sure, asked.activities[0]) == (120, 98, 75)
    hopeful = with_figure(asked, "CRW-20", "confidence", 0.1)
    assert planned_lengths(hopeful, asked.activities[0]) == (90, 61, 58)


def test_an_activity_has_its_own_pace_or_none() -> None:
    own = Pace(first_mean=3.0, first_p90=3.0, learned_mean=2.0, learned_p90=2.0)
    asked = programme(
        activity("slow", 60, kind="station-work", pace=own),
        activity("still", 60, kind="experiment", pace=Pace(fixed=True)),
        activity("quick", 60, kind="experiment", pace=Pace(first_mean=0.5, first_p90=0.5)),
        activity("call", 60, kind="link"),
    )
    slow, still, quick, call = asked.activities
    assert [paced(one) for one in asked.activities] == [True, False, True, False]
    assert planned_lengths(asked, slow) == (180, 150, 120)
    assert planned_lengths(asked, still) == planned_lengths(asked, call) == (60, 60, 60)
    assert planned_lengths(asked, quick)[0] == 30


_FACTORS = st.floats(0.2, 5.0)


@settings(max_examples=100)
@given(
    minutes=st.integers(1, 600), n=st.integers(1, 6), confidence=st.floats(0.01, 0.99),
    first=_FACTORS, more=st.floats(1.0, 3.0), learned=_FACTORS, later=st.floats(1.0, 3.0), at=st.integers(2, 6),
)  # fmt: skip
def test_planning_and_verifying_reckon_the_same(
    minutes: int, n: int, confidence: float, first: float, more: float, learned: float, later: float, at: int
) -> None:
    """Two routes to a quantile: the closed form, and halving with erf alone."""
    pace = Pace(first_mean=first, first_p90=first * more, learned_mean=learned, learned_p90=learned * later)
    plan = stay([activity("look", minutes, kind="experiment", pace=pace)], [], confidence=confidence, learned_at=at)
    case = Case(plan, {one.rule: one.params for one in plan.programme.limits})
    least, most = needed_min(case, plan.programme.activities[0], n)
    assert least <= planned_min(plan.programme, plan.programme.activities[0], n) <= most <= least + 1
