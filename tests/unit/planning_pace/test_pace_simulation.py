"""What a simulation says of small stays, against closed forms."""

from __future__ import annotations

from math import log, sqrt
from statistics import NormalDist

import pytest
from attrs import evolve

from aboard import ABOARD, GUEST, UP, Use, WindowNeed, activity, at, need, windows
from hamsafar.domain.aboard import Pace
from hamsafar.domain.hosts_minutes import HostShare, HostsMinutes
from hamsafar.domain.pace import Chance, DayPace, Overruns
from hamsafar.domain.plan import Plan
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.change_of_figures import with_figure
from hamsafar.planning.pace.lengths import Factor
from hamsafar.planning.pace.overruns import overruns_of
from paced import bedtime, crowded, put, stay

RUNS, FEWER = 40_000, 4_000
FIRST, HOSTS = Factor.of(1.5, 2.0), Factor.of(1.0, 1.1)
LOOK = activity("look", 60, kind="experiment", guest_programme=True)
WORK = activity("work", 60, need(UP), kind="station-work")
CALL = activity("call", 20, kind="link", promised=True)
NOBODY_SICK = {"sick_share": 0.0, "late_min": 0.0}


def above(factor: Factor, bound: float) -> float:
    """P(factor > bound) in closed form."""
    return 1 - NormalDist().cdf((log(bound) - factor.mu) / factor.sigma)


def simulated(plan: Plan, runs: int = RUNS, seed: int = 1) -> Overruns:
    return overruns_of(plan, runs=runs, seed=seed)


def day_of(found: Overruns, day: int, person: str) -> DayPace:
    (one,) = [one for one in found.days if (one.day, one.person) == (day, person)]
    return one


def assert_chance(found: Chance, expected: float, sigmas: float = 4.5) -> None:
    """4.5 standard errors: one false alarm in 150 000 seeds."""
    error = sqrt(expected * (1 - expected) / RUNS)
    assert abs(found.share - expected) <= sigmas * error, (found, expected)
    assert found.error == pytest.approx(sqrt(found.share * (1 - found.share) / RUNS))


@pytest.mark.parametrize("gap", [0, 10, 30, 60])
def test_one_activity_and_a_gap(gap: int) -> None:
    """Planned 90 min of 60 on the ground: late to bed where the factor is above (90 + gap) / 60."""
    clock = f"{20 + gap // 60}:{gap % 60:02}"
    plan = stay([LOOK], [put(LOOK, at(4, "18:30"), minutes=90), bedtime(4, GUEST, clock)], **NOBODY_SICK)
    one = day_of(simulated(plan), 4, GUEST)
    assert_chance(one.overrun, above(FIRST, (90 + gap) / 60))
    assert one.ends == at(4, clock)


@pytest.mark.parametrize("late_min", [0, 5, 15])
def test_to_bed_is_late_by_more_than_what_counts_as_planned_and_a_hatch_closes_when_it_closes(late_min: int) -> None:
    """Planned 90 min of 60 on the ground, and the night right after them; then 60 min up to the hatch's closing."""
    night = [put(LOOK, at(3, "18:30"), minutes=90), bedtime(3, GUEST, "20:00")]
    going = activity("going", 60, need(ABOARD), kind="descent")
    found = simulated(
        stay([LOOK, going], [*night, put(going, at(4, "11:30"), ABOARD)], sick_share=0, late_min=late_min)
    )
    one = day_of(found, 3, GUEST)
    assert_chance(one.late, above(FIRST, (90 + late_min) / 60))
    assert (one.overrun, one.missed.share) == (one.late, 0.0)
    assert_chance(day_of(found, 4, ABOARD).late, above(HOSTS, 1.0))
    look, bed, last = found.activities
    assert (look.begun.share, last.begun.share) == (1.0, 1.0)
    assert bed.begun.share == pytest.approx(1 - one.late.share)
    assert_chance(look.late, above(FIRST, (90 + late_min) / 60))
    assert_chance(last.in_full, 1 - above(HOSTS, (60 + late_min) / 60))


