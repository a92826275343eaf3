"""Mutants of the term's rules."""

from datetime import date, time

from attrs import evolve
from herd import (
    asking,
    minutes,
    moved,
    mutant,
    on_the_limit,
    placed,
    with_facility,
    with_one,
    with_placement,
    with_programme,
    with_session,
    with_term,
)

from hamsafar.domain.calendars import DateRange, Hours
from hamsafar.domain.changes import Happened
from hamsafar.domain.plan import Assignment, Plan
from hamsafar.domain.training import Facility, Season, TrainingSite, Trip
from hamsafar.timeline import Instant, local_date, local_instant
from handmade import BACKUP, GUEST, UP


def closing(plan: Plan, closes: time) -> Plan:
    hours = (Hours(opens=time(8), closes=closes), Hours(opens=time(14), closes=time(18)))
    return with_one(plan, "calendars", "host-days", hours=hours)


@on_the_limit("TRN-01")
def a_minute_into_the_break(plan: Plan, step: int) -> Plan:
    return closing(plan, time(11, 59) if step else time(12))  # fluids/run ends at 12:00


@mutant("TRN-01")
def on_a_holiday(plan: Plan) -> Plan:
    day = DateRange(first=date(2026, 12, 7), last=date(2026, 12, 7))
    return with_one(plan, "calendars", "host-days", closed=(day,))


@mutant("TRN-01")
def joining_crew_on_leave(plan: Plan) -> Plan:
    days = evolve(plan.programme.calendars[0], id="leave", weekdays=(2, 3, 4, 5))
    changed = with_programme(plan, calendars=(*plan.programme.calendars, days))
    return with_one(changed, "people", UP, calendars=("leave",))


@on_the_limit("TRN-02")
def facility_closed_that_day(plan: Plan, step: int) -> Plan:
    first = date(2026, 12, 9) if step else date(2026, 12, 10)
    return with_facility(plan, "centrifuge", closed=(DateRange(first=first, last=date(2026, 12, 10)),))


@mutant("TRN-02")
def facility_hours_a_minute_short(plan: Plan) -> Plan:
    shut = evolve(plan.programme.calendars[0], id="short", hours=(Hours(opens=time(8), closes=time(11, 59)),))
    changed = with_programme(plan, calendars=(*plan.programme.calendars, shut))
    return with_facility(changed, "classroom", calendar="short")


def with_phase(plan: Plan, **changes: object) -> Plan:
    phases = plan.programme.term.phases
    return with_term(plan, phases=tuple(evolve(p, **changes) if p.id == "basics" else p for p in phases))


@on_the_limit("TRN-03")
def a_minute_before_the_phase(plan: Plan, step: int) -> Plan:
    before = plan.flight.launch.launch.seconds_since(placed(plan, "ship/theory").start) / 86_400
    return with_phase(plan, from_d=before + (0.001 - step) / 1_440)


@on_the_limit("TRN-03")
def a_day_before_the_phase_had_begun(plan: Plan, step: int) -> Plan:
    return with_phase(plan, from_d=60.0, begun=date(2026, 12, 7 + step))


@on_the_limit("TRN-03")
def a_minute_after_the_phase(plan: Plan, step: int) -> Plan:
    last = max(p.end for p in plan.placements if p.of.startswith("fluids/"))
    before = plan.flight.launch.launch.seconds_since(last) / 86_400
    return with_phase(plan, to_d=before + (step - 0.001) / 1_440)


@on_the_limit("TRN-03")
def before_the_term(plan: Plan, step: int) -> Plan:
    return with_term(plan, start=date(2026, 12, 7 + step))


@on_the_limit("TRN-03")
def before_today(plan: Plan, step: int) -> Plan:
    return with_programme(plan, now=date(2026, 12, 7 + step))


@on_the_limit("TRN-04")
def a_minute_over_the_day(plan: Plan, step: int) -> Plan:
    return asking(plan, "TRN-04", "max_day_min", 300 - step)  # 14 December: 180 + 120


@on_the_limit("TRN-05")
def a_minute_over_the_week(plan: Plan, step: int) -> Plan:
    return asking(plan, "TRN-05", "max_week_min", 120 + 150 + 45 + 45 - step)  # of 7 December, without reading


