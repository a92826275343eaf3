"""Two small plans made by hand, true to physics and to every rule: one far, one near. No planner is asked.

The flight is found by looking along a row of moments; windows by looking every second; people are placed one
after another at the first minute that suits. Everything is written by role, and figures are rounded inward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from functools import cache
from math import ceil, radians

import numpy as np
from attrs import evolve

from hamsafar.domain.aboard import Activity, Need, PrayerBlock, PrayerTimes, Resource, Use, WindowNeed
from hamsafar.domain.calendars import Calendar, DateRange, Hours
from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.domain.hosts_minutes import HostDay
from hamsafar.domain.people import Agency, Certificate, HeldCertificate, Limits, Person
from hamsafar.domain.places import Relay, Site
from hamsafar.domain.plan import (
    Assignment,
    Dropped,
    Flight,
    LandingOpportunity,
    LaunchOpportunity,
    OpenSpan,
    Placement,
    Plan,
    ProfileAnswer,
    Provenance,
    RuleUse,
    StageResult,
    Trajectory,
    WindowList,
)
from hamsafar.domain.programme import FlightRequest, Programme
from hamsafar.domain.training import After, Facility, Phase, Session, Subject, Term, TrainingClass
from hamsafar.domain.vehicles import ForecastError, LaunchOffset, RendezvousProfile, ReturnProfile, Ship, Station
from hamsafar.rules import BOOK
from hamsafar.timeline import Instant, Span, local_date, local_instant
from hamsafar.verify import physics, plane
from hamsafar.verify.case import Case
from hamsafar.verify.windows import condition
from programmes import KEEPING

ZONE = "Asia/Shanghai"
LINES = (
    "1 48274U 21035A   26261.29773936  .00016929  00000+0  20659-3 0  9990",
    "2 48274  41.4677 116.6699 0002625 287.9042  72.1510 15.60068670307703",
)
ELEMENTS = Elements(
    name="TIANGONG",
    norad=48274,
    designator="2021-035A",
    epoch=Instant.parse("2026-09-18T07:08:44.680704Z"),
    mean_motion_rev_d=15.60068670,
    eccentricity=0.0002625,
    inclination_deg=41.4677,
    raan_deg=116.6699,
    argument_of_perigee_deg=287.9042,
    mean_anomaly_deg=72.1510,
    bstar_per_er=0.20659e-3,
    mean_motion_dot=0.00016929,
    mean_motion_ddot=0.0,
    element_set=999,
    revolution=30770,
    text=LINES,
)
SITES = (
    Site(id="pad", name="Pad", latitude_deg=40.958, longitude_deg=100.291, height_km=1.0, zone=ZONE),
    Site(id="field", name="Landing field", latitude_deg=41.1, longitude_deg=100.3, height_km=1.0, zone=ZONE),
    Site(id="islamabad", name="Islamabad", latitude_deg=33.69, longitude_deg=73.05, height_km=0.5),
)
STATION = Station(
    id="station",
    name="Station",
    norad=48274,
    zone=ZONE,
    sleep_places=4,
    relays=("relay-east", "relay-west"),
    relay_cone_deg=60.0,
    mean_altitude_km=386.0,
    mean_altitude_sigma_km=4.0,
    keeping=KEEPING,
    forecast_errors=tuple(
        ForecastError(age_d=age, plane_s=plane, phase_deg=phase)
        for age, plane, phase in ((1, 0.7, 0.02), (3, 1.9, 0.1), (7, 4, 0.9), (14, 9, 4.9), (30, 35, 34), (60, 280, 90))
    ),
)
GUEST, BACKUP = "trainee-prime", "trainee-backup"
UP, HOST, ENGINEER = "commander-up", "commander-aboard", "engineer-aboard"
EVERYONE = (UP, GUEST, HOST, ENGINEER)
OFFSET_S = 424.0
LATER_PACE = {
    2: 1.307149,
    3: 1.108167,
}  # quantiles at 0.549 of lognormals of mean 1.3, P90 1.625 and mean 1.1, P90 1.25


def people() -> tuple[Person, ...]:
    """Two trainees, those who teach them, and the crew."""
    operator = HeldCertificate(
        certificate="station-operator", valid_from=date(2026, 1, 1), valid_until=date(2027, 12, 31)
    )
    rows = (
        (GUEST, "guest", "trainee", ("en", "ur"), (), ("host-days",), None),
        (BACKUP, "guest", "trainee", ("en", "ur"), (), ("host-days",), GUEST),
        ("instructor-systems", "host", "instructor", ("zh",), ("systems",), ("host-days",), None),
        ("interpreter-one", "host", "interpreter", ("zh", "en"), ("interpret-zh",), ("host-days",), None),
        (UP, "host", "crew", ("zh", "en"), (), ("host-days",), None),
        (HOST, "host", "crew", ("zh", "en"), (), (), None),
        (ENGINEER, "host", "crew", ("zh", "en"), (), (), None),
    )
    return tuple(
        Person(
            id=id_,
            title=id_,
            agency=agency,
            function=function,
            languages=languages,
            qualifications=qualified,
            calendars=calendars,
            backs_up=backs_up,
            certificates=(operator,) if function == "crew" else (),
        )
        for id_, agency, function, languages, qualified, calendars, backs_up in rows
    )


def ship(id_: str, profile: RendezvousProfile, back: ReturnProfile) -> Ship:
    """A ship of three seats, whose times are those of the plan."""
    return Ship(
        id=id_,
        name=id_,
        station="station",
        seats=2,
        docking_to_hatch_min=90,
        hatch_to_undocking_min=80,
        launches=(LaunchOffset(pad="pad", branch="descending", offset_s=OFFSET_S, offset_sigma_s=10, flights=()),),
        profiles=(profile,),
        returns=(back,),
    )


# The flight


def held_until(moment: Instant, u_deg: float) -> HeldOrbit:
    """The reference trajectory at a moment: the elements' plane carried there at the mean altitude."""
    radius_km = physics.RADIUS_KM + STATION.mean_altitude_km
    rate, _ = physics.held_rates(radius_km, radians(ELEMENTS.inclination_deg))
    node = ELEMENTS.raan_deg + np.degrees(rate * moment.seconds_since(ELEMENTS.epoch))
    return HeldOrbit(
        epoch=moment,
        semi_major_axis_km=radius_km,
        inclination_deg=ELEMENTS.inclination_deg,
        raan_deg=float(node % 360),
        argument_of_latitude_deg=u_deg,
    )