def test_what_begins_too_late_for_its_window_has_not_begun_as_planned() -> None:
    """Two minutes of slack, though five would count as planned; the ends come when the window closes, or are cut."""
    seen = activity("seen", 20, kind="link", window=WindowNeed(kind="relay"))
    placed = [put(LOOK, at(4, "10:30"), minutes=90), put(seen, at(4, "12:00"))]
    plan = stay([LOOK, seen], placed, windows((at(4, "11:00"), at(4, "12:22"))), sick_share=0.0)
    found = simulated(plan).activities[1]
    assert_chance(found.begun, 1 - above(FIRST, 92 / 60))
    assert_chance(found.missed, above(FIRST, 92 / 60))
    assert found.late.share == 0.0


@pytest.mark.parametrize("free", [0, 20, 45])
def test_free_time_absorbs_what_takes_too_long(free: int) -> None:
    """As a gap does: it begins later, and is over when it is planned to be."""
    rest = activity("rest", max(1, free), kind="free")
    placed = [
        put(LOOK, at(4, "18:00"), minutes=90),
        bedtime(4, GUEST, f"{19 + (30 + free) // 60}:{(30 + free) % 60:02}"),
    ]
    placed += [put(rest, at(4, "19:30"))] if free else []
    found = simulated(stay([LOOK, rest], placed, **NOBODY_SICK))
    assert_chance(day_of(found, 4, GUEST).overrun, above(FIRST, (90 + free) / 60))


def test_two_in_a_row_by_adding_up_their_distributions() -> None:
    """A gap after the first swallows what it is early; the sum by numerical convolution over the first's quantiles."""
    placed = [put(WORK, at(4, "18:00"), UP), put(WORK, at(4, "19:10"), UP, id_="work#2"), bedtime(4, UP, "20:15")]
    one = day_of(simulated(stay([WORK], placed, late_min=0.0)), 4, UP)
    cells = 4_000
    expected = sum(
        above(HOSTS, (75 - max(70.0, 60 * HOSTS.quantile((cell + 0.5) / cells)) + 60) / 60) for cell in range(cells)
    )
    assert_chance(one.overrun, expected / cells)


def test_minutes_late_have_the_mean_and_quantile_of_the_tail() -> None:
    plan = stay([LOOK], [put(LOOK, at(4, "18:30"), minutes=90), bedtime(4, GUEST, "20:00")], **NOBODY_SICK)
    one = day_of(simulated(plan), 4, GUEST)
    cells = [max(0.0, 60 * FIRST.quantile((n + 0.5) / 20_000) - 90) for n in range(20_000)]
    mean = sum(cells) / len(cells)
    spread = sqrt(sum((late - mean) ** 2 for late in cells) / len(cells) / RUNS)
    assert abs(one.late_mean_min - mean) <= 4.5 * spread
    assert abs(one.late_p90_min - (60 * 2.0 - 90)) <= 1.0  # P90 of the factor is 2; five errors of that quantile


def test_the_sick_are_slower_on_the_first_days_alone() -> None:
    def late_on(day: int) -> Chance:
        plan = stay(
            [LOOK], [put(LOOK, at(day, "18:30"), minutes=90), bedtime(day, GUEST, "20:00")], sick_days=2, late_min=0.0
        )
        return day_of(simulated(plan), day, GUEST).overrun

    assert_chance(late_on(2), 0.73 * above(FIRST, 1.5 / 1.25) + 0.27 * above(FIRST, 1.5))
    assert_chance(late_on(3), above(FIRST, 1.5))