@on_the_limit("TRN-06")
def a_minute_short_of_rest(plan: Plan, step: int) -> Plan:
    rest = minutes(placed(plan, "fluids/with-crew").end, placed(plan, f"fluids/exam@{GUEST}").start)
    return asking(plan, "TRN-06", "min_rest_min", rest + step)


@on_the_limit("TRN-07")
def a_minute_short_of_recovery(plan: Plan, step: int) -> Plan:
    gap = minutes(placed(plan, f"ship/spin@{BACKUP}").end, placed(plan, "fluids/with-crew").start)
    return with_session(plan, "ship/spin", recovery_min=gap + step)


def without_function(plan: Plan, id_: str, function: str) -> Plan:
    people = tuple(a for a in placed(plan, id_).people if a.function != function)
    return with_placement(plan, id_, people=people)


@mutant("TRN-08")
def nobody_teaches(plan: Plan) -> Plan:
    return without_function(plan, "ship/theory", "instructor")


@mutant("TRN-08")
def unqualified(plan: Plan) -> Plan:
    return with_one(plan, "people", "instructor-systems", qualifications=())


@mutant("TRN-08")
def taught_by_an_interpreter(plan: Plan) -> Plan:
    return with_one(plan, "people", "instructor-systems", function="ground")


@mutant("TRN-08")
def taught_while_reading(plan: Plan) -> Plan:
    people = (*placed(plan, "ship/reading").people, Assignment(person="instructor-systems", function="instructor"))
    return with_placement(plan, "ship/reading", people=people)


@mutant("TRN-09")
def nobody_interprets(plan: Plan) -> Plan:
    return without_function(plan, "ship/theory", "interpreter")


@mutant("TRN-09")
def one_of_two_lacks_it(plan: Plan) -> Plan:
    return without_function(with_one(plan, "people", GUEST, languages=("zh",)), "ship/theory", "interpreter")


@mutant("TRN-09")
def needless_interpreter(plan: Plan) -> Plan:
    people = (*placed(plan, "refresh/review").people, Assignment(person="interpreter-one", function="interpreter"))
    return with_placement(plan, "refresh/review", people=people)


@mutant("TRN-10")
def not_meant_for_quarantine(plan: Plan) -> Plan:
    return with_session(plan, "refresh/review", in_quarantine=False)


@mutant("TRN-10")
def outside_quarantine(plan: Plan) -> Plan:
    return with_facility(plan, "quarters", open_in_quarantine=False)


@on_the_limit("TRN-10")
def a_minute_into_quarantine(plan: Plan, step: int) -> Plan:
    begins = plan.flight.launch.launch.plus(days=-14).floor_utc_minute()
    end = type(plan.flight.docking).from_utc_minute(begins + step)
    return moved(with_session(plan, "fluids/run", kind="practice"), "fluids/run", end.plus(minutes=-180))


@on_the_limit("TRN-11")
def two_exams_in_a_day(plan: Plan, step: int) -> Plan:
    day = date(2026, 12, 11) if step else date(2026, 12, 16)
    return moved(plan, f"fluids/exam@{GUEST}", local_instant(day, time(11), "Asia/Shanghai"))


@mutant("TRN-12")
def backup_stays_away(plan: Plan) -> Plan:
    people = tuple(a for a in placed(plan, "ship/theory").people if a.person != BACKUP)
    return with_placement(plan, "ship/theory", people=people)


@mutant("TRN-12")
def crew_stays_away(plan: Plan) -> Plan:
    people = tuple(a for a in placed(plan, "fluids/with-crew").people if a.person != UP)
    return with_placement(plan, "fluids/with-crew", people=people)


@mutant("TRN-12")
def somebody_elses_run(plan: Plan) -> Plan:
    people = tuple(
        evolve(a, person=BACKUP) if a.person == GUEST else a for a in placed(plan, f"ship/spin@{GUEST}").people
    )
    return with_placement(plan, f"ship/spin@{GUEST}", people=people)


@mutant("TRN-12")
def an_onlooker(plan: Plan) -> Plan:
    people = (*placed(plan, "ship/theory").people, Assignment(person=UP, function="onlooker"))
    return with_placement(plan, "ship/theory", people=people)


