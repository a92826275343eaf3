"""Mutants of what a change brings: absences, closures, outages, pins, and the past."""

from attrs import evolve
from herd import (
    as_planned,
    asking,
    moved,
    mutant,
    on_the_limit,
    placed,
    so_far,
    with_one,
    with_placement,
    with_programme,
    with_windows,
    without,
)

from hamsafar.domain.changes import Absence, Outage, Pin, Shut
from hamsafar.domain.plan import Plan
from hamsafar.timeline import Instant, Span
from handmade import ENGINEER, GUEST, UP

TEACHER = "instructor-systems"


def away(plan: Plan, person: str, start: Instant, end: Instant | None) -> Plan:
    return with_programme(plan, absences=(Absence(person=person, start=start, end=end, reason="ill"),))


@on_the_limit("PPL-02")
def away_a_minute_before_it_ends(plan: Plan, step: int) -> Plan:
    end = placed(plan, "fluids/exam@trainee-backup").end
    return away(plan, TEACHER, end.plus(minutes=-step), end.plus(days=20))


@on_the_limit("PPL-02")
def back_a_minute_late(plan: Plan, step: int) -> Plan:
    start = placed(plan, "ship/theory").start
    return away(plan, TEACHER, start.plus(days=-3), start.plus(minutes=step))


@on_the_limit("PPL-02", base="near")
def gone_for_good_a_second_early(plan: Plan, step: int) -> Plan:
    last = max(p.end for p in plan.placements if ENGINEER in p.person_ids)
    return away(plan, ENGINEER, last.plus(seconds=-step), None)


@mutant("PPL-02")
def away_for_an_hour_of_the_flight(plan: Plan) -> Plan:
    run = placed(plan, "run#2")
    return away(plan, UP, run.start.plus(minutes=10), run.start.plus(minutes=20))


def shut(plan: Plan, of: str, start: Instant, end: Instant) -> Plan:
    return with_programme(plan, shut=(Shut(of=of, span=Span(start, end), reason="repair"),))


@on_the_limit("RES-02")
def shut_a_minute_before_it_ends(plan: Plan, step: int) -> Plan:
    end = placed(plan, "ship/spin@trainee-backup").end
    return shut(plan, "centrifuge", end.plus(minutes=-step), end.plus(days=30))


@on_the_limit("RES-02", base="near")
def mended_a_second_late(plan: Plan, step: int) -> Plan:
    first = min(p.start for p in plan.placements if p.of == "run")
    return shut(plan, "rack", first.plus(days=-1), first.plus(seconds=step))


@mutant("RES-02")
def used_while_shut_and_not_said_so(plan: Plan) -> Plan:
    """What a placement leaves unsaid it uses all the same."""
    run = placed(plan, "run#2")
    silent = with_placement(plan, "run#2", facilities=())
    return shut(silent, "rack", run.start, run.start.plus(minutes=1))


def closed(plan: Plan, kind: str, of: str | None, start: Instant, end: Instant) -> Plan:
    outage = Outage(kind=kind, of=of, span=Span(start, end), reason="given to others")
    return with_programme(plan, outages=(outage,))


@on_the_limit("WIN-02")
def closed_a_second_before_a_window_ends(plan: Plan, step: int) -> Plan:
    first, second, *_ = next(w for w in plan.windows if w.kind == "darkness").spans
    return closed(plan, "darkness", None, first.end.plus(seconds=-step), second.start)


@on_the_limit("WIN-02", base="near")
def given_back_a_second_late(plan: Plan, step: int) -> Plan:
    first, second = next(w for w in plan.windows if w.kind == "pass").spans
    return closed(plan, "pass", "islamabad", first.end, second.start.plus(seconds=step))


@on_the_limit("WIN-02")
def needed_a_minute_after_it_is_closed(plan: Plan, step: int) -> Plan:
    """A window cut where the outage begins; what needs it lies in the cut one, or a minute beyond."""
    link = placed(plan, "link#1")
    list_ = next(w for w in plan.windows if w.kind == "relay")
    mine = next(s for s in list_.spans if s.span.covers(link.span))
    cut = tuple(evolve(s, end=link.end) if s is mine else s for s in list_.spans)
    told = with_windows(plan, "relay", spans=cut)
    return moved(closed(told, "relay", None, link.end, mine.end), "link#1", link.start.plus(minutes=step))


@mutant("WIN-02")
def of_this_kind_all_are_closed(plan: Plan) -> Plan:
    """Needed of one site, closed of all; the plan's own list of it was thrown away."""
    photograph = placed(plan, "photograph#1")
    bare = evolve(plan, windows=tuple(w for w in plan.windows if w.kind != "daylight-target"))
    return closed(bare, "daylight-target", None, photograph.start, photograph.end)


@mutant("WIN-01")
def through_relays_that_are_down(plan: Plan) -> Plan:
    link = placed(plan, "link#1")
    outages = tuple(Outage(kind="relay", of=relay.id, span=link.span) for relay in plan.programme.relays)
    return with_programme(plan, outages=outages)