def crossings(path: physics.Path, site: Site, start: Instant, days: float) -> list[Instant]:
    """When the site passes through the orbit plane on the descending branch, to the second."""
    found = []
    for hour in range(ceil(days * 24)):
        middle = start.plus(hours=hour, minutes=30)
        misfit = plane.crossing_misfit_s(path, site, "descending", middle)
        if misfit is not None and abs(misfit) <= 1_800:
            found.append(middle.plus(seconds=round(misfit)))
    return found


def at_hour(moments: Iterable[Instant], low: float, high: float) -> Instant:
    """The first moment whose station clock lies between two hours."""
    for moment in moments:
        local = (moment.floor_utc_minute() + 480) % 1_440 / 60
        if low <= local < high:
            return moment
    raise AssertionError("no such day")


def far_trajectory() -> tuple[Trajectory, Instant, float]:
    """The far case: a reference trajectory, its lift-off and the station's phase then."""
    first = Instant.parse("2027-06-01T00:00Z")
    crossing = at_hour(crossings(physics.HeldPath(held_until(first, 0.0)), SITES[0], first, 70), 15.4, 16.4)
    launch = crossing.plus(seconds=OFFSET_S)
    for u_deg in np.arange(0.0, 360.0, 0.5):
        held = held_until(launch, float(u_deg))
        phase = phase_at(physics.HeldPath(held), launch)
        if abs(phase - 10) < 0.5:
            return Trajectory(basis="far", elements=ELEMENTS, held=held, held_note="handmade"), launch, phase
    raise AssertionError("no phase fits")


def near_trajectory() -> tuple[Trajectory, Instant, float]:
    """The near case: SGP4, a day and a half after the elements."""
    path = physics.Sgp4Path(ELEMENTS)
    first = Instant.parse("2026-09-19T00:00Z")
    launch = at_hour(crossings(path, SITES[0], first, 2), 14.0, 17.0).plus(seconds=OFFSET_S)
    return Trajectory(basis="near", elements=ELEMENTS, held=None), launch, phase_at(path, launch)


