"""Second opinion on the days aboard: sleep, meals, exercise, work, help, first times, quiet, presence, functions."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import time
from fractions import Fraction
from math import ceil, floor

from hamsafar.domain.aboard import Activity, Need
from hamsafar.timeline import Instant
from hamsafar.verify import pace
from hamsafar.verify.case import Case, Slot, at_length, minutes_between, pairs
from hamsafar.verify.registry import Breach, Gap, Said, checks


@checks("CRW-01")
def sleep_every_night(case: Case) -> Said:
    """Each sleep long enough, and one starting in every stretch of 24 h plus the allowed shift of presence."""
    least = case.param("CRW-01", "min_sleep_min")
    longest = 1_440 + case.param("CRW-03", "max_shift_min")
    for person in case.aboard:
        sleeps = case.doing(person, "sleep")
        for slot in sleeps:
            if slot.minutes < least:
                sentence = f"{person} sleeps {at_length(slot.minutes)} in {slot.id}, {at_length(least)} are asked."
                yield Breach(sentence, (person, slot.id), least - slot.minutes, "min")
        there = case.presence(person)
        if there is None or there[1] <= there[0]:
            yield Gap(f"{person} is never aboard, so the nights can't be counted.", (person,))
            continue
        starts = [there[0], *(slot.start for slot in sleeps if there[0] <= slot.start <= there[1]), there[1]]
        for earlier, later in itertools.pairwise(starts):
            over = minutes_between(earlier, later) - longest
            if over > 0 and not case.is_over(later):
                sentence = f"From {earlier} to {later} no sleep of {person} starts, {at_length(over)} too long."
                yield Breach(sentence, (person,), over, "min")


@checks("CRW-02")
def awake(case: Case) -> Said:
    """The stretches without sleep: before the first, between two, after the last."""
    between, event = case.param("CRW-02", "max_awake_min"), case.param("CRW-02", "max_awake_event_min")
    for person in case.aboard:
        sleeps = case.doing(person, "sleep")
        stretches = [(a.end, b.start, between, f"between {a.id} and {b.id}") for a, b in pairs(sleeps)]
        woke, first_limit, begin = _waking(case, person)
        last, ending = _last_moment(case, person)
        if sleeps:
            stretches.append((woke, sleeps[0].start, first_limit, f"from {begin} to {sleeps[0].id}"))
            stretches.append((sleeps[-1].end, last, event, f"from {sleeps[-1].id} to {ending}"))
        else:
            stretches.append((woke, last, event, f"from {begin} to {ending}, without any sleep"))
        for start, end, limit, what in stretches:
            over = minutes_between(start, end) - limit
            if over > 0 and not case.is_over(end):
                sentence = f"{person} is awake {at_length(over + limit)} {what}, {at_length(over)} too long."
                yield Breach(sentence, (person,), over, "min")


def _waking(case: Case, person: str) -> tuple[Instant, float, str]:
    """When somebody woke for the first day, how long it may be to the first sleep, and what that moment is."""
    if person in case.request.crew_up:
        before, event = case.param("CRW-02", "wake_before_launch_min"), case.param("CRW-02", "max_awake_event_min")
        if minutes_between(case.flight.launch.launch, case.flight.docking) + before > event:
            return case.flight.docking.plus(minutes=-before), event, "waking in the ship before docking"
        return case.flight.launch.launch.plus(minutes=-before), event, "waking before lift-off"
    return case.clock(1, time(6)), case.param("CRW-02", "max_awake_min"), "the first morning"


def _last_moment(case: Case, person: str) -> tuple[Instant, str]:
    if person in case.request.crew_down:
        return case.flight.landing.landing, "landing"
    return case.clock(case.last_day, time(), days_later=1), "the end of the last flight day"


@checks("CRW-03")
def sleep_shift(case: Case) -> Said:
    """Starts of consecutive sleeps 24 h apart, give or take the allowed shift."""
    most = case.param("CRW-03", "max_shift_min")
    for person in case.aboard:
        for earlier, later in pairs(case.doing(person, "sleep")):
            shift = later.start_min - earlier.start_min - 1_440
            if abs(shift) > most:
                sentence = f"{person} goes to sleep {at_length(abs(shift))} {'later' if shift > 0 else 'earlier'}"
                where = (person, earlier.id, later.id)
                yield Breach(f"{sentence} in {later.id} than in {earlier.id}.", where, abs(shift) - most, "min")


@checks("CRW-04")
def meals_apart(case: Case) -> Said:
    """Starts of consecutive meals of one person."""
    least = case.param("CRW-04", "min_gap_min")
    for person in sorted(case.of_person):
        for earlier, later in pairs(case.doing(person, "meal")):
            gap = later.start_min - earlier.start_min
            if gap < least:
                sentence = f"{person} eats {later.id} {at_length(gap)} after {earlier.id} began."
                yield Breach(sentence, (person, earlier.id, later.id), least - gap, "min")


def _too_soon(person: str, before: list[Slot], after: list[Slot], least: float) -> Said:
    for first in before:
        for second in after:
            gap = second.start_min - first.end_min
            if second.start >= first.start and gap < least:
                sentence = f"{second.id} starts {at_length(gap)} after {first.id} of {person}"
                where = (person, first.id, second.id)
                yield Breach(f"{sentence} ({at_length(least)} are asked).", where, least - gap, "min")


@checks("CRW-05")
def exercise_after_meal(case: Case) -> Said:
    """From the end of a meal to the start of exercise of the same person."""
    least = case.param("CRW-05", "min_gap_min")
    for person in sorted(case.of_person):
        yield from _too_soon(person, case.doing(person, "meal"), case.doing(person, "exercise"), least)


@checks("CRW-06")
def link_after_exercise(case: Case) -> Said:
    """From the end of exercise to the start of a link or interview of anybody in it."""
    least = case.param("CRW-06", "min_gap_min")
    for person in sorted(case.of_person):
        yield from _too_soon(person, case.doing(person, "exercise"), case.doing(person, "link", "outreach"), least)


def _day_sums(case: Case, person: str, flag: str) -> dict[int, list[Slot]]:
    """Placements of one person whose activity has a flag, by the flight day on which they start."""
    found: dict[int, list[Slot]] = defaultdict(list)
    for slot in case.of_person.get(person, []):
        if slot.activity is not None and getattr(slot.activity, flag):
            found[case.flight_day(slot.start)].append(slot)
    return found


def _over(person: str, days: dict[int, list[Slot]], most: dict[int, float], what: str) -> Said:
    for day, slots in sorted(days.items()):
        total = sum(slot.minutes for slot in slots)
        if total > most[day]:
            over = total - most[day]
            sentence = f"{person} {what} {at_length(total)} on flight day {day}, {at_length(over)} over."
            yield Breach(sentence, (person, *(slot.id for slot in slots)), over, "min")


@checks("CRW-07")
def work_in_a_day(case: Case) -> Said:
    """Minutes of work that start on one station date."""
    most = case.param("CRW-07", "max_work_min")
    for person in sorted(case.of_person):
        days = _day_sums(case, person, "work")
        yield from _over(person, days, dict.fromkeys(days, most), "works")


def _exact(figure: float) -> Fraction:
    """The decimal that was written: 0.7 x 570 is 399, where binary fractions would make it a minute less."""
    return Fraction(repr(figure))


@checks("CRW-08")
def newcomers_share(case: Case) -> Said:
    """The guest's work within a share of a day's work, less on the first flight days."""
    day_min, first_days = case.param("CRW-07", "max_work_min"), case.param("CRW-08", "first_days")
    first, later = case.param("CRW-08", "first_share"), case.param("CRW-08", "later_share")
    days = _day_sums(case, case.request.guest, "work")
    most = {d: float(floor(_exact(first if d <= first_days else later) * _exact(day_min))) for d in days}
    yield from _over(case.request.guest, days, most, "works")


@checks("CRW-09")
def hosts_help(case: Case) -> Said:
    """Minutes that one host helps with the guest's programme on one station date: their own most, else the rule's."""
    budget = case.programme.hosts_minutes
    own = {one.person: one.a_day_min for one in budget.people if one.a_day_min is not None} if budget else {}
    for person in case.aboard:
        if person != case.request.guest:
            most = float(own.get(person, case.param("CRW-09", "max_host_min")))
            days = _day_sums(case, person, "guest_programme")
            yield from _over(person, days, dict.fromkeys(days, most), "helps the guest's programme for")


def executions(case: Case) -> Iterator[tuple[Slot, Activity, int]]:
    """What the guest does of what a newcomer learns by repetition, in time, with its count from 1."""
    counts: dict[str, int] = defaultdict(int)
    for slot, activity in case.flown:
        if pace.is_learned(activity) and case.request.guest in slot.people:
            counts[activity.id] += 1
            yield slot, activity, counts[activity.id]


@checks("CRW-10")
def slow_first_time(case: Case) -> Said:
    """The guest's first execution of an experiment is longer than the ground figure, unless its pace is its own."""
    factor = _exact(case.param("CRW-10", "first_factor"))
    for slot, activity, count in executions(case):
        needed = ceil(factor * activity.duration_min)
        if count == 1 and not pace.has_its_own(activity) and slot.minutes < needed:
            sentence = f"{slot.id} is the guest's first {activity.id} and lasts {at_length(slot.minutes)}"
            yield Breach(f"{sentence} ({at_length(needed)} are asked).", (slot.id,), needed - slot.minutes, "min")


