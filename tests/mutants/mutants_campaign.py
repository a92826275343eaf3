"""Mutants of the launch campaign: milestones on the road to the flight, what waits for them, and sleep."""

from datetime import date, time, timedelta

from attrs import evolve
from herd import (
    asking,
    mutant,
    on_the_limit,
    placed,
    so_far,
    with_one,
    with_placement,
    with_programme,
    with_session,
    with_term,
    without,
)

from hamsafar.domain.changes import Absence
from hamsafar.domain.plan import Assignment, Placement, Plan
from hamsafar.domain.training import After, Milestone
from hamsafar.timeline import Instant, local_date, local_instant
from handmade import BACKUP, GUEST, UP

REVIEW, DELIVERY = "milestone/review", "milestone/delivery"
DAY_MIN = 1_440


def placement_of(milestone: Milestone, start: Instant) -> Placement:
    """A milestone where it is meant to be."""
    return Placement(
        id=milestone.placement,
        of=milestone.placement,
        stage="training",
        title=milestone.title,
        kind="milestone",
        start=start,
        end=start.plus(minutes=milestone.duration_min),
        zone="Asia/Shanghai",
        people=tuple(Assignment(person=person, function="attendee") for person in milestone.attended_by),
    )


def with_road(plan: Plan) -> Plan:
    """The plan with a delivery and, a week later, a review, on the mornings of two Mondays; the guest reviews."""
    facts = {"from_d": 200, "to_d": 10, "duration_min": 60, "calendar": "host-days", "owner": "guest"}
    delivery = Milestone(id="delivery", title="Data", kind="delivery", **facts)
    after = (After(of=DELIVERY, min_gap_min=5 * DAY_MIN, max_gap_min=9 * DAY_MIN),)
    review = Milestone(id="review", title="Review", kind="review", after=after, attended_by=(GUEST,), **facts)
    monday = Instant.parse("2027-01-11T01:00Z")
    made = (placement_of(delivery, monday), placement_of(review, monday.plus(days=7)))
    changed = with_programme(plan, milestones=(delivery, review))
    return evolve(changed, placements=tuple(sorted((*plan.placements, *made), key=lambda p: (p.start, p.id))))


def days_before(plan: Plan, moment: Instant) -> float:
    """How long before lift-off, days."""
    return plan.flight.launch.launch.seconds_since(moment) / 86_400


@on_the_limit("MIL-01")
def held_a_minute_too_soon(plan: Plan, step: int) -> Plan:
    road = with_road(plan)
    first = days_before(road, placed(road, DELIVERY).start)
    return with_one(road, "milestones", "delivery", from_d=first + (0.001 - step) / DAY_MIN)


@on_the_limit("MIL-01")
def over_a_minute_too_late(plan: Plan, step: int) -> Plan:
    road = with_road(plan)
    last = days_before(road, placed(road, REVIEW).end)
    return with_one(road, "milestones", "review", to_d=last + (step - 0.001) / DAY_MIN)


@on_the_limit("MIL-01")
def held_before_today(plan: Plan, step: int) -> Plan:
    return with_programme(with_road(plan), now=date(2027, 1, 11 + step))


@on_the_limit("MIL-01")
def a_minute_before_the_doors_open(plan: Plan, step: int) -> Plan:
    road = with_road(plan)
    start = Instant.parse("2027-01-18T00:00Z").plus(minutes=-step)
    return with_placement(road, REVIEW, start=start, end=start.plus(minutes=60))


@on_the_limit("MIL-01")
def a_minute_too_soon_after_what_comes_before(plan: Plan, step: int) -> Plan:
    after = (After(of=DELIVERY, min_gap_min=7 * DAY_MIN - 60 + step),)
    return with_one(with_road(plan), "milestones", "review", after=after)


@on_the_limit("MIL-01")
def a_minute_too_late_after_what_comes_before(plan: Plan, step: int) -> Plan:
    after = (After(of=DELIVERY, max_gap_min=7 * DAY_MIN - 60 - step),)
    return with_one(with_road(plan), "milestones", "review", after=after)


@on_the_limit("MIL-01")
def a_minute_before_a_session_it_comes_after(plan: Plan, step: int) -> Plan:
    road = with_road(plan)
    last = max(p.end for p in road.placements if p.of == "fluids/exam")
    gap = round(placed(road, DELIVERY).start.seconds_since(last) / 60)
    return with_one(road, "milestones", "delivery", after=(After(of="fluids/exam", min_gap_min=gap + step),))


@mutant("MIL-01")
def nobody_reviews(plan: Plan) -> Plan:
    return with_placement(with_road(plan), REVIEW, people=())


@mutant("MIL-01")
def the_delivery_never_came(plan: Plan) -> Plan:
    return without(with_road(plan), DELIVERY)