def phase_at(path: physics.Path, launch: Instant) -> float:
    """The station's lead over the pad at lift-off, deg."""
    return float(physics.Standing(path, SITES[0], launch, np.zeros(1)).lead_deg[0])


def fly(trajectory: Trajectory, launch: Instant, phase: float) -> tuple[Flight, Ship, Ship]:
    """The flight and its two ships, whose profiles are those of this one flight."""
    near = trajectory.basis == "near"
    path = physics.Sgp4Path(ELEMENTS) if trajectory.held is None else physics.HeldPath(trajectory.held)
    docking = launch.plus(minutes=210)
    landing = crossings(path, SITES[1], launch.plus(days=4, hours=18), 1)[0]
    standing = physics.Standing(path, SITES[1], landing, np.zeros(1))
    sun = float(physics.sun_elevation_deg(SITES[1], landing, np.zeros(1))[0])
    undocking = landing.plus(minutes=-330)
    over = plane.over_pad(path, SITES[0], "descending", launch)
    profile = RendezvousProfile(
        name="fast",
        duration_min=210,
        duration_sigma_min=2,
        phase_low_deg=(phase - 3) % 360,
        phase_high_deg=(phase + 3) % 360,
        phase_margin_deg=5,
        flights=(),
    )
    back = ReturnProfile(
        name="short",
        site="field",
        undocking_to_landing_min=330,
        undocking_to_landing_sigma_min=4,
        deorbit_to_landing_min=50,
        station_lead_deg=round(float(standing.lead_deg[0]), 1),
        station_lead_sigma_deg=2.0,
        max_crossrange_deg=0.6,
        flights=(),
    )
    flight = Flight(
        launch=LaunchOpportunity(
            launch=launch,
            sigma_s=600.0 if trajectory.basis == "far" else 10.0,
            crossing=launch.plus(seconds=-OFFSET_S),
            branch="descending",
            azimuth_deg=over.azimuth_deg,
            plane_offset_deg=over.off_plane_deg,
            phase_deg=phase if near else None,
            phase_sigma_deg=0.1 if near else None,
            beta_deg=over.beta_deg,
            pad_sun_elevation_deg=float(physics.sun_elevation_deg(SITES[0], launch, np.zeros(1))[0]),
            elements_epoch=ELEMENTS.epoch,
            elements_age_d=launch.seconds_since(ELEMENTS.epoch) / 86_400,
            basis=trajectory.basis,
            profiles=(
                ProfileAnswer(
                    name="fast",
                    feasible="yes" if near else "unknown",
                    docking=docking,
                    docking_sigma_s=120.0 if near else 620.0,
                    phase_error_deg=0.0 if near else None,
                    trim=(),
                    why="handmade",
                ),
            ),
        ),
        profile="fast",
        docking=docking,
        docking_sigma_s=120.0 if near else 620.0,
        hatch_open=Instant.from_utc_minute(docking.plus(minutes=90).ceil_utc_minute()),
        hatch_close=Instant.from_utc_minute(undocking.plus(minutes=-80).floor_utc_minute()),
        landing=LandingOpportunity(
            landing=landing,
            sigma_s=60.0 if near else 1_600.0,
            undocking=undocking,
            deorbit=landing.plus(minutes=-50),
            crossrange_km=radians(abs(float(standing.off_plane_deg[0]))) * 6_369.0,
            station_lead_deg=float(standing.lead_deg[0]),
            sun_elevation_deg=sun,
            free_flight_min=330.0,
            elements_epoch=ELEMENTS.epoch,
            elements_age_d=landing.seconds_since(ELEMENTS.epoch) / 86_400,
            basis=trajectory.basis,
        ),
        backups=(),
        landing_backups=(),
        considered=1,
    )
    return flight, ship("ship-up", profile, back), ship("ship-down", profile, back)


# What is to be done


def need(function: str, *candidates: str, certificate: str | None = None) -> Need:
    """One of the candidates in a function."""
    return Need(function=function, candidates=candidates, certificate=certificate)