@on_the_limit("TRN-13")
def a_day_too_many_in_a_row(plan: Plan, step: int) -> Plan:
    return asking(plan, "TRN-13", "max_days_in_row", 3 - step)  # 7, 8 and 9 December


# ---- journeys, re-sits, certificates until landing


def travelling(plan: Plan, *, leaves: Instant, arrives: Instant, homeward: Instant, people=(GUEST, BACKUP, UP)) -> Plan:
    """The plan with all of the subject `fluids` at the sea, between a way there and a way back."""
    ground = Facility(id="sea-ground", title="Sea", calendar="host-days", site="sea")
    sites = tuple(TrainingSite(id=id_, title=id_, zone="Asia/Shanghai", from_base_min=240) for id_ in ("base", "sea"))
    old = next(s for s in plan.programme.term.subjects if s.id == "fluids")
    way = evolve(old.sessions[0], id="fluids/out", kind="travel", facilities=(), instructor=None, after=())
    at_sea = tuple(evolve(session, facilities=("sea-ground",)) for session in old.sessions)
    back = evolve(way, id="fluids/back")
    returns = homeward.plus(hours=4)
    trip = Trip(to="sea", duration_min=round(minutes(leaves, returns)))
    changed = evolve(old, sessions=(way, *at_sea, back), trip=trip)
    term = plan.programme.term
    plan = with_term(
        plan,
        sites=sites,
        facilities=(*term.facilities, ground),
        subjects=tuple(changed if s.id == "fluids" else s for s in term.subjects),
    )
    ways = tuple(
        evolve(
            placed(plan, "fluids/run"),
            id=f"fluids/{name}",
            of=f"fluids/{name}",
            kind="travel",
            start=start,
            end=end,
            facilities=(),
            people=tuple(Assignment(person=person, function="attendee") for person in people),
        )
        for name, start, end in (("out", leaves, arrives), ("back", homeward, returns))
    )
    seaward = tuple(evolve(p, facilities=("sea-ground",)) if p.of.startswith("fluids/") else p for p in plan.placements)
    return evolve(plan, placements=(*seaward, *ways))


def to_the_sea(plan: Plan, **changes: object) -> Plan:
    """A journey with a day to spare on both sides."""
    first, last = placed(plan, "fluids/run").start, placed(plan, f"fluids/exam@{BACKUP}").end
    leaves = first.plus(days=-1)
    facts = {"leaves": leaves, "arrives": leaves.plus(hours=4), "homeward": last.plus(hours=12)}
    return travelling(plan, **(facts | changes))


@on_the_limit("TRN-14")
def session_a_minute_before_arrival(plan: Plan, step: int) -> Plan:
    return to_the_sea(plan, arrives=placed(plan, "fluids/run").start.plus(minutes=step))


@on_the_limit("TRN-14")
def session_a_minute_after_leaving(plan: Plan, step: int) -> Plan:
    return to_the_sea(plan, homeward=placed(plan, f"fluids/exam@{BACKUP}").end.plus(minutes=-step))


@on_the_limit("TRN-14")
def away_a_minute_before_the_base_is_left(plan: Plan, step: int) -> Plan:
    leaves = placed(plan, f"ship/exam@{BACKUP}").end.plus(minutes=-step)
    return to_the_sea(plan, leaves=leaves, arrives=leaves.plus(hours=4))


@on_the_limit("TRN-14")
def a_journey_a_minute_too_long(plan: Plan, step: int) -> Plan:
    changed = to_the_sea(plan)
    return moved(changed, "fluids/back", placed(changed, "fluids/back").start.plus(minutes=step))


@mutant("TRN-14")
def somebody_stayed_at_home(plan: Plan) -> Plan:
    return to_the_sea(plan, people=(GUEST, UP))


def failed(plan: Plan, id_: str, days: float, step_min: int) -> Plan:
    """The plan in which an exam was failed so long before it is placed."""
    exam = placed(plan, id_)
    end = exam.start.plus(days=-days, minutes=step_min)
    record = Happened(placement=id_, start=end.plus(minutes=-45), end=end, people=exam.person_ids, outcome="failed")
    return with_programme(plan, past_until=end, happened=(record,))


@on_the_limit("TRN-15")
def sat_again_a_minute_too_soon(plan: Plan, step: int) -> Plan:
    return failed(plan, f"fluids/exam@{GUEST}", 3, step)