@mutant("CMP-01")
def a_milestone_is_forgotten(plan: Plan) -> Plan:
    return without(with_road(plan), REVIEW)


@mutant("CMP-01")
def a_refused_milestone_is_planned(plan: Plan) -> Plan:
    return with_one(with_road(plan), "milestones", "delivery", refused=True)


@mutant("CMP-01")
def a_review_of_another_length(plan: Plan) -> Plan:
    road = with_road(plan)
    return with_placement(road, REVIEW, end=placed(road, REVIEW).end.plus(minutes=-1))


@mutant("PPL-01")
def reviewing_and_training_at_once(plan: Plan) -> Plan:
    road, busy = with_road(plan), placed(plan, f"fluids/exam@{GUEST}")
    return with_placement(road, REVIEW, start=busy.start, end=busy.start.plus(minutes=60))


@on_the_limit("MIL-02")
def a_session_a_minute_before_its_milestone_is_over(plan: Plan, step: int) -> Plan:
    road = with_road(plan)
    start = placed(road, "refresh/review").start
    gap = round(start.seconds_since(placed(road, REVIEW).end) / 60)
    return with_session(road, "refresh/review", after=(After(of=REVIEW, min_gap_min=gap + step),))


@on_the_limit("MIL-02")
def a_session_a_minute_too_long_after_its_milestone(plan: Plan, step: int) -> Plan:
    road = with_road(plan)
    gap = round(placed(road, "refresh/review").start.seconds_since(placed(road, REVIEW).end) / 60)
    return with_session(road, "refresh/review", after=(After(of=REVIEW, max_gap_min=gap - step),))


@mutant("MIL-02")
def training_for_what_was_refused(plan: Plan) -> Plan:
    road = with_one(with_road(plan), "milestones", "delivery", refused=True)
    waiting = with_session(road, f"fluids/exam@{BACKUP}".partition("@")[0], after=(After(of=REVIEW),))
    return without(without(waiting, REVIEW), DELIVERY)


@mutant("MIL-02")
def flown_though_refused(plan: Plan) -> Plan:
    road = with_one(with_road(plan), "milestones", "review", refused=True)
    return with_one(without(road, REVIEW), "activities", "link", milestone="review")


@on_the_limit("MIL-02")
def flown_a_minute_before_its_milestone(plan: Plan, step: int) -> Plan:
    road = with_one(with_road(plan), "activities", "link", milestone="review")
    first = min(p.start for p in road.placements if p.of == "link")
    end = Instant(first.tai_ns).plus(minutes=step)
    return with_placement(road, REVIEW, start=end.plus(minutes=-60), end=end)


# ---- sleep in quarantine


def night_of(evening: date, person: str, start: Instant) -> Placement:
    """One night of eight hours."""
    return Placement(
        id=f"quarantine-sleep/{evening}@{person}",
        of=f"quarantine-sleep/{evening}",
        stage="training",
        title="Sleep",
        kind="sleep",
        start=start,
        end=start.plus(hours=8),
        zone="Asia/Shanghai",
        people=(Assignment(person=person, function="sleeper"),),
    )