def activities() -> tuple[Activity, ...]:
    """A few of every kind that rules speak of."""
    each = {"repeat": "each-person-day", "work": False}
    guests = {"guest_programme": True}
    morning, evening = (time(6), time(9)), (time(17), time(20))
    return (
        Activity(
            id="sleep",
            title="Sleep",
            kind="sleep",
            duration_min=480,
            who=(need("sleeper", *EVERYONE),),
            starts_between=(time(20), time(0, 30)),
            **each,
        ),
        Activity(
            id="prayer-day",
            title="Dhuhr and Asr",
            kind="prayer",
            duration_min=15,
            who=(need("worshipper", GUEST),),
            starts_between=(time(13, 30), time(17)),
            window=WindowNeed(kind="prayer", of="dhuhr-asr"),
            **each,
        ),
        Activity(
            id="link",
            title="Link home",
            kind="link",
            duration_min=20,
            who=(need("speaker", GUEST), need("camera", HOST, ENGINEER)),
            times=2,
            flight_days=(2, 3),
            starts_between=(time(14, 0), time(18)),
            window=WindowNeed(kind="relay"),
            spacing_min=1_200,
            **guests,
        ),
        Activity(
            id="photograph",
            title="The capital by day",
            kind="photography",
            duration_min=1,
            who=(need("operator", GUEST),),
            window=WindowNeed(kind="daylight-target", of="islamabad"),
            optional=True,
            value=10,
            **guests,
        ),
        Activity(
            id="run-setup",
            title="Set up the cell",
            kind="experiment",
            duration_min=30,
            who=(need("operator", ENGINEER),),
            flight_days=(2,),
            starts_between=(time(7), time(9)),
        ),
        Activity(
            id="run",
            title="Fluid cell run",
            kind="experiment",
            duration_min=60,
            who=(
                need("operator", GUEST, certificate="fluids"),
                need("assistant", UP, HOST, certificate="station-operator"),
            ),
            times=3,
            flight_days=(2, 3, 4),
            starts_between=(time(8), time(13)),
            uses=(Use(resource="rack"), Use(resource="power", amount=400)),
            after=(After(of="run-setup", max_gap_min=5_000),),
            spacing_min=1_200,
            quiet=True,
            **guests,
        ),
        Activity(
            id="camera-run",
            title="Camera",
            kind="station-work",
            duration_min=30,
            who=(need("operator", ENGINEER),),
            times=1,
            flight_days=(2,),
            uses=(Use(resource="power", amount=200),),
            starts_between=(time(9), time(16)),
        ),
        Activity(
            id="liner",
            title="Move seat liner and suit",
            kind="transfer",
            duration_min=45,
            who=(need("owner", GUEST), need("helper", UP)),
            flight_days=(2, 3),
            starts_between=(time(8), time(18)),
        ),
        Activity(
            id="meal-early",
            title="Breakfast",
            kind="meal",
            duration_min=30,
            who=(need("eater", *EVERYONE),),
            starts_between=morning,
            **each,
        ),
        Activity(
            id="meal-late",
            title="Dinner",
            kind="meal",
            duration_min=30,
            who=(need("eater", *EVERYONE),),
            starts_between=evening,
            **each,
        ),
        Activity(
            id="exercise",
            title="Exercise",
            kind="exercise",
            duration_min=60,
            who=(need("athlete", *EVERYONE),),
            starts_between=(time(10), time(16, 30)),
            **each,
        ),
        Activity(
            id="upkeep",
            title="Housekeeping",
            kind="housekeeping",
            duration_min=40,
            who=(need("keeper", HOST, ENGINEER),),
            repeat="each-day",
            starts_between=(time(8), time(16)),
        ),
    )


# The term

_TERM_DAYS = (  # (date, clock, session id of `ship`, who where each)
    (date(2026, 12, 7), time(9), "ship/theory", None),
    (date(2026, 12, 8), time(9), "ship/practice", None),
    (date(2026, 12, 8), time(14), "ship/reading", None),
    (date(2026, 12, 9), time(9), "ship/spin", GUEST),
    (date(2026, 12, 9), time(10), "ship/spin", BACKUP),
    (date(2026, 12, 11), time(9), "ship/exam", GUEST),
    (date(2026, 12, 11), time(10), "ship/exam", BACKUP),
    (date(2026, 12, 14), time(9), "fluids/run", None),
    (date(2026, 12, 14), time(14), "fluids/with-crew", None),
    (date(2026, 12, 15), time(9), "fluids/exam", GUEST),
    (date(2026, 12, 15), time(10), "fluids/exam", BACKUP),
)