@on_the_limit("TRN-15")
def sat_again_a_minute_too_late(plan: Plan, step: int) -> Plan:
    return failed(plan, f"fluids/exam@{GUEST}", 21, -step)


@on_the_limit("CER-02")
def lapses_a_day_before_landing(plan: Plan, step: int) -> Plan:
    given = local_date(placed(plan, f"fluids/exam@{BACKUP}").end, "Asia/Shanghai")
    last = local_date(plan.flight.landing.landing, "Asia/Shanghai")
    return with_one(plan, "certificates", "fluids", valid_d=(last - given).days + 1 - step)


@mutant("CER-02")
def flying_asks_for_what_lapses(plan: Plan) -> Plan:
    return with_one(plan, "certificates", "ship-user", valid_d=1, for_flight=True)


@mutant("CER-02")
def the_backup_never_passed(plan: Plan) -> Plan:
    id_ = f"fluids/exam@{BACKUP}"
    return evolve(plan, placements=tuple(p for p in plan.placements if p.id != id_))


@on_the_limit("TRN-02")
def a_day_out_of_season(plan: Plan, step: int) -> Plan:
    return with_facility(plan, "centrifuge", seasons=(Season(first=(12, 9 + step), last=(2, 1)),))


# ---- sessions moved to both sides of a limit


@on_the_limit("TRN-04")
def a_session_a_minute_longer_than_the_day(plan: Plan, step: int) -> Plan:
    drill = placed(plan, "fluids/with-crew")  # of the 480 min of 14 December the other is 180
    return with_placement(plan, drill.id, end=drill.start.plus(minutes=300 + step))


@on_the_limit("TRN-05")
def a_session_a_minute_longer_than_the_week(plan: Plan, step: int) -> Plan:
    """The week of 7 December holds 360 min without the reading; the theory goes on up to 2,400."""
    theory = placed(plan, "ship/theory")
    return with_placement(plan, theory.id, end=theory.end.plus(minutes=2_400 - 360 + step))


@on_the_limit("TRN-06")
def up_a_minute_too_early(plan: Plan, step: int) -> Plan:
    evening = placed(plan, "fluids/with-crew").end
    return moved(plan, f"fluids/exam@{GUEST}", evening.plus(minutes=660 - step))


@on_the_limit("TRN-06")
def down_a_minute_too_late(plan: Plan, step: int) -> Plan:
    morning = placed(plan, f"fluids/exam@{GUEST}").start
    return moved(plan, "fluids/with-crew", morning.plus(minutes=-660 - 120 + step))


@on_the_limit("TRN-07")
def demanding_a_minute_too_soon(plan: Plan, step: int) -> Plan:
    spin = placed(plan, f"ship/spin@{GUEST}")
    return moved(
        plan, "fluids/with-crew", max(spin.end, placed(plan, f"ship/spin@{BACKUP}").end).plus(minutes=1_440 - step)
    )


@on_the_limit("TRN-13")
def a_seventh_day_in_a_row(plan: Plan, step: int) -> Plan:
    """7, 8, 9 and 11 December are busy; with something on 10 and 12 they are six days, with 13 seven."""
    for id_, day in (("fluids/with-crew", 10), ("fluids/run", 12), *((("ship/reading", 13),) if step else ())):
        plan = moved(plan, id_, local_instant(date(2026, 12, day), time(14), "Asia/Shanghai"))
    return plan


@mutant("TRN-11")
def no_exam_is_allowed(plan: Plan) -> Plan:
    return asking(plan, "TRN-11", "max_exams", 0)


@mutant("TRN-08")
def two_teach(plan: Plan) -> Plan:
    """A second one, who is qualified for nothing."""
    people = (*placed(plan, "ship/theory").people, Assignment(person="interpreter-one", function="instructor"))
    return with_placement(plan, "ship/theory", people=people)


@mutant("TRN-09")
def interpreted_by_who_speaks_one_of_them(plan: Plan) -> Plan:
    people = tuple(
        evolve(a, person="instructor-systems") if a.function == "interpreter" else a
        for a in placed(plan, "ship/theory").people
    )
    return with_placement(plan, "ship/theory", people=people)