def _subjects(slot: Slot, activity: Activity) -> list[str]:
    """Those who serve in the first need of an activity."""
    first = activity.who[0] if activity.who else None
    serving = slot.serving(first.function) if first is not None else ()
    return [person for person in serving if first is not None and person in first.candidates]


@checks("CRW-17")
def on_waking(case: Case) -> Said:
    """From the end of the last sleep before it: soon enough, and nothing of theirs but hygiene in between."""
    for slot, activity in case.flown:
        for person in _subjects(slot, activity) if activity.on_waking_min is not None else ():
            slept = [sleep for sleep in case.doing(person, "sleep") if sleep.end <= slot.start]
            if not slept:
                yield Breach(f"{slot.id} of {person} comes after no sleep in the plan.", (slot.id, person))
                continue
            woke = max(slept, key=lambda sleep: sleep.end)
            late = slot.start_min - woke.end_min - (activity.on_waking_min or 0)
            if late > 0:
                sentence = f"{slot.id} of {person} starts {at_length(slot.start_min - woke.end_min)} after {woke.id}"
                yield Breach(f"{sentence}, {at_length(late)} too late.", (slot.id, person, woke.id), late, "min")
            yield from _between(case, person, woke, slot)


def _between(case: Case, person: str, woke: Slot, slot: Slot) -> Said:
    for other in case.of_person.get(person, []):
        if other.activity is None or other.activity.on_waking_min is not None:
            continue
        if other.activity.kind not in ("sleep", "hygiene") and woke.end <= other.start < slot.start:
            by = slot.start_min - other.start_min
            sentence = f"{other.id} of {person} starts {at_length(by)} before {slot.id}, which is the first on waking."
            yield Breach(sentence, (slot.id, person, other.id), by, "min")