def test_the_hosts_minutes_are_those_that_it_takes() -> None:
    """One host beside the guest, 60 min on the ground, first time: mean 90, P90 120; agreed 100 a day, 110 in all."""
    both = activity("both", 60, need(GUEST, UP), kind="experiment", guest_programme=True)
    plan = stay([both, WORK], [put(both, at(4, "10:30"), GUEST, UP, minutes=90), put(WORK, at(4, "18:00"), UP)])
    share = HostShare(person=UP, total_min=110, a_day_min=100)
    agreed = HostsMinutes(agreed="protocol 7", people=(share,))
    plan = evolve(plan, programme=with_figure(evolve(plan.programme, hosts_minutes=agreed), "CRW-20", "sick_share", 0))
    every, one, day = simulated(plan).help
    assert [(each.person, each.day) for each in (every, one, day)] == [(None, None), (UP, None), (UP, 4)]
    assert {each.planned_min for each in (every, one, day)} == {90}
    assert every.mean_min == one.mean_min == day.mean_min == pytest.approx(90, abs=0.6)  # 4.5 errors of the mean
    assert every.p90_min == pytest.approx(120, abs=1.0)
    assert (every.agreed_min, every.over) == (None, None)
    assert one.over is not None
    assert_chance(one.over, above(FIRST, 110 / 60))
    assert day.over is not None
    assert_chance(day.over, above(FIRST, 100 / 60))


def test_what_nobody_begins_takes_no_minutes_and_what_is_cut_off_takes_fewer() -> None:
    """A call promised for 12:00 after a look that is mostly too late; and one in a window that closes at 80 min."""
    call = activity("call", 20, need(GUEST, UP), kind="link", promised=True, guest_programme=True)
    look = put(LOOK, at(4, "10:30"), minutes=90)
    plan = stay([LOOK, call], [look, put(call, at(4, "12:00"), GUEST, UP)], **NOBODY_SICK)
    every = simulated(plan).help[0]
    assert abs(every.mean_min - 20 * (1 - above(FIRST, 95 / 60))) <= 4.5 * 10 / sqrt(RUNS)
    link = WindowNeed(kind="relay")
    seen = activity("seen", 60, need(GUEST, UP), kind="experiment", window=link, guest_programme=True)
    in_window = windows((at(4, "10:00"), at(4, "12:10")))
    plan = stay([seen], [put(seen, at(4, "10:30"), GUEST, UP, minutes=90)], in_window, **NOBODY_SICK)
    cells = [min(100.0, 60 * FIRST.quantile((n + 0.5) / 20_000)) for n in range(20_000)]
    assert simulated(plan).help[0].mean_min == pytest.approx(sum(cells) / len(cells), abs=0.4)


def test_what_is_promised_waits_and_then_is_missed() -> None:
    look = put(LOOK, at(4, "10:30"), minutes=90)
    plan = stay([LOOK, CALL], [look, put(CALL, at(4, "12:00"))], **NOBODY_SICK)
    found = {one.placement: one for one in simulated(plan).activities}
    assert_chance(found["call#1"].missed, above(FIRST, 95 / 60))
    assert_chance(found["call#1"].late, above(FIRST, 1.5) - above(FIRST, 95 / 60))
    assert_chance(found["look#1"].late, above(FIRST, 1.5))
    assert_chance(day_of(simulated(plan), 4, GUEST).overrun, above(FIRST, 95 / 60))


def test_a_window_cuts_off_what_takes_too_long() -> None:
    """Begun in time, and over by 12:10 or cut; the next begins when the window closes, not later."""
    seen = activity("seen", 60, kind="experiment", window=WindowNeed(kind="relay"))
    placed = [put(seen, at(4, "10:30"), minutes=90), bedtime(4, GUEST, "12:10")]
    plan = stay([seen], placed, windows((at(4, "10:00"), at(4, "12:10"))), **NOBODY_SICK)
    found = simulated(plan)
    assert_chance(found.activities[0].missed, above(FIRST, 100 / 60))
    assert_chance(found.activities[0].late, above(FIRST, 1.5) - above(FIRST, 100 / 60))
    assert day_of(found, 4, GUEST).late_p90_min == 0.0
    assert_chance(day_of(found, 4, GUEST).overrun, above(FIRST, 100 / 60))


