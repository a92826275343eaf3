"""What would make a term or a stay fit: known least answers, each applied to the programme and planned again."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import aboard
from hamsafar.domain.calendars import DateRange
from hamsafar.domain.hosts_minutes import DayShare, HostShare, HostsMinutes
from hamsafar.domain.plan import Stage, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.planning.answer import NoPlan, Relaxed
from hamsafar.planning.change_of_figures import with_figure, with_length
from hamsafar.planning.crew import crew_problem
from hamsafar.planning.figures import Asked, Build
from hamsafar.planning.giving_words import Told, said, together
from hamsafar.planning.make import Options
from hamsafar.planning.relaxing import known_so_far, no_plan
from hamsafar.planning.training import training_problem
from hamsafar.planning.words import describe
from hamsafar.schedule.giving import Change
from hamsafar.schedule.problem import Conflict, Problem, Solved
from hamsafar.schedule.relax import Relaxation
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Tag, Task
from programmes import LAUNCH, calendar, facility, person, phase, session, subject, tiny_programme


def asked_of(programme: Programme, stage: Stage, build: Build) -> NoPlan:
    problem = build(programme, hinted=False)
    conflict = solve(problem, effort=2.0)
    assert isinstance(conflict, Conflict), conflict
    asked = Asked(
        programme=programme, stage=stage, flight=aboard.FLIGHT, problem=problem, conflict=conflict, build=build
    )
    return no_plan(asked, Options(effort=1.0, workers=1))


def term_of(programme: Programme) -> NoPlan:
    return asked_of(programme, "training", partial(training_problem, launch=LAUNCH))


def fits(programme: Programme) -> bool:
    return isinstance(solve(training_problem(programme, LAUNCH), effort=2.0), Solved)


def stay_of(programme: Programme, *windows: WindowList, without: tuple[str, ...] = aboard.SLEEP_RULES) -> NoPlan:
    build = partial(crew_problem, flight=aboard.FLIGHT, windows=windows, held=(), without=frozenset(without))
    return asked_of(programme, "flight", build)


def of_rule(answer: NoPlan, rule: str) -> list[Relaxed]:
    found = [one for one in answer.relaxations if one.rule == rule]
    assert all(one.proved and one.least for one in found), found
    return found


def one_week(**figures: dict[str, float]) -> Programme:
    """One week of training, five sessions of two hours."""
    sessions = tuple(session(f"sub/s{k}", 120) for k in range(5))
    return tiny_programme(subject(*sessions), in_term={"phases": (phase(from_d=7, to_d=1),)}, rules=figures)


def test_a_week_gives_by_the_minutes_it_lacks_and_says_so_as_a_change() -> None:
    tight = one_week(TRN_05={"max_week_min": 540})
    (one,) = of_rule(term_of(tight), "TRN-05")
    assert one.sentence.startswith("TRN-05: let trainee-prime train 10 h instead of 9 h in the week of 2027-02-22")
    assert (one.amount, one.as_change is not None) == (60, True)
    assert one.as_change is not None
    (limits,) = one.as_change.limits
    assert limits.params == {"max_week_min": 600}
    assert fits(with_figure(tight, "TRN-05", "max_week_min", 600))
    assert not fits(with_figure(tight, "TRN-05", "max_week_min", 599))


def test_what_must_be_there_may_be_left_out_or_be_shorter() -> None:
    answer = term_of(one_week(TRN_05={"max_week_min": 540}))
    told = [one.sentence for one in of_rule(answer, "CMP-01")]
    assert "CMP-01: leave out sub/s0@trainee-prime" in told
    assert "CMP-01: make sub/s4 1 h shorter (60 min instead of 120)" in told
    (shorter,) = [one for one in answer.relaxations if one.as_change is not None and one.as_change.durations][:1]
    assert shorter.as_change is not None
    (lasting,) = shorter.as_change.durations
    tight = one_week(TRN_05={"max_week_min": 540})
    assert fits(with_length(tight, lasting))
    assert not fits(with_length(tight, evolve(lasting, duration_min=lasting.duration_min + 1)))


@pytest.mark.slow
def test_a_rule_that_clashes_every_day_gives_by_its_figure() -> None:
    tight = one_week(TRN_04={"max_day_min": 100})
    answer = term_of(tight)
    assert "TRN-04: training in one day, without self-study: 2 h instead of 1 h 40 min" in {
        one.sentence for one in answer.relaxations
    }
    assert fits(with_figure(tight, "TRN-04", "max_day_min", 120))
    assert not fits(with_figure(tight, "TRN-04", "max_day_min", 119))


def test_a_facility_opens_for_just_the_minutes_it_lacks_in_its_own_time() -> None:
    runs = (session("sub/one", 60, facilities=("centrifuge",)), session("sub/two", 45, facilities=("centrifuge",)))
    programme = tiny_programme(
        subject(*runs),
        calendars=(calendar(), calendar("short", "09:00-10:30", weekdays=(3,))),
        in_term={"facilities": (facility("centrifuge", calendar="short"),), "phases": (phase(from_d=7, to_d=1),)},
    )
    (one,) = of_rule(term_of(programme), "TRN-02")
    assert one.sentence.startswith("TRN-02: open centrifuge on 2027-02-24 from ")
    assert one.amount == 15
    assert "09:00 (Asia/Shanghai; " in one.sentence or "10:30 to 10:45 (Asia/Shanghai; 02:30 to" in one.sentence
    assert one.as_change is None  # no change file can open what is shut


def test_one_more_teacher_where_nobody_is_qualified() -> None:
    programme = tiny_programme(subject(session("sub/talk", 60, instructor="systems")))
    (one,) = of_rule(term_of(programme), "TRN-08")
    assert one.sentence.startswith("TRN-08: one more instructor for systems on 2027-02-")
    assert one.sentence.endswith("(sub/talk@trainee-prime)")


def test_quarantine_begins_later() -> None:
    programme = tiny_programme(
        subject(session("sub/run", 60)),
        in_term={"quarantine_d": 10, "phases": (phase(from_d=7, to_d=1),)},
    )
    (one,) = of_rule(term_of(programme), "TRN-10")
    assert one.sentence.startswith("TRN-10: begin quarantine 3 d 3 h later")


def test_a_second_window_is_asked_for_on_a_flight_day_in_station_time() -> None:
    link = aboard.activity("call", 20, window=aboard.WindowNeed(kind="relay"), flight_days=(2,))
    short = aboard.windows((aboard.at(2, "14:00"), aboard.at(2, "14:10")))
    (one,) = of_rule(stay_of(aboard.programme(link), short), "WIN-01")
    assert one.sentence.startswith(
        "WIN-01: one more window relay of 20 min on flight day 2, for instance on 2027-03-02"
    )
    assert "(Asia/Shanghai; " in one.sentence


def test_a_host_helps_a_little_more() -> None:
    help_ = [
        aboard.activity(f"help-{k}", 60, aboard.need(aboard.ABOARD), flight_days=(2,), guest_programme=True)
        for k in range(2)
    ]
    answer = stay_of(aboard.programme(*help_, rules={"CRW_09": {"max_host_min": 105}}))
    (one,) = of_rule(answer, "CRW-09")
    assert one.sentence == ("CRW-09: 15 min more of host-aboard's help on 2027-03-02 (2 h instead of 1 h 45 min)")
    assert one.as_change is not None
    assert one.as_change.limits[0].params == {"max_host_min": 120}


def agreed(programme: Programme, total: int | None = None, **more: object) -> Programme:
    return evolve(programme, hosts_minutes=HostsMinutes(agreed="protocol 7", total_min=total, **more))


def test_all_hosts_help_a_little_more_in_the_stay() -> None:
    jobs = [
        aboard.activity(f"help-{k}", 60, aboard.need(aboard.ABOARD), flight_days=(k,), guest_programme=True)
        for k in (2, 3)
    ]
    answer = stay_of(agreed(aboard.programme(*jobs), 105))
    asked = next(clash for clash in answer.clashes if clash.rule == "CRW-21")
    said = "all hosts together help the guest's programme for at most 1 h 45 min in the stay"
    assert (asked.sentence, asked.source) == (f"CRW-21: {said}", "protocol 7")
    (one,) = of_rule(answer, "CRW-21")
    assert one.sentence == "CRW-21: 15 min more of all hosts' help in the stay (2 h instead of 1 h 45 min)"
    assert one.as_change is not None
    assert one.as_change.hosts_minutes == HostsMinutes(agreed=f"to be agreed: {one.sentence}", total_min=120)


def test_what_was_agreed_of_one_host_or_of_one_day_gives_way() -> None:
    job = aboard.activity("help", 60, aboard.need(aboard.ABOARD), flight_days=(2,), guest_programme=True)
    share = HostShare(person=aboard.ABOARD, total_min=50, a_day_min=70)
    (one,) = of_rule(stay_of(agreed(aboard.programme(job), people=(share,))), "CRW-21")
    assert one.sentence == "CRW-21: 10 min more of host-aboard's help in the stay (1 h instead of 50 min)"
    assert one.as_change is not None
    assert one.as_change.hosts_minutes is not None
    assert one.as_change.hosts_minutes.people == (evolve(share, total_min=60),)
    (one,) = of_rule(stay_of(agreed(aboard.programme(job), days=(DayShare(flight_day=2, total_min=45),))), "CRW-21")
    assert one.sentence == "CRW-21: 15 min more of all hosts' help on flight day 2 (1 h instead of 45 min)"
    assert one.as_change is not None
    assert one.as_change.hosts_minutes is not None
    assert one.as_change.hosts_minutes.days == (DayShare(flight_day=2, total_min=60),)


def test_the_day_of_a_host_with_minutes_of_their_own_gives_way_in_what_was_agreed() -> None:
    job = aboard.activity("help", 60, aboard.need(aboard.ABOARD), flight_days=(2,), guest_programme=True)
    share = HostShare(person=aboard.ABOARD, a_day_min=50)
    answer = stay_of(agreed(aboard.programme(job), people=(share,)))
    (one,) = of_rule(answer, "CRW-09")
    assert one.sentence == "CRW-09: 10 min more of host-aboard's help on 2027-03-02 (1 h instead of 50 min)"
    assert one.as_change is not None
    assert one.as_change.limits == ()
    assert one.as_change.hosts_minutes is not None
    assert one.as_change.hosts_minutes.people == (evolve(share, a_day_min=60),)


def test_independent_conflicts_are_told_one_by_one() -> None:
    programme = aboard.programme(
        aboard.activity("call", 20, window=aboard.WindowNeed(kind="relay"), flight_days=(2,)),
        aboard.activity("pass", 20, window=aboard.WindowNeed(kind="pass", of="pad"), flight_days=(3,)),
    )
    answer = stay_of(programme)
    assert len(answer.others) == 1
    assert {clash.rule for conflict in (answer.clashes, *answer.others) for clash in conflict} == {"WIN-01", "CMP-01"}
    assert not answer.more
    (one,) = of_rule(answer, "WIN-01")
    assert len(one.together) == 1


@settings(deadline=None, max_examples=6)
@given(
    lengths=st.lists(st.integers(2, 8), min_size=2, max_size=4),
    week=st.integers(2, 20),
    day=st.integers(2, 8),
)
def test_a_told_figure_makes_the_programme_plannable_and_nothing_less_does(
    lengths: list[int], week: int, day: int
) -> None:
    sessions = tuple(session(f"sub/s{k}", 30 * length) for k, length in enumerate(lengths))
    tight = tiny_programme(
        subject(*sessions),
        in_term={"phases": (phase(from_d=7, to_d=1),)},
        rules={"TRN_05": {"max_week_min": 30.0 * week}, "TRN_04": {"max_day_min": 30.0 * day}},
    )
    if fits(tight):
        return
    for one in term_of(tight).relaxations:
        if one.as_change is None or not one.as_change.limits:
            continue
        (limits,) = one.as_change.limits
        ((param, figure),) = limits.params.items()
        assert fits(with_figure(tight, limits.rule, param, figure)), one.sentence
        if one.least:
            assert not fits(with_figure(tight, limits.rule, param, figure - 1)), one.sentence


def test_what_is_nearly_full_is_known_though_nothing_was_decided() -> None:
    problem: Problem = training_problem(one_week(TRN_05={"max_week_min": 600}), LAUNCH)
    assert known_so_far("training", problem) == (
        "No schedule of the training term was found: 5 placements must be in it, 0 may.",
        "100% full: TRN-05 trainee-prime 2027-02-22",
    )


def test_days_on_which_things_are_shut_are_named() -> None:
    shut = DateRange(first=date(2027, 2, 1), last=date(2027, 3, 2), reason="refit")
    programme = tiny_programme(
        subject(session("sub/run", 60, facilities=("room",))),
        people=(person("spare", "crew"),),
        in_term={"facilities": (facility("room", closed=(shut,)),)},
    )
    answer = term_of(programme)
    (one,) = [one for one in answer.relaxations if one.rule == "TRN-02"]
    assert one.sentence.startswith("TRN-02: open room on 2027-0")


def test_what_is_not_proved_is_told_without_moments() -> None:
    """The schedule of a small problem has moments that the whole may not allow: only how much at least is told."""
    tag, mine = Tag("TRN-02", "room"), Task(id="sub/talk", duration=60)
    problem = Problem(name="whole", tick="min", first=0, last=600, tasks=(mine,), constraints=(), objectives=())
    change = Change(
        tag=tag,
        kind="allowed",
        what="ranges",
        tasks=(mine.id,),
        amount=90,
        unit="min",
        demand=mine,
        instead=(mine,),
        before=100,
        after=190,
        stretches=((190, 191),),
    )
    way = Relaxation(
        tag=tag,
        way="figure",
        amount=90,
        changes=(change,),
        together=(evolve(change, tag=Tag("PPL-02", "teacher")),),
        problem=problem,
        placed={},
        proved=False,
        bound=30,
    )
    told = Told(programme=tiny_programme(), stage="training", flight=aboard.FLIGHT, way=way)
    assert said(told) == "TRN-02: room gives way by 30 min at least"
    assert together(told) == ("PPL-02: teacher gives way",)
    assert said(evolve(told, way=evolve(way, bound=0))) == ""
    assert said(evolve(told, way=evolve(way, changes=(evolve(change, before=None),)))) == ""


def test_a_first_experiment_is_told_with_a_newcomers_pace() -> None:
    """CRW-10 makes it half as long again; nobody sees why it can't be where only the ground figure is told."""
    lab = aboard.activity("lab", 300, kind="experiment", flight_days=(2,), work=True)
    day = stay_of(aboard.programme(lab, rules={"CRW-07": {"max_work_min": 400}}))
    (wanted,) = [one for one in day.conflict if one.startswith("CMP-01")]
    assert wanted == "CMP-01: lab#1 (300 min, 450 at a newcomer's pace) must be in the plan"
    (shorter,) = [one for one in day.relaxations if "shorter" in one.sentence]
    assert shorter.sentence == "CMP-01: make lab 34 min shorter (266 min instead of 300, more at a newcomer's pace)"
    assert shorter.as_change is not None
    assert shorter.as_change.durations[0].duration_min == 266  # 399 at its pace, all of a first day's 6 h 39 min
    assert describe(aboard.programme(aboard.activity("talk", 60)), [Tag("CMP-01", "talk#1")]) == (
        "CMP-01: talk#1 (60 min) must be in the plan",
    )