@checks("CRW-18")
def nothing_eaten_before(case: Case) -> Said:
    """From the end of a meal to the start of what is done fasting, for those who fast."""
    for slot, activity in case.flown:
        for person in _subjects(slot, activity) if activity.fasting_min else ():
            yield from _too_soon(person, case.doing(person, "meal"), [slot], activity.fasting_min)


@checks("CRW-19")
def meal_after_exercise(case: Case) -> Said:
    """From the end of exercise to the start of a meal of the same person."""
    least = case.param("CRW-19", "min_gap_min")
    for person in sorted(case.of_person):
        yield from _too_soon(person, case.doing(person, "exercise"), case.doing(person, "meal"), least)


@checks("CRW-20")
def newcomers_pace(case: Case) -> Said:
    """Each of the guest's executions as long as that one takes with the confidence asked."""
    for slot, activity, count in executions(case):
        needed, _ = pace.needed_min(case, activity, count)
        if slot.minutes < needed:
            sentence = f"{slot.id} is the guest's execution {count} of {activity.id} and lasts"
            sentence = f"{sentence} {at_length(slot.minutes)} ({at_length(needed)} are asked)."
            yield Breach(sentence, (slot.id,), needed - slot.minutes, "min")


@checks("CRW-11")
def quiet(case: Case) -> Said:
    """Nobody exercises during something that needs quiet."""
    for still, activity in case.flown:
        for slot, other in case.flown if activity.quiet else ():
            shared = min(still.end_min, slot.end_min) - max(still.start_min, slot.start_min)
            if other.kind == "exercise" and slot is not still and shared > 0:
                sentence = f"{slot.id} runs during {still.id} for {at_length(shared)}, which needs quiet."
                yield Breach(sentence, (still.id, slot.id), shared, "min")