def test_who_is_there_waits_for_the_others_until_it_is_too_late() -> None:
    """The host waits for the guest from 12:00 to 12:40, when the window gets too short, though his next is at 12:30."""
    both = activity("both", 30, need(GUEST, UP), kind="link", window=WindowNeed(kind="relay"))
    fixed = activity("fixed", 30, need(UP), kind="meal")
    placed = [
        put(LOOK, at(4, "10:30"), minutes=90), put(both, at(4, "12:00"), GUEST, UP),
        put(fixed, at(4, "12:30"), UP), bedtime(4, UP, "13:00"),
    ]  # fmt: skip
    plan = stay([LOOK, both, fixed], placed, windows((at(4, "11:30"), at(4, "13:10"))), **NOBODY_SICK)
    found = {one.placement: one for one in simulated(plan).activities}
    assert_chance(found["both#1"].missed, above(FIRST, 130 / 60))
    assert_chance(found["fixed#1"].late, above(FIRST, 1.5))


def test_a_thing_that_one_can_use_holds_up_the_next() -> None:
    box = activity("box", 60, kind="experiment", uses=(Use(resource="box"),))
    other = activity("other", 30, need(ABOARD), kind="meal", uses=(Use(resource="box"),))
    placed = [put(box, at(4, "10:30"), minutes=90), put(other, at(4, "12:00"), ABOARD)]
    for capacity, expected in ((1, above(FIRST, 1.5)), (2, 0.0)):
        plan = stay([box, other], placed, resources=(("box", capacity),), **NOBODY_SICK)
        found = {one.placement: one for one in simulated(plan).activities}
        assert_chance(found["other#1"].late, expected)


def test_what_is_fixed_takes_as_long_as_planned() -> None:
    still = activity("still", 60, kind="experiment", pace=Pace(fixed=True))
    found = simulated(stay([still], [put(still, at(2, "10:00")), bedtime(2, GUEST, "11:00")]))
    assert [one.in_full.share for one in found.activities] == [1.0, 1.0]


def test_who_goes_home_is_late_at_the_hatch() -> None:
    """Hatches close at 12:30 of flight day 4."""
    going = activity("going", 60, need(ABOARD), kind="descent")
    one = day_of(simulated(stay([going], [put(going, at(4, "11:20"), ABOARD)])), 4, ABOARD)
    assert one.ends == at(4, "12:30")
    assert_chance(one.overrun, above(HOSTS, 70 / 60))


def test_a_tight_day_says_what_to_move_best_first() -> None:
    """Without the longer of two the other has room; a link that is promised is nothing to move."""
    short, long_ = (activity(f"{n}-min", n, kind="experiment", guest_programme=True) for n in (20, 60))
    placed = [
        put(short, at(4, "10:00"), minutes=30), put(long_, at(4, "10:30"), minutes=90),
        put(CALL, at(4, "12:00")), bedtime(4, GUEST, "20:00"),
    ]  # fmt: skip
    found = simulated(stay([short, long_, CALL], placed, **NOBODY_SICK))
    (tight,) = found.tight
    assert (tight.day, tight.person) == (4, GUEST)
    assert [one.placement for one in tight.reliefs] == ["60-min#1", "20-min#1"]
    best, second = (one.without for one in tight.reliefs)
    assert best.share < 0.001
    assert_chance(second, above(FIRST, 95 / 60))
    assert simulated(stay([short, long_, CALL], placed, overrun_share=1.0)).tight == ()