@on_the_limit("PIN-01")
def a_minute_beside_its_pin(plan: Plan, step: int) -> Plan:
    start = placed(plan, "camera-run#1").start
    pinned = with_programme(plan, pins=(Pin(placement="camera-run#1", start=start),))
    return moved(pinned, "camera-run#1", start.plus(minutes=step))


@on_the_limit("PIN-01")
def a_session_a_second_beside_its_pin(plan: Plan, step: int) -> Plan:
    start = placed(plan, "ship/theory").start
    return with_programme(plan, pins=(Pin(placement="ship/theory", start=start.plus(seconds=-step)),))


@mutant("PIN-01")
def pinned_and_left_out(plan: Plan) -> Plan:
    start = placed(plan, "photograph#1").start
    return without(with_programme(plan, pins=(Pin(placement="photograph#1", start=start),)), "photograph#1")


@on_the_limit("PST-01")
def begun_a_second_before_now(plan: Plan, step: int) -> Plan:
    return with_programme(plan, past_until=min(p.start for p in plan.placements).plus(seconds=step))


@on_the_limit("PST-01")
def begun_a_minute_before_now_among_what_is_done(plan: Plan, step: int) -> Plan:
    now = placed(plan, "link#2").start
    return moved(so_far(plan, now), "link#2", now.plus(minutes=-step))


@on_the_limit("PST-01")
def a_minute_beside_how_it_was(plan: Plan, step: int) -> Plan:
    flown = so_far(plan, placed(plan, "fluids/run").end)
    return moved(flown, "ship/theory", placed(plan, "ship/theory").start.plus(minutes=step))


@on_the_limit("PST-01")
def a_minute_shorter_than_it_was(plan: Plan, step: int) -> Plan:
    flown = so_far(plan, placed(plan, "fluids/run").end)
    return with_placement(flown, "ship/theory", end=placed(plan, "ship/theory").end.plus(minutes=-step))


@mutant("PST-01")
def done_by_somebody_else(plan: Plan) -> Plan:
    setup = placed(plan, "run-setup#1")
    return so_far(plan, setup.end, as_planned(setup, people=(UP,)))


@mutant("PST-01")
def done_and_forgotten(plan: Plan) -> Plan:
    return without(so_far(plan, placed(plan, "run#1").start), "run-setup#1")


@mutant("PST-01")
def missed_and_still_there(plan: Plan) -> Plan:
    setup = placed(plan, "run-setup#1")
    return so_far(plan, setup.end, as_planned(setup, outcome="missed"))


@mutant("CER-01")
def a_failed_exam_is_no_certificate(plan: Plan) -> Plan:
    exam = placed(plan, "fluids/exam@trainee-prime")
    return so_far(plan, exam.end.plus(days=1), as_planned(exam, outcome="failed"))


@on_the_limit("TRN-04")
def too_much_on_a_day_of_which_half_has_been(plan: Plan, step: int) -> Plan:
    """What has been counts too where something that is still to come adds to it."""
    drill = placed(plan, "fluids/with-crew")  # two hours, after three in the morning
    return asking(so_far(plan, drill.start), "TRN-04", "max_day_min", 300 - step)


@mutant("CMP-01")
def a_fact_twice_is_none(plan: Plan) -> Plan:
    flown = so_far(plan, placed(plan, "run#1").start)
    return evolve(flown, placements=(*flown.placements, placed(flown, "run-setup#1")))


@mutant("CMP-01")
def a_fact_of_another_thing(plan: Plan) -> Plan:
    """Nothing that has been becomes the exam that gives a certificate."""
    flown = so_far(plan, placed(plan, "fluids/run").end)
    return with_placement(flown, "ship/reading", of="ship/exam")


@mutant("ORD-01")
def what_has_been_binds_what_follows(plan: Plan) -> Plan:
    theory = placed(plan, "ship/theory")
    later = as_planned(theory, start=theory.start.plus(days=1), end=theory.end.plus(days=1))
    now = placed(plan, "ship/practice").start
    flown = so_far(plan, now, evolve(later, start=now.plus(hours=-3), end=now.plus(hours=-1)))
    return with_placement(flown, "ship/theory", start=now.plus(hours=-3), end=now.plus(hours=-1))


@mutant("CRW-09")
def help_counts_with_what_has_been(plan: Plan) -> Plan:
    """What took longer than planned leaves too little of the day's help for what is still to come."""
    run, link = placed(plan, "run#2"), placed(plan, "link#2")
    helped = with_placement(with_one(plan, "activities", "run", spacing_min=0), "run#2", end=run.start.plus(minutes=90))
    people = tuple(evolve(a, person=UP if a.person != GUEST else GUEST) for a in link.people)
    return so_far(with_placement(helped, "link#2", people=people), link.start)