@checks("CRW-12")
def day_and_hour(case: Case) -> Said:
    """On a flight day that the activity asks for, starting in the hours it is meant for."""
    for slot, activity in case.flown:
        if activity.kind == "sleep" and activity.starts_between is None:
            continue  # a shifted sleep may fall at any hour; CRW-01 to CRW-03 judge it
        if slot.day is not None:
            days: tuple[int, ...] = (slot.day,)
        else:
            around = case.flight_day(slot.start)
            days = tuple(d for d in (around - 1, around) if not activity.flight_days or d in activity.flight_days)
        if activity.flight_days and activity.kind != "sleep":
            days = tuple(day for day in days if day in activity.flight_days)
        if not days:
            day = case.flight_day(slot.start) if slot.day is None else slot.day
            sentence = f"{slot.id} falls on flight day {day}, which is none of {list(activity.flight_days)}."
            yield Breach(sentence, (slot.id,), 1, "d")
            continue
        off = min((_off_hours(case, slot, activity, day) for day in days), default=0.0)
        if off > 0:
            hours = activity.starts_between
            asked = f"{hours[0]:%H:%M} to {hours[1]:%H:%M}" if hours else "any hour"
            sentence = f"{slot.id} starts at {slot.start}, {at_length(off)} outside {asked} of flight day"
            yield Breach(f"{sentence} {' or '.join(map(str, days))}.", (slot.id,), off, "min")


def _off_hours(case: Case, slot: Slot, activity: Activity, day: int) -> float:
    """Minutes by which a start misses what is allowed on a flight day; 0 inside."""
    first, last = case.starts_allowed(activity, day)
    return max(0.0, minutes_between(slot.start, first), minutes_between(last, slot.start))


@checks("CRW-13")
def spacing(case: Case) -> Said:
    """Starts of consecutive occurrences, for each person where each person has their own."""
    for id_, activity in case.activities.items():
        furthest = activity.spacing_max_min
        if activity.kind == "sleep" or (not activity.spacing_min and furthest is None):
            continue
        rows: dict[str, list[Slot]] = defaultdict(list)
        for slot in case.of_what.get(id_, []):
            if slot.activity is not None:
                rows[slot.person or "" if activity.repeat == "each-person-day" else ""].append(slot)
        for row in rows.values():
            for earlier, later in pairs(row):
                gap = later.start_min - earlier.start_min
                if gap < activity.spacing_min:
                    sentence = f"{later.id} starts {at_length(gap)} after {earlier.id}"
                    by = activity.spacing_min - gap
                    asked = at_length(activity.spacing_min)
                    yield Breach(f"{sentence} ({asked} are asked).", (earlier.id, later.id), by, "min")
                if furthest is not None and gap > furthest:
                    sentence = f"{later.id} starts {at_length(gap)} after {earlier.id}"
                    asked = f"at most {at_length(furthest)} are asked"
                    yield Breach(f"{sentence} ({asked}).", (earlier.id, later.id), gap - furthest, "min")