def session(id_: str, kind: str, minutes: int, **more: object) -> Session:
    """A session with the defaults of this small syllabus."""
    told = {
        "phase": "basics",
        "facilities": ("classroom",),
        "attendance": "together",
        "language": "zh",
        "instructor": "systems",
    }
    return Session(id=id_, subject=id_.split("/")[0], title=id_, kind=kind, duration_min=minutes, **(told | more))


def syllabus() -> tuple[Subject, ...]:
    """Two subjects, nine placements and a refresher in quarantine."""
    each = {"attendance": "each"}
    ship_sessions = (
        session("ship/theory", "theory", 120),
        session("ship/practice", "practice", 150, after=(After(of="ship/theory", min_gap_min=720, max_gap_min=2_880),)),
        session("ship/reading", "self-study", 60, instructor=None, facilities=()),
        session("ship/spin", "physical", 45, facilities=("centrifuge",), recovery_min=1_440, demanding=True, **each),
        session("ship/exam", "exam", 45, after=(After(of="ship/spin", min_gap_min=60),), language="en", **each),
    )
    fluids_sessions = (
        session("fluids/run", "practice", 180, needs=("ship-user",)),
        session("fluids/with-crew", "drill", 120, joined_by=(UP,), demanding=True),
        session("fluids/exam", "exam", 45, **each),
    )
    refresher = session(
        "refresh/review", "theory", 60, phase="last", facilities=("quarters",), in_quarantine=True, language="en"
    )
    rows = (
        ("ship", ship_sessions, "ship-user"),
        ("fluids", fluids_sessions, "fluids"),
        ("refresh", (refresher,), None),
    )
    return tuple(
        Subject(id=i, title=i, training_class="all", sessions=s, certificate=c, trainees=(GUEST, BACKUP))
        for i, s, c in rows
    )


def term() -> Term:
    """A term of half a year."""
    closed = (DateRange(first=date(2026, 12, 10), last=date(2026, 12, 10), reason="maintenance"),)
    return Term(
        start=date(2026, 12, 7),
        zone=ZONE,
        quarantine_d=14,
        phases=(
            Phase(id="basics", title="Basics", from_d=300, to_d=30),
            Phase(id="last", title="Last weeks", from_d=30, to_d=0),
        ),
        classes=(TrainingClass(id="all", title="All"),),
        subjects=syllabus(),
        facilities=(
            Facility(id="classroom", title="Classroom", calendar="host-days"),
            Facility(id="centrifuge", title="Centrifuge", calendar="host-days", closed=closed),
            Facility(id="quarters", title="Quarters", calendar="host-days", open_in_quarantine=True),
        ),
    )


def trained(launch: Instant) -> list[Placement]:
    """The term's placements."""
    review = local_date(launch.plus(days=-7), ZONE)
    while review.isoweekday() > 5:
        review += timedelta(days=1)
    sessions = {s.id: s for subject in syllabus() for s in subject.sessions}
    made = []
    for day, clock, id_, who in (*_TERM_DAYS, (review, time(9), "refresh/review", None)):
        what = sessions[id_]
        start = local_instant(day, clock, ZONE)
        attending = (who,) if who else (GUEST, BACKUP)
        roles = [Assignment(person=p, function="attendee") for p in (*attending, *what.joined_by)]
        if what.kind != "self-study":
            roles.append(Assignment(person="instructor-systems", function="instructor"))
            if what.language == "zh":
                roles.append(Assignment(person="interpreter-one", function="interpreter"))
        made.append(
            Placement(
                id=f"{id_}@{who}" if who else id_,
                of=id_,
                stage="training",
                title=id_,
                kind=what.kind,
                start=start,
                end=start.plus(minutes=what.duration_min),
                zone=ZONE,
                people=tuple(roles),
                facilities=what.facilities,
            )
        )
    return made


# The programme and its windows