def with_nights(plan: Plan, *, usual: time = time(22), steps_min: tuple[int, ...] = ()) -> Plan:
    """The plan with everybody asleep in quarantine, each night later by its step than the one before; 0 where unsaid.

    The usual night lasts eight hours from `usual` on.
    """
    launch = plan.flight.launch.launch
    evening = local_date(launch.plus(days=-14), "Asia/Shanghai")
    if local_instant(evening, usual, "Asia/Shanghai") < launch.plus(days=-14):
        evening += timedelta(days=1)
    begins = local_instant(evening, usual, "Asia/Shanghai")
    count = int(launch.plus(hours=-12).seconds_since(begins) // 86_400) + 1
    shifts = [sum(steps_min[: n + 1]) for n in range(count)]
    made = tuple(
        night_of(evening + timedelta(days=n), person, begins.plus(days=n, minutes=shifts[n]))
        for n in range(count)
        for person in (GUEST, BACKUP, UP)
    )
    ends = time((usual.hour + 8) % 24, usual.minute)
    changed = with_term(plan, usual_night=(usual, ends))
    return evolve(changed, placements=tuple(sorted((*plan.placements, *made), key=lambda p: (p.start, p.id))))


def nights(plan: Plan, person: str = GUEST) -> list[Placement]:
    """The nights of somebody, in order."""
    return [p for p in plan.placements if p.of.startswith("quarantine-sleep/") and p.id.endswith(f"@{person}")]


def awake_min(plan: Plan) -> float:
    """From the last waking to lift-off."""
    return plan.flight.launch.launch.seconds_since(nights(plan)[-1].end) / 60


def shifted(plan: Plan, later_min: int, *, step_min: int = 60) -> Plan:
    """Nights that go so much later in steps, under figures by which it is just what lift-off asks."""
    steps = (step_min,) * (later_min // step_min)
    moved = with_nights(plan, steps_min=steps)
    awake = int(awake_min(moved))
    return asking(asking(moved, "TRN-16", "max_awake_min", awake + 1), "TRN-16", "min_awake_min", awake - 60)


@on_the_limit("TRN-16")
def a_night_a_minute_short(plan: Plan, step: int) -> Plan:
    asleep = with_nights(plan)
    id_ = nights(asleep)[3].id
    return with_placement(asleep, id_, end=placed(asleep, id_).end.plus(minutes=-step))


@on_the_limit("TRN-16")
def a_minute_later_than_a_body_follows(plan: Plan, step: int) -> Plan:
    return asking(shifted(plan, 60), "TRN-16", "max_delay_min", 60 - step)


@on_the_limit("TRN-16")
def a_minute_sooner_than_a_body_follows(plan: Plan, step: int) -> Plan:
    sooner = with_nights(plan, steps_min=(-30, -30))
    least = int(awake_min(sooner))
    just = asking(asking(sooner, "TRN-16", "min_awake_min", least), "TRN-16", "max_awake_min", least + 60)
    return asking(just, "TRN-16", "max_advance_min", 30 - step)


@on_the_limit("TRN-16")
def awake_a_minute_too_long(plan: Plan, step: int) -> Plan:
    asleep = with_nights(plan)
    return asking(asleep, "TRN-16", "max_awake_min", int(awake_min(asleep)) + 1 - step)


@on_the_limit("TRN-16")
def woken_a_minute_too_late(plan: Plan, step: int) -> Plan:
    asleep = with_nights(plan)
    return asking(asleep, "TRN-16", "min_awake_min", int(awake_min(asleep)) + step)


@on_the_limit("TRN-16")
def moved_a_minute_further_than_it_must(plan: Plan, step: int) -> Plan:
    moved = shifted(plan, 120)
    return asking(moved, "TRN-16", "max_awake_min", int(awake_min(moved)) + 1 + step)


@mutant("TRN-16")
def there_and_back(plan: Plan) -> Plan:
    return with_nights(plan, steps_min=(60, -60))


@mutant("TRN-16")
def a_night_is_missing(plan: Plan) -> Plan:
    asleep = with_nights(plan)
    return without(asleep, nights(asleep)[5].id)


@mutant("TRN-16")
def nobody_sleeps(plan: Plan) -> Plan:
    return with_term(plan, usual_night=(time(22), time(6)))


@mutant("TRN-16")
def the_backup_never_sleeps(plan: Plan) -> Plan:
    asleep = with_nights(plan)
    gone = {p.id for p in nights(asleep, BACKUP)}
    return evolve(asleep, placements=tuple(p for p in asleep.placements if p.id not in gone))


@mutant("TRN-16")
def a_night_for_two(plan: Plan) -> Plan:
    asleep = with_nights(plan)
    both = tuple(Assignment(person=person, function="sleeper") for person in (GUEST, BACKUP))
    return with_placement(asleep, nights(asleep)[2].id, people=both)


@mutant("TRN-16")
def no_nights_after_now(plan: Plan) -> Plan:
    asleep = with_nights(plan)
    now = nights(asleep)[6].start.plus(hours=-1)
    known = so_far(asleep, now)
    return evolve(
        known, placements=tuple(p for p in known.placements if p.kind != "sleep" or p.start < now or "#" in p.id)
    )


@on_the_limit("TRN-16")
def not_away_all_night(plan: Plan, step: int) -> Plan:
    asleep = with_nights(plan)
    night = nights(asleep)[4]
    away = Absence(person=GUEST, start=night.start.plus(minutes=step), end=night.end)
    return with_programme(without(asleep, night.id), absences=(away,))


@mutant("CMP-01")
def a_night_of_somebody_who_stays(plan: Plan) -> Plan:
    asleep = with_nights(plan)
    night = nights(asleep)[2]
    other = evolve(
        night,
        id=f"{night.of}@instructor-systems",
        people=(Assignment(person="instructor-systems", function="sleeper"),),
    )
    return evolve(asleep, placements=(*asleep.placements, other))


@mutant("PPL-01")
def taught_while_asleep(plan: Plan) -> Plan:
    asleep = with_nights(plan)
    start = nights(asleep)[2].end.plus(minutes=-1)
    review = placed(asleep, "refresh/review")
    return with_placement(asleep, review.id, start=start, end=start.plus(minutes=60))