@checks("CRW-14")
def presence(case: Case) -> Said:
    """Everything aboard while everybody in it is aboard."""
    for slot in case.slots:
        for person in sorted(slot.people) if slot.stage == "flight" else ():
            there = case.presence(person)
            if there is None:
                yield Breach(f"{person} is in {slot.id} and never aboard.", (slot.id, person), slot.minutes, "min")
                continue
            out = max(minutes_between(slot.start, there[0]), minutes_between(there[1], slot.end))
            if out > 0:
                sentence = f"{slot.id} sticks out of the time that {person} is aboard by {at_length(out)}."
                yield Breach(sentence, (slot.id, person), out, "min")


@checks("CRW-15")
def functions(case: Case) -> Said:
    """Each need filled by as many of its candidates as it asks for; nobody else there."""
    for slot, activity in case.flown:
        if activity.repeat == "each-person-day":
            yield from _their_own(slot, activity)
            continue
        for function in sorted({need.function for need in activity.who} | {a.function for a in slot.placement.people}):
            yield from _function(slot, function, [need for need in activity.who if need.function == function])


def _their_own(slot: Slot, activity: Activity) -> Said:
    need = activity.who[0] if len(activity.who) == 1 else None
    if need is None:
        yield Gap(f"{activity.id} is for each person and has {len(activity.who)} needs instead of one.", (slot.id,))
        return
    serving = [(each.person, each.function) for each in slot.placement.people]
    if serving != [(slot.person, need.function)] or slot.person not in need.candidates:
        sentence = f"{slot.id} should be done by {slot.person} as {need.function} alone."
        yield Breach(sentence, (slot.id,), max(1, abs(len(serving) - 1)), "people")


def _function(slot: Slot, function: str, needs: list[Need]) -> Said:
    serving = slot.serving(function)
    asked = sum(need.count for need in needs)
    if len(serving) != asked:
        sentence = f"{slot.id} has {len(serving)} people as {function}, and needs {asked}."
        yield Breach(sentence, (slot.id, *serving), abs(len(serving) - asked), "people")
        return
    placed = _seated(serving, needs)
    if placed < len(serving):
        sentence = f"In {slot.id} somebody serves as {function} who is no candidate for it."
        yield Breach(sentence, (slot.id, *serving), len(serving) - placed, "people")


def _seated(serving: tuple[str, ...], needs: list[Need]) -> int:
    """How many of those serving can be given a need each, nobody twice (augmenting paths, Kuhn 1955)."""
    seats = [need for need in needs for _ in range(min(need.count, len(serving)))]
    taken: dict[int, str] = {}

    def seat(person: str, tried: set[int]) -> bool:
        for index, need in enumerate(seats):
            if person in need.candidates and index not in tried:
                tried.add(index)
                if index not in taken or seat(taken[index], tried):
                    taken[index] = person
                    return True
        return False

    return sum(seat(person, set()) for person in dict.fromkeys(serving))


@checks("CRW-16")
def arrived_before_sleep(case: Case) -> Said:
    """For each arriving person, no activity of kind arrival ends after the first sleep has begun."""
    for person in case.request.crew_up:
        sleeps = case.doing(person, "sleep")
        for slot in case.doing(person, "arrival") if sleeps and sleeps[0].id not in case.past else ():
            late = slot.end_min - sleeps[0].start_min
            if late > 0:
                sentence = f"{slot.id} of {person} ends {at_length(late)} after {sleeps[0].id} has begun."
                yield Breach(sentence, (person, slot.id, sleeps[0].id), late, "min")