def programme_of(trajectory: Trajectory, launch: Instant, flight: Flight, up: Ship, down: Ship) -> Programme:
    """The programme that the plan answers."""
    far = trajectory.basis == "far"
    hours = (Hours(opens=time(8), closes=time(12)), Hours(opens=time(14), closes=time(18)))
    staff = people()
    if not far:  # the term is done, and its certificate held
        held = HeldCertificate(certificate="fluids", valid_from=date(2026, 9, 1), valid_until=date(2026, 9, 30))
        staff = tuple(evolve(p, certificates=(held,)) if p.id == GUEST else p for p in staff)
    stay = flight.landing.undocking.seconds_since(flight.docking) / 60
    return Programme(
        id="handmade",
        title="Handmade",
        as_of=Instant.parse("2026-09-18T12:00Z"),
        now=date(2026, 9, 18),
        agencies=(
            Agency(id="host", name="Host", role="host", zone=ZONE),
            Agency(id="guest", name="Guest", role="guest", zone="Asia/Karachi"),
        ),
        people=staff,
        certificates=tuple(
            Certificate(id=c, title=c, valid_d=300) for c in ("ship-user", "fluids", "station-operator")
        ),
        calendars=(Calendar(id="host-days", zone=ZONE, weekdays=(1, 2, 3, 4, 5), hours=hours),),
        sites=SITES,
        relays=(
            Relay(id="relay-east", name="East", longitude_deg=171.0),
            Relay(id="relay-west", name="West", longitude_deg=77.0),
        ),
        station=STATION,
        elements=(ELEMENTS,),
        flight=FlightRequest(
            launch_window=Span(launch.plus(hours=-12), launch.plus(hours=12)),
            stay_min=round(stay / 60) * 60,
            stay_tolerance_min=60,
            ship_up=up,
            ship_down=down,
            pad="pad",
            landing_site="field",
            landing_by_daylight=True,
            profiles=("fast",),
            return_profile="short",
            crew_up=(UP, GUEST),
            crew_aboard=(HOST, ENGINEER),
            crew_down=(HOST, GUEST),
            guest=GUEST,
        ),
        term=term() if far else None,
        resources=(
            Resource(id="rack", title="Rack", capacity=1),
            Resource(id="power", title="Power", capacity=600, unit="W"),
        ),
        activities=activities(),
        prayer=PrayerTimes(
            authority="Handmade",
            place="pad",
            twilight_deg=18.0,
            blocks=(
                PrayerBlock(id="fajr", title="Fajr", opens="dawn", closes="sunrise"),
                PrayerBlock(id="dhuhr-asr", title="Dhuhr and Asr", opens="noon", closes="sunset"),
                PrayerBlock(id="maghrib-isha", title="Maghrib and Isha", opens="sunset", closes="dawn"),
            ),
        ),
        limits=tuple(Limits(rule=r.id, params={n: p.default for n, p in r.params.items()}) for r in BOOK.values()),
    )


def looked_up(plan: Plan, kind: str, of: str | None, known: Span) -> WindowList:
    """The windows of one kind, looked for every four seconds and drawn in by as much."""
    basis = "sun" if kind == "prayer" else plan.trajectory.basis
    empty = WindowList(kind=kind, of=of, title=f"{kind} {of}", basis=basis, known=(known,), spans=())
    open_ = condition(Case(plan, {}), empty)
    assert isinstance(open_, Callable), open_
    seconds = np.arange(0.0, known.seconds, 4.0)
    state = np.concatenate([[False], open_(known.start, seconds), [False]])
    edges = np.flatnonzero(state[1:] != state[:-1])
    sigma = 4.0 if basis == "near" else None
    spans = [
        OpenSpan(
            start=known.start.plus(seconds=float(seconds[a])),
            end=known.start.plus(seconds=float(seconds[b - 1])),
            sigma_s=sigma,
        )
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b - 1 > a
    ]
    return evolve(empty, spans=tuple(spans))


