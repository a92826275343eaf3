"""TRN-16: in quarantine everybody who may fly sleeps every night, one way only towards lift-off, and no further."""

from datetime import date, time
from itertools import pairwise

import pytest
from attrs import evolve

from ground import local, local_start, planned, refused
from hamsafar.domain.changes import Absence, Happened
from hamsafar.timeline import Instant
from programmes import LAUNCH, facility, person, phase, session, subject, tiny_programme

NIGHT = (time(22), time(6))


def asked(*sessions, quarantine_d: int = 12, **more):
    """One trainee, who has been taught before quarantine."""
    early = {"quarantine_d": quarantine_d, "usual_night": NIGHT, "phases": (phase(), phase("early", 28, 20))}
    return tiny_programme(
        subject(session("a/x", phase="early"), *sessions), in_term=early | more.pop("in_term", {}), **more
    )


def nights(programme, *without: str, hour: int = 4, who: str = "trainee-prime", **more):
    """The nights before a lift-off at that hour UTC (the wall clock is 8 h ahead), in order."""
    found = planned(programme, *without, launch=LAUNCH.plus(hours=hour - 4), **more)
    return [one for id_, one in found.items() if id_.startswith("quarantine-sleep/") and id_.endswith(f"@{who}")]


def shifts_min(found) -> list[int]:
    """From each night to the next, later by so much."""
    return [round(then.start.seconds_since(one.start) / 60) - 1_440 for one, then in pairwise(found)]


def awake_h(found, hour: int) -> float:
    return LAUNCH.plus(hours=hour - 4).seconds_since(found[-1].end) / 3_600


def test_a_lift_off_by_day_leaves_the_usual_hours() -> None:
    found = nights(asked())
    assert [local(one.start) for one in (found[0], found[-1])] == ["Wed 02-17 22:00", "Sun 02-28 22:00"]
    assert len(found) == 12
    assert set(shifts_min(found)) == {0}
    assert {(one.kind, one.stage, one.title) for one in found} == {("sleep", "training", "Sleep")}
    assert found[-1].id == "quarantine-sleep/2027-02-28@trainee-prime"


@pytest.mark.parametrize(
    ("hour", "last", "awake"),
    [
        (18, "08:00", 10),  # 02:00: 10 h later, five nights of 2 h
        (22, "18:00", 4),  # 06:00: 4 h sooner, which takes fewer nights than 14 h later
        (20, "10:00", 10),  # 04:00: 12 h later, in six nights
        (1, "21:00", 4),  # 09:00: 1 h sooner
        (8, "22:00", 10),  # 16:00: woken at six there are just ten hours
        (9, "23:00", 10),  # 17:00: an hour later
    ],
)
def test_a_lift_off_by_night_moves_them_no_further_than_it_must(hour: int, last: str, awake: float) -> None:
    found = nights(asked(), hour=hour)
    assert local(found[-1].start)[-5:] == last
    assert awake_h(found, hour) == awake
    steps = [*shifts_min(found), 0]
    assert all(0 <= step <= 120 for step in steps) or all(-60 <= step <= 0 for step in steps)


def test_a_quarantine_too_short_for_the_way_is_told() -> None:
    assert len(nights(asked(quarantine_d=6), hour=18)) == 5  # ten hours in five nights
    told = refused(asked(quarantine_d=5), launch=LAUNCH.plus(hours=14))
    assert told["TRN-16"] == (
        "TRN-16: trainee-prime sleeps every night of quarantine, one way only towards lift-off; 10 h later in 4 nights"
    )
    assert nights(asked(quarantine_d=5), "TRN-16", hour=18) == []
    slower = asked(quarantine_d=6, rules={"TRN_16": {"max_delay_min": 119}})
    assert "TRN-16" in refused(slower, launch=LAUNCH.plus(hours=14))


def test_without_quarantine_or_usual_hours_nobody_is_sent_to_sleep() -> None:
    assert nights(asked(quarantine_d=0)) == []
    assert nights(asked(in_term={"usual_night": None})) == []


def test_sessions_keep_clear_of_them() -> None:
    hall = facility(open_in_quarantine=True)
    late = session("a/late", 60, phase="last", facilities=("room",), in_quarantine=True)
    last = {"phases": (phase("early", 28, 20), phase("last", 12 / 24, 6 / 24)), "facilities": (hall,)}
    # Lift-off at 02:00: from 14:00 on the room is open, and until 16:00 they sleep.
    found = planned(asked(late, in_term=last), launch=LAUNCH.plus(hours=14))
    assert local(found["a/late@trainee-prime"].start)[-5:] >= "16:00"
    two_hours = asked(evolve(late, duration_min=121), in_term=last)
    assert "PPL-01" in refused(two_hours, launch=LAUNCH.plus(hours=14))
    assert planned(two_hours, "PPL-01", launch=LAUNCH.plus(hours=14))


def test_everybody_who_may_fly_sleeps() -> None:
    backup, commander = person("trainee-backup"), person("commander", "crew", calendars=())
    programme = asked(people=(backup, commander))
    flown = evolve(programme, flight=evolve(programme.flight, crew_up=("trainee-prime", "commander")))
    for who in ("trainee-prime", "trainee-backup", "commander"):
        assert len(nights(flown, who=who)) == 12


def test_whoever_is_away_all_night_sleeps_elsewhere() -> None:
    away = Absence(person="trainee-prime", start=Instant.utc(2027, 2, 20, 12, 0), end=Instant.utc(2027, 2, 22, 23, 0))
    evenings = [local_start(one).date() for one in nights(asked(absences=(away,)))]
    assert [day for day in (date(2027, 2, n) for n in range(17, 29)) if day not in evenings] == [
        date(2027, 2, 20), date(2027, 2, 21), date(2027, 2, 22),
    ]  # fmt: skip


def test_a_slip_goes_on_from_where_they_are() -> None:
    first = nights(asked(), hour=18)
    now = first[8].end.plus(hours=1)
    done = tuple(Happened(placement=one.id, start=one.start, end=one.end, people=one.person_ids) for one in first[:9])
    taught = Happened(
        placement="a/x@trainee-prime", start=Instant.utc(2027, 2, 3, 1, 0), end=Instant.utc(2027, 2, 3, 2, 0),
        people=("trainee-prime",),
    )  # fmt: skip
    known = asked(past_until=now, happened=(*done, taught))
    slipped = LAUNCH.plus(hours=14, days=3)
    found = planned(known, launch=slipped)
    after = [one for id_, one in found.items() if id_.startswith("quarantine-sleep/")]
    assert [one.start for one in after[:9]] == [one.start for one in first[:9]]
    assert len(after) == len(first) + 3
    assert all(0 <= step <= 120 for step in shifts_min(after))
    assert slipped.seconds_since(after[-1].end) == 36_000
