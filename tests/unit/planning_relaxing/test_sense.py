"""What is told is what somebody could do: not before now, not in the night, and as a change file says it."""

from __future__ import annotations

from functools import partial

from attrs import evolve

import aboard
from aboard import GUEST, Use, activity, at
from hamsafar.domain.aboard import WindowNeed
from hamsafar.domain.changes import Absence, Happened, Pin
from hamsafar.domain.programme import Programme
from hamsafar.planning.answer import NoPlan
from hamsafar.planning.changed_work import without_work
from hamsafar.planning.crew import crew_problem
from hamsafar.planning.figures import Asked
from hamsafar.planning.giving_sense import gives_sense, sensible_hours
from hamsafar.planning.make import Options
from hamsafar.planning.relaxing import no_plan
from hamsafar.planning.training import training_problem
from hamsafar.schedule.problem import Conflict
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Tag
from programmes import LAUNCH, After, person, session, subject, tiny_programme


def aboard_of(programme: Programme) -> Asked:
    build = partial(crew_problem, flight=aboard.FLIGHT, windows=(), held=(), without=frozenset(aboard.SLEEP_RULES))
    problem = build(programme, hinted=False)
    conflict = solve(problem, effort=2.0)
    assert isinstance(conflict, Conflict)
    return Asked(
        programme=programme, stage="flight", flight=aboard.FLIGHT, problem=problem, conflict=conflict, build=build,
        whole=partial(build, whole=True),
    )  # fmt: skip


def told(asked: Asked) -> NoPlan:
    return no_plan(asked, Options(effort=1.0, workers=1))


def sentences(answer: NoPlan, rule: str) -> list[str]:
    return [one.sentence for one in answer.relaxations if one.rule == rule]


def test_a_day_that_is_full_gives_way_to_another_day_in_its_own_hours() -> None:
    """A minute before midnight would do as well, and nobody works then."""
    long = activity("lab", 200, flight_days=(2,), hours=("09:00", "15:00"), work=True)
    other = activity("survey", 150, flight_days=(2,), hours=("08:00", "12:00"), work=True)
    answer = told(aboard_of(aboard.programme(long, other, rules={"CRW_07": {"max_work_min": 400}})))
    moved = sentences(answer, "CRW-12")
    assert len(moved) == 2
    assert "CRW-12: let lab#1 be on flight day 3 instead of 2, at 2027-03-03 09:00 (Asia/Shanghai; 01:00 UTC)" in moved


def test_nothing_undoes_what_has_happened() -> None:
    cell = activity("cell", 60, uses=(Use(resource="rack"),), times=2, spacing_min=1_200, flight_days=(2,))
    been = Happened(placement="cell#1", outcome="done", start=at(2, "12:00"), end=at(2, "13:00"), people=(GUEST,))
    programme = aboard.programme(cell, resources=[("rack", 1)], past_until=at(2, "13:00"), happened=(been,))
    answer = told(aboard_of(programme))
    assert "PST-01" in {clash.rule for clash in answer.clashes}
    assert not sentences(answer, "PST-01")
    assert "CMP-01: leave out cell#2" in sentences(answer, "CMP-01")
    assert "CMP-01: leave out cell#1" not in sentences(answer, "CMP-01")


def test_what_nobody_would_take_is_known_by_its_rule() -> None:
    prayer = activity("prayer", 10, window=WindowNeed(kind="prayer", of="fajr"), flight_days=(2,))
    call = activity("call", 20, window=WindowNeed(kind="relay"), flight_days=(2,))
    asked = aboard_of(aboard.programme(prayer, call, aboard.sleep(), activity("cell", 60, times=2)))
    assert not gives_sense(asked, Tag("WIN-01", "prayer#1", "prayer fajr"))
    assert gives_sense(asked, Tag("WIN-01", "call#1", "relay"))
    assert not gives_sense(asked, Tag("CMP-01", "sleep@2@guest#1"))
    assert not gives_sense(asked, Tag("CMP-01", "cell"))  # the order of its times
    assert gives_sense(asked, Tag("CMP-01", "cell#2"))
    assert not gives_sense(asked, Tag("CRW-14", GUEST))
    assert not gives_sense(asked, Tag("TRN-03", "today", "2027-01-04"))
    assert not gives_sense(asked, Tag("PST-01", "now"))


def test_sensible_hours_are_its_own_or_those_of_people_who_are_up() -> None:
    job = activity("job", 60, flight_days=(2,))
    daily = activity("daily", 60, repeat="each-day", flight_days=(2,), hours=("20:00", "21:00"))
    timed = activity("timed", 60, hours=("09:00", "10:00"))
    link = activity("link", 60, window=WindowNeed(kind="relay"))
    asked = aboard_of(aboard.programme(job, daily, timed, link, aboard.sleep()))  # asleep from 21:30 to 05:30

    def clocks(placement: str) -> list[tuple[str, str]]:
        from hamsafar.planning.ticks import instant_of

        return [(aboard.label(instant_of(a)), aboard.label(instant_of(b))) for a, b in sensible_hours(asked, placement)]

    assert clocks("job#1")[1] == ("2 05:30", "2 20:30")
    assert clocks("daily@2#1") == [("2 05:30", "2 20:30")]
    assert clocks("timed#1")[1] == ("2 09:00", "2 10:00")
    assert clocks("sleep@2@guest#1") == []


def test_what_is_left_out_is_dropped_as_a_change_file_drops_it() -> None:
    """What came after it comes after what came before it: so it is asked when the schedule is proved."""
    first, second = session("sub/a", 60), session("sub/b", 60, after=(After(of="sub/a"),), instructor="diving")
    third = session("sub/c", 60, after=(After(of="sub/b"),))
    programme = tiny_programme(
        subject(first, second, third),
        people=(person("teacher", "instructor", qualifications=("diving",)),),
        absences=(Absence(person="teacher", start=LAUNCH.plus(days=-60)),),
    )
    build = partial(training_problem, launch=LAUNCH)
    problem = build(programme, hinted=False)
    conflict = solve(problem, effort=2.0)
    assert isinstance(conflict, Conflict)
    asked = Asked(
        programme=programme, stage="training", flight=aboard.FLIGHT, problem=problem, conflict=conflict, build=build
    )
    (out,) = [one for one in told(asked).relaxations if "leave out" in one.sentence]
    assert out.proved
    assert out.as_change is not None
    assert out.as_change.drop == ("sub/b",)
    less = without_work(programme, ("sub/b",))
    assert less is not None
    assert less.term is not None
    (last,) = [one for one in less.term.subjects[0].sessions if one.id == "sub/c"]
    assert [after.of for after in last.after] == ["sub/a"]
    assert without_work(programme, ("nothing",)) is None
    assert evolve(programme, term=less.term) == less


def test_what_must_be_done_is_in_a_conflict_for_its_own_sake_pinned_or_not() -> None:
    """Unpinned, it would still have to be there: without its own tag the pin would be called the only reason."""
    job = activity("job", 60, flight_days=(2,), hours=("09:00", "10:00"))
    programme = aboard.programme(job, pins=(Pin(placement="job#1", start=at(3, "09:00")),))
    answer = told(aboard_of(programme))
    assert {clash.rule for clash in answer.clashes} == {"CMP-01", "CRW-12", "PIN-01"}
    assert answer.minimal
    (unpinned,) = sentences(answer, "PIN-01")
    assert unpinned.startswith("PIN-01: unpin job#1, so that it can start at 2027-03-02 10:00 ")