def with_windows(plan: Plan) -> Plan:
    """The plan with all its windows."""
    case = Case(plan, {})
    aboard = plan.flight.aboard
    days = Span(case.clock(1, time()), case.clock(case.last_day, time(), days_later=1))
    station = (("relay", None), ("darkness", None), ("pass", "islamabad"), ("daylight-target", "islamabad"))
    lists = [looked_up(plan, kind, of, aboard) for kind, of in station]
    lists += [looked_up(plan, "prayer", block.id, days) for block in plan.programme.prayer.blocks]
    return evolve(plan, windows=tuple(fewer(list_) for list_ in lists))


def fewer(list_: WindowList) -> WindowList:
    """The windows that something needs, and two of the others: a plan may state fewer, and is judged sooner."""
    needed = {"relay": 60, "daylight-target": 99}.get(list_.kind, 99 if list_.of == "dhuhr-asr" else 2)
    return evolve(list_, spans=list_.spans[:needed])


# Placing


class Placer:
    """Puts occurrences one after another at the first minute that suits everybody."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.case = plan, Case(plan, {})
        self.done: list[tuple[Placement, Activity]] = []
        self.dropped: list[Dropped] = []

    def put(self, activity: Activity, id_: str, who: tuple[Assignment, ...], day: int | None, n: int) -> bool:
        """Whether a minute was found."""
        days = (day,) if day is not None else activity.flight_days or tuple(range(1, self.case.last_day + 1))
        minutes = activity.duration_min
        if activity.kind == "experiment" and n == 1 and any(a.person == GUEST for a in who):
            minutes = ceil(minutes * 1.5)
        elif activity.kind == "experiment" and any(a.person == GUEST for a in who):
            minutes = ceil(minutes * LATER_PACE[min(n, 3)])
        for each in days:
            first, last = self.case.starts_allowed(activity, each)
            for start in range(first.floor_utc_minute(), last.floor_utc_minute() + 1):
                if self._suits(activity, who, start, start + minutes):
                    self._place(activity, id_, who, n, start, start + minutes)
                    return True
        return False

    def _place(self, activity: Activity, id_: str, who: tuple[Assignment, ...], n: int, start: int, end: int) -> None:
        placement = Placement(
            id=id_,
            of=activity.id,
            stage="flight",
            title=activity.title,
            kind=activity.kind,
            start=Instant.from_utc_minute(start),
            end=Instant.from_utc_minute(end),
            zone=ZONE,
            people=who,
            facilities=tuple(use.resource for use in activity.uses),
            occurrence=n,
        )
        self.done.append((placement, activity))

    def _suits(self, activity: Activity, who: tuple[Assignment, ...], start: int, end: int) -> bool:
        span = Span(Instant.from_utc_minute(start), Instant.from_utc_minute(end))
        for each in who:
            there = self.case.presence(each.person)
            if there is None or not (there[0] <= span.start and span.end <= there[1]):
                return False
        if activity.window and not any(
            Span(open_.start.plus(seconds=open_.sigma_s or 0), open_.end.plus(seconds=-(open_.sigma_s or 0))).covers(
                span
            )
            for list_ in self.plan.windows
            if list_.kind == activity.window.kind and activity.window.of in (None, list_.of)
            for open_ in list_.spans
            if open_.span.seconds > 60
        ):
            return False
        mine = {each.person for each in who}
        return all(self._beside(activity, mine, start, end, placed, other) for placed, other in self.done)

    def _beside(
        self, activity: Activity, mine: set[str], start: int, end: int, placed: Placement, other: Activity
    ) -> bool:
        a, b = placed.start.floor_utc_minute(), placed.end.floor_utc_minute()
        overlap = start < b and a < end
        if overlap and ((activity.quiet and other.kind == "exercise") or (other.quiet and activity.kind == "exercise")):
            return False
        if other.id == activity.id and activity.spacing_min and abs(start - a) < activity.spacing_min:
            return False
        if not mine & set(placed.person_ids):
            return True
        kinds = (other.kind, activity.kind)
        if kinds == ("meal", "exercise") and a <= start < b + 60:
            return False
        if kinds == ("exercise", "meal") and start <= a < end + 60:
            return False
        if kinds == ("exercise", "link") and a <= start < b + 30:
            return False
        if kinds == ("link", "exercise") and start <= a < end + 30:
            return False
        return not overlap

    def everything(self) -> None:
        """All activities, in the order in which they are written."""
        for activity in self.plan.programme.activities:
            if activity.repeat == "each-person-day":
                self._each_person(activity)
            elif activity.repeat == "each-day":
                for day in self.case.full_days:
                    assert self._fill(activity, f"{activity.id}@{day}#1", day, 1), activity.id
            else:
                for n in range(1, activity.times + 1):
                    if not self._fill(activity, f"{activity.id}#{n}", None, n):
                        assert activity.optional, (activity.id, n)
                        told = {"id": f"{activity.id}#{n}", "of": activity.id, "title": activity.title}
                        self.dropped.append(Dropped(value=activity.value, why="no window", **told))

    def _fill(self, activity: Activity, id_: str, day: int | None, n: int) -> bool:
        who = [Assignment(person=need_.candidates[0], function=need_.function) for need_ in activity.who]
        return self.put(activity, id_, tuple(who), day, n)

    def _each_person(self, activity: Activity) -> None:
        function = activity.who[0].function
        for day in range(1, self.case.last_day + 1):
            for person in activity.who[0].candidates:
                who = (Assignment(person=person, function=function),)
                if activity.kind == "sleep":
                    start = self._bedtime(person, day)
                    if start is not None:
                        id_ = f"{activity.id}@{day}@{person}#1"
                        self._place(activity, id_, who, 1, start, start + activity.duration_min)
                elif self.case.can_do_on(activity, person, day):
                    placed = self.put(activity, f"{activity.id}@{day}@{person}#1", who, day, 1)
                    assert placed, (activity.id, day, person)

    def _bedtime(self, person: str, day: int) -> int | None:
        """22:00; for those who return earlier from day 3 on, so that the last night ends before the hatch closes."""
        returns = person in self.plan.programme.flight.crew_down
        clock = time(22) if day < 3 or not returns else time(21, 30) if day == 3 else time(21)
        start = self.case.clock(day, clock).floor_utc_minute()
        there = self.case.presence(person)
        fits = there is not None and Instant.from_utc_minute(start + 480) <= there[1]
        return start if fits else None


def made(trajectory: Trajectory, launch: Instant, phase: float) -> Plan:
    """The whole plan about one trajectory and lift-off."""
    flight, up, down = fly(trajectory, launch, phase)
    programme = programme_of(trajectory, launch, flight, up, down)
    bare = Plan(
        programme=programme,
        provenance=Provenance(hamsafar="0", versions={}, tables={}, seed=0, workers=1, effort=1.0),
        trajectory=trajectory,
        flight=flight,
        windows=(),
        placements=(),
        dropped=(),
        rules=tuple(
            RuleUse(id=r.id, sentence=r.sentence, source=r.source, params={n: p.default for n, p in r.params.items()})
            for r in BOOK.values()
        ),
        stages=(StageResult(stage="flight", status="feasible", effort=0.0),),
        objective=(),
        warnings=("Provisional: on the reference trajectory.",) if trajectory.basis == "far" else (),
    )
    plan = with_windows(bare)
    placer = Placer(plan)
    placer.everything()
    ground = trained(launch) if programme.term else []
    placements = sorted([*ground, *(p for p, _ in placer.done)], key=lambda p: (p.start, p.id))
    placed = evolve(plan, placements=tuple(placements), dropped=tuple(placer.dropped))
    return evolve(placed, hosts_minutes=accounted(placed))


def accounted(plan: Plan) -> tuple[HostDay, ...]:
    """The hosts' minutes by day and host, counted placement by placement."""
    helping = {activity.id for activity in plan.programme.activities if activity.guest_programme}
    rows = []
    for day in range(1, 9):
        for person in (UP, HOST, ENGINEER):
            own = [p for p in plan.placements if p.of in helping and person in p.person_ids]
            today = [p for p in own if Case(plan, {}).flight_day(p.start) == day]
            used = sum(round(p.span.seconds / 60) for p in today)
            rows += [HostDay(person=person, flight_day=day, used_min=used, agreed_min=90.0)] if used else []
    return tuple(rows)


@cache
def far_plan() -> Plan:
    """Training and flight, on the reference trajectory."""
    return made(*far_trajectory())


@cache
def near_plan() -> Plan:
    """The flight alone, a day after the elements; the term is done."""
    return made(*near_trajectory())
