"""A small plan to change: the programme of tests/broken/base with a flight and placements that nobody planned."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from attrs import evolve

from hamsafar.domain.plan import (
    Assignment,
    Flight,
    LandingOpportunity,
    LaunchOpportunity,
    Placement,
    Plan,
    ProfileAnswer,
    Provenance,
    Trajectory,
)
from hamsafar.domain.programme import Programme
from hamsafar.errors import InputErrors
from hamsafar.planning.changed import changed
from hamsafar.programme import read_change_text, read_programme
from hamsafar.timeline import Instant

BASE = Path(__file__).parent / "broken" / "base"
HEAD = "change: {title: A change, asked_by: host}\n"
LAUNCH = Instant.utc(2027, 6, 10, 4)  # noon at the pad
DOCKING = LAUNCH.plus(hours=6, minutes=30)
UNDOCKING = DOCKING.plus(days=7)
AFTER_TERM = "2027-06-01T00:00Z"  # all training is past, nothing aboard is

# of, id, begins, minutes, people; `of` is looked up for the rest
_PLACED = (
    ("ship/theory", "ship/theory", "2027-01-04T00:00Z", 120, "trainee-prime trainee-backup teacher interpreter"),
    ("ship/practice", "ship/practice", "2027-01-06T00:00Z", 180, "trainee-prime trainee-backup teacher interpreter"),
    ("ship/reading", "ship/reading", "2027-01-07T00:00Z", 90, "trainee-prime trainee-backup"),
    ("station/exam", "station/exam@trainee-prime", "2027-03-01T01:00Z", 60, "trainee-prime commander-up"),
    ("station/tour", "station/tour@trainee-prime", "2027-04-05T01:00Z", 180, "trainee-prime"),
    ("sleep", "sleep@1@trainee-prime#1", "2027-06-10T14:00Z", 480, "trainee-prime"),
    ("setup", "setup#1", "2027-06-11T01:00Z", 30, "trainee-prime"),
    ("run", "run#1", "2027-06-11T02:00Z", 90, "trainee-prime commander-aboard"),
    ("fajr", "fajr@2#1", "2027-06-11T20:00Z", 10, "trainee-prime"),
    ("picture", "picture#1", "2027-06-12T05:00Z", 1, "trainee-prime"),
    ("fajr", "fajr@3#1", "2027-06-12T20:00Z", 10, "trainee-prime"),
    ("run", "run#2", "2027-06-13T02:00Z", 90, "trainee-prime commander-up"),
    ("run", "run#3", "2027-06-15T02:00Z", 90, "trainee-prime commander-up"),
)


@cache
def small_programme() -> Programme:
    """The programme of tests/broken/base."""
    return read_programme(BASE)


@cache
def small_plan() -> Plan:
    """Lift-off on 10 June 2027 at noon at the pad, seven days aboard. It has no windows, and no rule is looked at."""
    programme = small_programme()
    elements = programme.elements[-1]
    return Plan(
        programme=programme,
        provenance=Provenance(hamsafar="0", versions={}, tables={}, seed=0, workers=1, effort=1.0),
        trajectory=Trajectory(basis="far", elements=elements, held=None),
        flight=_flight(programme),
        windows=(),
        placements=tuple(_placement(programme, *row) for row in _PLACED),
        dropped=(),
        rules=(),
        stages=(),
        objective=(),
        warnings=(),
    )


def _flight(programme: Programme) -> Flight:
    epoch = programme.elements[-1].epoch
    (way_home,) = [one for one in programme.flight.ship_down.returns if one.name == programme.flight.return_profile]
    answer = ProfileAnswer(
        name="fast-3h30",
        feasible="unknown",
        docking=DOCKING,
        docking_sigma_s=60.0,
        phase_error_deg=None,
        trim=(),
        why="",
    )
    launch = LaunchOpportunity(
        launch=LAUNCH,
        sigma_s=60.0,
        crossing=LAUNCH,
        branch="ascending",
        azimuth_deg=45.0,
        plane_offset_deg=0.0,
        phase_deg=None,
        phase_sigma_deg=None,
        beta_deg=0.0,
        pad_sun_elevation_deg=50.0,
        elements_epoch=epoch,
        elements_age_d=200.0,
        basis="far",
        profiles=(answer,),
    )
    landing = LandingOpportunity(
        landing=UNDOCKING.plus(minutes=way_home.undocking_to_landing_min),
        sigma_s=60.0,
        undocking=UNDOCKING,
        deorbit=UNDOCKING.plus(hours=7),
        crossrange_km=0.0,
        station_lead_deg=0.0,
        sun_elevation_deg=30.0,
        free_flight_min=540.0,
        elements_epoch=epoch,
        elements_age_d=207.0,
        basis="far",
    )
    return Flight(
        launch=launch,
        profile="fast-3h30",
        docking=DOCKING,
        docking_sigma_s=60.0,
        hatch_open=DOCKING.plus(hours=2),
        hatch_close=UNDOCKING.plus(hours=-3),
        landing=landing,
        backups=(),
        landing_backups=(),
        considered=1,
    )


def _placement(programme: Programme, of: str, id_: str, begins: str, minutes: int, people: str) -> Placement:
    assert programme.term is not None
    sessions = {one.id: one for subject in programme.term.subjects for one in subject.sessions}
    thing = sessions[of] if of in sessions else programme.activity(of)
    start = Instant.parse(begins)
    return Placement(
        id=id_,
        of=of,
        stage="training" if of in sessions else "flight",
        title=thing.title,
        kind=thing.kind,
        start=start,
        end=start.plus(minutes=minutes),
        zone="Asia/Shanghai",
        people=tuple(Assignment(person=one, function="attendee") for one in people.split()),
        facilities=sessions[of].facilities if of in sessions else (),
    )


def after(text: str, plan: Plan | None = None) -> Programme:
    """The programme after a change written without its head."""
    plan = plan or small_plan()
    return changed(plan, read_change_text(HEAD + text, plan))


def replaced(plan: Plan, text: str) -> Plan:
    """The plan with the programme after a change, everything where it was: what the next change is asked of."""
    return evolve(plan, programme=after(text, plan))


def told(text: str, plan: Plan | None = None) -> list[tuple[str, str]]:
    """(place, what) of each error of a change written without its head; none where it fits."""
    try:
        after(text, plan)
    except InputErrors as found:
        return [(error.where, error.what) for error in found.errors]
    return []