def test_going_without_is_as_if_it_had_never_been_planned() -> None:
    """On other random numbers, so within their error; everything of that day and nothing of any other."""
    plan = crowded(4)
    found = simulated(plan, runs=FEWER)
    told = [(tight, relief) for tight in found.tight for relief in tight.reliefs]
    assert len(told) > 10
    for tight, relief in told[::9]:
        left = [one for one in plan.placements if one.id != relief.placement]
        again = simulated(stay_like(plan, left), runs=FEWER, seed=9)
        other = day_of(again, tight.day, tight.person).overrun
        assert abs(relief.without.share - other.share) <= 4.5 * sqrt(2 * 0.25 / (FEWER))


@pytest.mark.parametrize("until", [0.5, 0.2])
def test_what_all_has_to_go_until_a_day_overruns_seldom_enough(until: float) -> None:
    """One after another, each lowering it; simulated without all of them, the share is what was told."""
    plan = crowded(3)
    found = overruns_of(plan, runs=FEWER, seed=1, until=until)
    high = [one.day for one in found.days if one.person == GUEST and one.overrun.share > until]
    assert [one.day for one in found.enough] == high
    assert any(len(one.reliefs) > 1 for one in found.enough)
    for one in found.enough:
        shares = [one.overrun.share, *(each.without.share for each in one.reliefs)]
        assert shares == sorted(set(shares), reverse=True)
        assert all(share > until for share in shares[:-1])
        first = next(each for each in found.tight if (each.day, each.person) == (one.day, GUEST))
        assert one.reliefs[:1] == first.reliefs[:1]
        gone = {each.placement for each in one.reliefs}
        again = stay_like(plan, [each for each in plan.placements if each.id not in gone])
        other = day_of(simulated(again, runs=FEWER, seed=9), one.day, GUEST).overrun
        assert abs(shares[-1] - other.share) <= 4.5 * sqrt(2 * 0.25 / FEWER)


def test_two_in_a_row_before_a_link_have_to_go_both() -> None:
    """Without either the other still makes it late by more than 5 min; without both nothing does."""
    one, two = (activity(name, 60, kind="experiment", guest_programme=True) for name in ("one", "two"))
    placed = [
        put(one, at(4, "10:00")), put(two, at(4, "11:00")), put(CALL, at(4, "12:00")), bedtime(4, GUEST, "20:00"),
    ]  # fmt: skip
    plan = stay([one, two, CALL], placed, **NOBODY_SICK)
    (found,) = overruns_of(plan, runs=RUNS, seed=1, until=0.05).enough
    assert [each.placement for each in found.reliefs] == ["two#1", "one#1"]  # an hour is after the one that is left
    first, last = (each.without for each in found.reliefs)
    assert_chance(first, above(FIRST, 125 / 60))
    assert last.share == 0.0


def test_nothing_has_to_go_where_nothing_was_asked_or_no_day_is_above() -> None:
    plan = crowded(4)
    assert (simulated(plan, runs=200).until, simulated(plan, runs=200).enough) == (None, ())
    assert overruns_of(plan, runs=200, seed=1, until=1.0).enough == ()


def stay_like(plan: Plan, placements: list) -> Plan:
    return evolve(plan, placements=tuple(placements))


def test_the_same_seed_gives_the_same_answer_and_the_plan_is_left_alone() -> None:
    plan = crowded(5)
    before = write_plan(plan)
    assert simulated(plan, runs=500) == simulated(read_plan(before), runs=500)
    assert simulated(plan, runs=500) != simulated(plan, runs=500, seed=2)
    assert write_plan(plan) == before


def test_nothing_aboard_is_nothing_to_simulate() -> None:
    found = simulated(stay([LOOK], []))
    assert (found.days, found.activities, found.tight) == ((), (), ())


def test_what_has_been_was_as_long_as_it_was() -> None:
    plan = stay([LOOK], [put(LOOK, at(2, "18:30"), minutes=90), bedtime(2, GUEST, "20:00")])
    over = evolve(plan, programme=evolve(plan.programme, past_until=at(2, "19:00")))
    assert day_of(simulated(over), 2, GUEST).overrun.share == 0.0
