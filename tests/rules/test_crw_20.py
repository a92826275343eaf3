"""CRW-20: each of the guest's executions takes as long as it does with the confidence asked, and they come in turn."""

from __future__ import annotations

from aboard import (
    ABOARD,
    GUEST,
    UP,
    WindowNeed,
    activity,
    at,
    need,
    planned,
    planned_and_dropped,
    problem_of,
    programme,
    windows,
)
from hamsafar.domain.aboard import Pace
from hamsafar.planning.change_of_figures import with_figure
from hamsafar.schedule.constraints import Implies


def minutes(placement) -> float:
    return placement.span.seconds / 60


def test_each_repetition_is_shorter_until_it_is_learned() -> None:
    asked = programme(activity("look", 60, kind="experiment", times=4))
    found = planned(asked)
    assert [minutes(found[f"look#{n}"]) for n in (1, 2, 3, 4)] == [90, 79, 67, 67]
    assert [one.start for one in found.values()] == sorted(one.start for one in found.values())
    sure = planned(with_figure(asked, "CRW-20", "confidence", 0.9))
    assert [minutes(sure[f"look#{n}"]) for n in (1, 2, 3, 4)] == [120, 98, 75, 75]
    assert {minutes(one) for one in planned(asked, "CRW-10", "CRW-20").values()} == {60}


def test_without_the_floor_of_a_first_time_the_confidence_alone_counts() -> None:
    asked = with_figure(programme(activity("look", 60, kind="experiment")), "CRW-20", "confidence", 0.2)
    assert minutes(planned(asked)["look#1"]) == 90
    assert minutes(planned(asked, "CRW-10")["look#1"]) == 71  # 60 x exp(0.3746 - 0.8416 x 0.2486) = 70.8
    assert minutes(planned(asked, "CRW-20")["look#1"]) == 90


def test_an_activity_says_its_own_pace() -> None:
    own = Pace(first_mean=3.0, first_p90=3.0, learned_mean=2.0, learned_p90=2.0)
    found = planned(
        programme(
            activity("slow", 20, kind="station-work", times=2, pace=own),
            activity("still", 20, kind="experiment", times=2, pace=Pace(fixed=True)),
        )
    )
    assert {id_: minutes(one) for id_, one in found.items()} == {
        "slow#1": 60, "slow#2": 50, "still#1": 20, "still#2": 20,
    }  # fmt: skip


def test_the_guest_is_not_chosen_where_others_can() -> None:
    own = Pace(first_mean=2.0, first_p90=2.0)
    asked = programme(activity("fix", 40, need(GUEST, UP, ABOARD, count=2), kind="station-work", pace=own))
    found = planned(asked)["fix#1"]
    assert set(found.person_ids) == {UP, ABOARD}
    assert minutes(found) == 40


def test_a_second_time_that_fits_nowhere_leaves_the_next_to_be_second() -> None:
    """Windows of 90, 70, 79 and 67 min: the second finds no room for 79 in its own, so the third is the second."""
    look = activity("look", 60, kind="experiment", repeat="each-day", optional=True, window=WindowNeed(kind="relay"))
    spans = ((at(2, "10:00"), at(2, "11:30")), (at(3, "10:00"), at(3, "11:10")))
    found, out = planned_and_dropped(programme(look), open_=(windows(*spans),))
    assert {id_: minutes(one) for id_, one in found.items()} == {"look@2#1": 90}
    assert "look@3#1" in out
    spans = (spans[0], (at(3, "10:00"), at(3, "11:19")))
    found, _ = planned_and_dropped(programme(look), open_=(windows(*spans),))
    assert {id_: minutes(one) for id_, one in found.items()} == {"look@2#1": 90, "look@3#1": 79}


def test_nothing_is_third_where_the_second_was_left_out() -> None:
    """The learned ones ask for both that are longer, the second for the first; the fourth not for the third."""

    def needed(*without: str) -> set[tuple[str, str]]:
        look = activity("look", 60, kind="experiment", times=4, optional=True, value=10)
        constraints = problem_of(programme(look), *without).constraints
        return {(one.task, one.needs) for one in constraints if isinstance(one, Implies)}

    firsts = {("look#2", "look#1"), ("look#3", "look#1"), ("look#4", "look#1")}
    assert needed() == firsts | {("look#3", "look#2"), ("look#4", "look#2")}
    assert needed("CRW-20") == firsts
    assert needed("CRW-10", "CRW-20") == set()
