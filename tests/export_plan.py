"""A rich plan for the exporters' tests: made up, whole, and the same every time. Nothing in it is a real schedule."""

from __future__ import annotations

from datetime import date, time, timedelta
from math import asin, atan2, cos, degrees, pi, radians, sin

from attrs import evolve

from hamsafar.domain.aboard import Activity, Need, PrayerBlock, PrayerTimes, Resource
from hamsafar.domain.calendars import Calendar, Hours
from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.domain.people import Agency, Certificate, Function, Limits, Person
from hamsafar.domain.places import Relay, Site
from hamsafar.domain.plan import (
    Assignment,
    Basis,
    Dropped,
    Finding,
    Flight,
    Judgement,
    LandingOpportunity,
    LaunchOpportunity,
    ObjectiveValue,
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
from hamsafar.domain.training import Facility, Phase, Session, Subject, Term, TrainingClass
from hamsafar.domain.vehicles import ForecastError, Ship, Station
from hamsafar.export.track import StateRow, TrackPoint
from hamsafar.rules import BOOK
from hamsafar.timeline import Instant, Span, local_instant
from programmes import KEEPING

HOST_ZONE, GUEST_ZONE = "Asia/Shanghai", "Asia/Karachi"
LAUNCH = Instant.parse("2027-06-14T03:21:37Z")
DOCKING = LAUNCH.plus(hours=6, minutes=32)
UNDOCKING = DOCKING.plus(days=7, hours=1)
LANDING = UNDOCKING.plus(hours=8, minutes=50)
FIRST_DAY = date(2026, 12, 14)
STAY_DAY_1 = date(2027, 6, 14)
TRAINEES = ("trainee-prime", "trainee-backup")
GUEST = TRAINEES[0]
HOSTS = ("commander-up", "engineer-up", "commander-aboard", "engineer-aboard", "scientist-aboard")
CREW = (GUEST, *HOSTS)


def _session_kinds() -> tuple[tuple[str, str, str, int], ...]:
    return (
        ("life-support", "Life support of the ship", "theory", 120),
        ("mandarin", "Mandarin for operations", "language", 90),
        ("mock-up", "Ship mock-up, panel and mask", "practice", 180),
        ("fitness", "Endurance and strength", "physical", 90),
        ("rendezvous", "Rendezvous with failures", "simulation", 240),
        ("station-fire", "Fire aboard the station", "drill", 120),
        ("self-study", "Manuals", "self-study", 60),
        ("centrifuge", "Centrifuge, eight g in the chest", "medical", 60),
        ("ship-exam", "Exam of the ship", "exam", 60),
    )


_FACILITY = {
    "theory": "classroom-1",
    "language": "language-lab",
    "practice": "ship-mock-up",
    "physical": "gym",
    "simulation": "simulator",
    "drill": "station-mock-up",
    "self-study": "library",
    "medical": "centrifuge",
    "exam": "classroom-1",
}
_FACILITY_TITLES = {
    "classroom-1": "Classroom 1",
    "language-lab": "Language laboratory",
    "ship-mock-up": "Ship mock-up",
    "gym": "Gymnasium",
    "simulator": "Rendezvous simulator",
    "station-mock-up": "Station mock-up",
    "library": "Library",
    "centrifuge": "Centrifuge",
}
_INSTRUCTOR = {
    "theory": "instructor-ship",
    "language": "instructor-language",
    "practice": "instructor-ship",
    "physical": "instructor-body",
    "simulation": "instructor-simulator",
    "drill": "instructor-station",
    "medical": "instructor-body",
    "exam": "instructor-ship",
}


def _term(sessions_each: int) -> tuple[Term, tuple[Placement, ...]]:
    kinds = _session_kinds()
    made: dict[str, list[Session]] = {name: [] for name, *_ in kinds}
    placements = []
    for n in range(sessions_each):
        name, title, kind, minutes = kinds[n % len(kinds)]
        together = kind in ("theory", "language", "simulation", "drill")
        session = Session(
            id=f"{name}/s{n // len(kinds) + 1}",
            subject=name,
            title=f"{title} {n // len(kinds) + 1}",
            kind=kind,  # type: ignore[arg-type]
            duration_min=minutes,
            phase=("basics", "systems", "mission")[min(2, n * 3 // sessions_each)],
            facilities=(_FACILITY[kind],),
            attendance="together" if together else "each",
            language="zh",
            instructor=None,
        )
        made[name].append(session)
        week, slot = divmod(n * 25 * 6 // sessions_each, 6)
        day = FIRST_DAY + timedelta(days=7 * week + slot)
        for place, who in enumerate([TRAINEES] if together else [(one,) for one in TRAINEES]):
            hour = (8, 14)[n % 2] if together else 9 + 5 * place
            start = local_instant(day, time(hour), HOST_ZONE)
            people = [Assignment(person=one, function="attendee") for one in who]
            if kind in _INSTRUCTOR:
                people.append(Assignment(person=_INSTRUCTOR[kind], function="instructor"))
            if together:
                people.append(Assignment(person="interpreter-1", function="interpreter"))
            placements.append(
                Placement(
                    id=session.id if together else f"{session.id}@{who[0]}",
                    of=session.id,
                    stage="training",
                    title=session.title,
                    kind=kind,
                    start=start,
                    end=start.plus(minutes=minutes),
                    zone=HOST_ZONE,
                    people=tuple(people),
                    facilities=session.facilities,
                )
            )
    classes = (("technical", "Aerospace technical training"), ("body", "Physical and medical"), ("tongue", "Language"))
    class_of = {"language": "tongue", "physical": "body", "medical": "body"}
    term = Term(
        start=FIRST_DAY,
        zone=HOST_ZONE,
        quarantine_d=14,
        phases=(
            Phase(id="basics", title="Basics", from_d=182, to_d=120),
            Phase(id="systems", title="Systems", from_d=120, to_d=60),
            Phase(id="mission", title="Mission training with the crew", from_d=60, to_d=0),
        ),
        classes=tuple(TrainingClass(id=id_, title=title) for id_, title in classes),
        subjects=tuple(
            Subject(
                id=name,
                title=title,
                training_class=class_of.get(kind, "technical"),
                sessions=tuple(made[name]),
                trainees=TRAINEES,
            )
            for name, title, kind, _ in kinds
        ),
        facilities=tuple(
            Facility(id=id_, title=title, calendar="host", capacity=1) for id_, title in _FACILITY_TITLES.items()
        ),
    )
    return term, tuple(placements)


_DAILY = (  # id, title, kind, start (h after station midnight), minutes
    ("sleep", "Sleep", "sleep", 22.0, 480),
    ("hygiene", "Hygiene", "hygiene", 6.5, 30),
    ("breakfast", "Breakfast", "meal", 7.0, 40),
    ("conference-am", "Morning conference", "conference", 8.0, 15),
    ("lunch", "Lunch", "meal", 12.5, 50),
    ("exercise", "Exercise", "exercise", 16.5, 90),
    ("dinner", "Dinner", "meal", 19.0, 50),
    ("free", "Free time", "free", 20.5, 60),
)
_WORK = (
    ("fluids-run", "Fluid cell run", "experiment", 9.0, 135),
    ("upkeep", "Filters and wipes", "housekeeping", 9.0, 60),
    ("seeds", "Seed germination, camera check", "experiment", 13.7, 45),
    ("handover", "Handover of the station", "handover", 11.3, 60),
    ("school-link", "Live link with a school", "link", 14.5, 25),
    ("photo", "Photographs of the home valleys", "photography", 15.0, 12),
    ("bone-scan", "Bone scan", "experiment", 15.25, 75),
    ("work-1", "Rack inspection", "station-work", 14.2, 100),
)


def _aboard() -> tuple[tuple[Activity, ...], list[Placement]]:
    placements: list[Placement] = []

    def place(id_: str, of: str, title: str, kind: str, start: Instant, minutes: int, who: tuple[str, ...]) -> None:
        people = tuple(
            Assignment(person=one, function="operator" if n == 0 else "assistant") for n, one in enumerate(who)
        )
        span = Span(start, start.plus(minutes=minutes))
        residents = any(one.endswith("aboard") for one in who)
        low = local_instant(STAY_DAY_1, time(0), HOST_ZONE) if residents and len(who) == 1 else DOCKING.plus(hours=2)
        if span.start >= low and span.end <= UNDOCKING.plus(hours=-4):
            uses = ("rack-fluids",) if of == "fluids-run" else ()
            placements.append(
                Placement(
                    id=id_, of=of, stage="flight", title=title, kind=kind, start=start, end=span.end,
                    zone=HOST_ZONE, people=people, facilities=uses,
                )
            )  # fmt: skip

    for day in range(8):
        midnight = local_instant(STAY_DAY_1 + timedelta(days=day), time(0), HOST_ZONE)
        for row, person in enumerate(CREW):
            for id_, title, kind, hour, minutes in _DAILY:
                shift = row % 3 / 4 if kind == "exercise" else 0
                start = midnight.plus(minutes=round((hour + shift) * 60))
                place(f"{id_}@{day + 1}@{person}#1", id_, title, kind, start, minutes, (person,))
        for n, (id_, title, kind, hour, minutes) in enumerate(_WORK):
            host = HOSTS[(day + n) % len(HOSTS)]
            who = (host,) if kind in ("housekeeping", "station-work") else (GUEST, host)
            start = midnight.plus(minutes=round(hour * 60) + (30 if f"{id_}#{day + 1}" == "fluids-run#3" else 0))
            place(f"{id_}#{day + 1}", id_, title, kind, start, minutes, who)
        for id_, title, hour, minutes in (("fajr", "Fajr", 6.1, 15), ("dhuhr", "Dhuhr and Asr", 13.4, 15)):
            start = midnight.plus(minutes=round(hour * 60))
            place(f"{id_}@{day + 1}#1", id_, title, "prayer", start, minutes, (GUEST,))
    activities = tuple(
        Activity(
            id=id_,
            title=title,
            kind=kind,  # type: ignore[arg-type]  # the rows above hold kinds
            duration_min=minutes,
            work=is_work,
            who=(Need(function="operator", candidates=CREW),),
        )
        for is_work, rows in ((False, _DAILY), (True, _WORK))
        for id_, title, kind, _, minutes in rows
    )
    extra = Activity(
        id="orchestra", title="Music across three zones", kind="outreach", duration_min=30,
        who=(Need(function="speaker", candidates=(GUEST,)),), optional=True, value=20,
    )  # fmt: skip
    return (*activities, extra), placements


_PERIOD_MIN = 92.2


def _windows(basis: Basis) -> tuple[WindowList, ...]:
    known = (Span(DOCKING, UNDOCKING),)
    orbits = range(int(known[0].seconds / 60 / _PERIOD_MIN))
    sigma = 6.0 if basis == "near" else None

    def opened(first_min: float, length_min: float, every: int = 1, note: str = "") -> tuple[OpenSpan, ...]:
        return tuple(
            OpenSpan(
                start=DOCKING.plus(minutes=first_min + n * _PERIOD_MIN),
                end=DOCKING.plus(minutes=first_min + n * _PERIOD_MIN + length_min),
                sigma_s=sigma if sigma is None else sigma + n / 4,
                note=note,
            )
            for n in orbits
            if n % every == 0
        )

    first = local_instant(STAY_DAY_1, time(0), HOST_ZONE)
    prayers = []
    for id_, title, opens, closes in (
        ("fajr", "Fajr", 4.1, 5.9),
        ("dhuhr-asr", "Dhuhr and Asr combined", 13.4, 20.9),
        ("maghrib-isha", "Maghrib and Isha combined", 20.9, 28.1),
    ):
        spans = tuple(
            OpenSpan(start=first.plus(hours=24 * n + opens), end=first.plus(hours=24 * n + closes), sigma_s=0.0)
            for n in range(8)
        )
        whole = (Span(first, first.plus(days=8)),)
        prayers.append(WindowList(kind="prayer", of=id_, title=title, basis="sun", known=whole, spans=spans))
    return (
        WindowList(kind="relay", of=None, title="Relay links", basis=basis, known=known, spans=opened(4, 58.4)),
        WindowList(kind="darkness", of=None, title="Umbra", basis=basis, known=known, spans=opened(40, 34.7)),
        WindowList(
            kind="daylight-target", of="islamabad", title="Islamabad by daylight", basis=basis, known=known,
            spans=opened(20, 3.2, 5, "max elevation 54 deg"),
        ),
        WindowList(
            kind="pass", of="islamabad", title="Passes over Islamabad", basis=basis, known=known,
            spans=opened(18, 6.8, 4, "max elevation 31 deg"),
        ),
        *prayers,
    )  # fmt: skip


_PEOPLE: tuple[tuple[str, str, str, Function, str | None], ...] = (
    (GUEST, "Prime trainee", "guest", "trainee", None),
    ("trainee-backup", "Backup trainee", "guest", "trainee", GUEST),
    ("commander-up", "Commander, ship up", "host", "crew", None),
    ("engineer-up", "Flight engineer, ship up", "host", "crew", None),
    ("commander-aboard", "Commander aboard", "host", "crew", None),
    ("engineer-aboard", "Flight engineer aboard", "host", "crew", None),
    ("scientist-aboard", "Payload scientist aboard", "host", "crew", None),
    ("instructor-ship", "Ship systems instructor", "host", "instructor", None),
    ("instructor-station", "Station instructor", "host", "instructor", None),
    ("instructor-language", "Language teacher", "host", "instructor", None),
    ("instructor-body", "Flight physician", "host", "instructor", None),
    ("instructor-simulator", "Simulator instructor", "host", "instructor", None),
    ("interpreter-1", "Interpreter", "host", "interpreter", None),
)


def _programme(term: Term, activities: tuple[Activity, ...], elements: Elements) -> Programme:
    people = [
        Person(id=id_, title=title, agency=agency, function=function, languages=("zh",), backs_up=backs_up)
        for id_, title, agency, function, backs_up in _PEOPLE
    ]
    ship = Ship(
        id="ship-up", name="Ship", station="station", seats=3, docking_to_hatch_min=150, hatch_to_undocking_min=180,
        launches=(), profiles=(), returns=(),
    )  # fmt: skip
    return Programme(
        id="tiangong-guest",
        title="A guest to Tiangong, seen from afar",
        as_of=None,
        now=date(2026, 11, 21),
        agencies=(
            Agency(id="host", name="Host agency", role="host", zone=HOST_ZONE),
            Agency(id="guest", name="Guest agency", role="guest", zone=GUEST_ZONE),
        ),
        people=tuple(people),
        certificates=(Certificate(id="payload-fluids", title="Fluid cell operator"),),
        calendars=(
            Calendar(
                id="host", zone=HOST_ZONE, weekdays=(1, 2, 3, 4, 5, 6), hours=(Hours(opens=time(8), closes=time(18)),)
            ),
        ),
        sites=(
            Site(id="jiuquan", name="Jiuquan", latitude_deg=40.96, longitude_deg=100.29, zone=HOST_ZONE),
            Site(id="dongfeng", name="Dongfeng landing site", latitude_deg=41.6, longitude_deg=100.06, zone=HOST_ZONE),
            Site(id="islamabad", name="Islamabad", latitude_deg=33.69, longitude_deg=73.05, zone=GUEST_ZONE),
            Site(id="karachi", name="Karachi", latitude_deg=24.86, longitude_deg=67.0, zone=GUEST_ZONE),
            Site(id="beijing", name="Beijing", latitude_deg=39.9, longitude_deg=116.4, zone=HOST_ZONE),
        ),
        relays=(
            Relay(id="relay-1", name="Relay 1", longitude_deg=176.8),
            Relay(id="relay-2", name="Relay 2", longitude_deg=77.0),
            Relay(id="relay-3", name="Relay 3", longitude_deg=16.9),
        ),
        station=Station(
            id="tiangong", name="Tiangong", norad=48274, zone=HOST_ZONE, sleep_places=6, relays=("relay-1",),
            relay_cone_deg=60, mean_altitude_km=388, mean_altitude_sigma_km=3, keeping=KEEPING,
            forecast_errors=(ForecastError(age_d=10, plane_s=3, phase_deg=2),),
        ),
        elements=(elements,),
        flight=FlightRequest(
            launch_window=Span(LAUNCH.plus(days=-9), LAUNCH.plus(days=21)), stay_min=10_080, stay_tolerance_min=1_080,
            ship_up=ship, ship_down=ship, pad="jiuquan", landing_site="dongfeng", landing_by_daylight=True,
            profiles=("fast-3h30", "standard-6h30"), return_profile="five-orbits", crew_up=(*HOSTS[:2], GUEST),
            crew_aboard=HOSTS[2:], crew_down=(*HOSTS[2:4], GUEST), guest=GUEST,
        ),
        term=term,
        resources=(Resource(id="rack-fluids", title="Fluid physics rack", capacity=1),),
        activities=activities,
        prayer=PrayerTimes(
            authority="Times of the launch site", place="jiuquan", twilight_deg=18,
            blocks=(PrayerBlock(id="fajr", title="Fajr", opens="dawn", closes="sunrise"),),
        ),
        limits=(Limits(rule="CRW-07", params={"max_work_min": 570}),),
    )  # fmt: skip


def _flight(basis: Basis, elements: Elements) -> Flight:
    known = basis == "near"
    launch = LaunchOpportunity(
        launch=LAUNCH, sigma_s=41.0 if known else 5_400.0, crossing=LAUNCH.plus(seconds=-424),
        branch="ascending", azimuth_deg=83.2, plane_offset_deg=0.2,
        phase_deg=211.4 if known else None, phase_sigma_deg=2.1 if known else None, beta_deg=31.7,
        pad_sun_elevation_deg=54.0, elements_epoch=elements.epoch,
        elements_age_d=LAUNCH.seconds_since(elements.epoch) / 86_400, basis=basis,
        profiles=(
            ProfileAnswer(
                name="standard-6h30", feasible="yes" if known else "unknown", docking=DOCKING, docking_sigma_s=180.0,
                phase_error_deg=0.0 if known else None, trim=(),
                why="phase inside the band" if known else "phase not known yet",
            ),
        ),
    )  # fmt: skip
    landing = LandingOpportunity(
        landing=LANDING, sigma_s=95.0 if known else 5_500.0, undocking=UNDOCKING, deorbit=LANDING.plus(minutes=-50),
        crossrange_km=31.0, station_lead_deg=4.0, sun_elevation_deg=22.0, free_flight_min=530.0,
        elements_epoch=elements.epoch, elements_age_d=LANDING.seconds_since(elements.epoch) / 86_400, basis=basis,
    )  # fmt: skip
    return Flight(
        launch=launch, profile="standard-6h30", docking=DOCKING, docking_sigma_s=180.0 if known else 5_430.0,
        hatch_open=DOCKING.plus(minutes=150), hatch_close=UNDOCKING.plus(minutes=-180), landing=landing,
        backups=(LAUNCH.plus(hours=47.2), LAUNCH.plus(hours=94.4)), landing_backups=(LANDING.plus(hours=24.1),),
        considered=58,
    )  # fmt: skip


def elements_near_launch(age_d: float) -> Elements:
    """Made-up elements of the right shape, so many days before lift-off."""
    return Elements(
        name="CSS (TIANHE)", norad=48274, designator="21035A", epoch=LAUNCH.plus(days=-age_d),
        mean_motion_rev_d=15.61, eccentricity=0.0006, inclination_deg=41.47, raan_deg=120.0,
        argument_of_perigee_deg=90.0, mean_anomaly_deg=10.0, bstar_per_er=2.5e-4, mean_motion_dot=1e-4,
        mean_motion_ddot=0.0, element_set=999, revolution=31_000,
        text=("CSS (TIANHE)", "1 48274U 21035A   ...", "2 48274  41.4700 ..."),
    )  # fmt: skip


def rich_plan(basis: Basis = "far", sessions_each: int = 120) -> Plan:
    """The plan: two trainees, 26 weeks, six people for eight days, windows of every kind."""
    elements = elements_near_launch(205 if basis == "far" else 3.4)
    term, on_ground = _term(sessions_each)
    activities, aboard = _aboard()
    held = HeldOrbit(
        epoch=LAUNCH, semi_major_axis_km=6_766.0, inclination_deg=41.47, raan_deg=200.0, argument_of_latitude_deg=30.0
    )
    return Plan(
        programme=_programme(term, activities, elements),
        provenance=Provenance(
            hamsafar="0.1.0",
            versions={"python": "3.11", "ortools": "9.15", "sgp4": "2.27"},
            tables={"leap seconds": "expires 2027-06-28", "earth orientation": "2026-11-12", "holidays": "0.100"},
            seed=7,
            workers=1,
            effort=60.0,
        ),
        trajectory=Trajectory(
            basis=basis, elements=elements, held=held if basis == "far" else None,
            held_note="Mean altitude 388 km held; phase in the middle of the band." if basis == "far" else "",
        ),
        flight=_flight(basis, elements),
        windows=_windows(basis),
        placements=tuple(sorted((*on_ground, *aboard), key=lambda one: (one.start, one.id))),
        dropped=(
            Dropped(
                id="orchestra#1", of="orchestra", title="Music across three zones", value=20,
                why="No relay window long enough is left once sleep (CRW-01) and the day's work (CRW-08) are kept.",
            ),
        ),
        rules=tuple(
            RuleUse(
                id=rule.id, sentence=rule.sentence, source=rule.source,
                params={name: param.default for name, param in rule.params.items()},
            )
            for rule in BOOK.values()
        ),
        stages=(
            StageResult(stage="training", status="optimal", effort=14.2),
            StageResult(stage="flight", status="feasible", effort=60.0),
        ),
        objective=(
            ObjectiveValue(stage="training", name="days with long gaps", value=12, bound=12, unit="d"),
            ObjectiveValue(stage="flight", name="optional activities left out", value=20, bound=15, unit="points"),
            ObjectiveValue(stage="flight", name="away from preferred times", value=214, bound=180, unit="min"),
        ),
        warnings=("Eid al-Adha 2027 is provisional: it depends on the sighting of the moon.",),
    )  # fmt: skip


def judgement_of(plan: Plan) -> Judgement:
    """Findings of all kinds: every rule holds but one that is broken and one that is not checked."""
    findings = [Finding(rule=rule.id, status="holds", where=(), sentence=rule.sentence) for rule in plan.rules[:-3]]
    findings.append(
        Finding(
            rule="CRW-09", status="broken", where=("fluids-run#3", "commander-up", "bone-scan#3"), by=25, unit="min",
            sentence="Commander, ship up helps 115 min on flight day 3, and 90 min are agreed.",
        )
    )  # fmt: skip
    findings.append(
        Finding(rule="FLT-03", status="not_checked", where=("launch",), sentence="The phase at lift-off is not known.")
    )
    return Judgement(verdict="broken", findings=tuple(findings))


def retitled(plan: Plan, title: str) -> Plan:
    """The plan with that text as the title of everything that has one."""
    return evolve(
        plan,
        programme=evolve(
            plan.programme, title=title, people=tuple(evolve(one, title=title) for one in plan.programme.people)
        ),
        placements=tuple(evolve(one, title=title) for one in plan.placements),
        warnings=(title,),
        dropped=tuple(evolve(one, title=title, why=title) for one in plan.dropped),
        windows=tuple(
            evolve(listed, title=title, spans=tuple(evolve(span, note=title) for span in listed.spans))
            for listed in plan.windows
        ),
    )


def _argument_rad(moment: Instant) -> float:
    return 2 * pi * moment.seconds_since(DOCKING) / (_PERIOD_MIN * 60)


def track(minutes: int | None = None) -> list[TrackPoint]:
    """A circular ground track of the right look, a point a minute from docking on."""
    inclination = radians(41.47)
    points = []
    for n in range(minutes or int(Span(DOCKING, UNDOCKING).seconds // 60)):
        u = _argument_rad(DOCKING.plus(minutes=n))
        latitude = degrees(asin(sin(inclination) * sin(u)))
        longitude = degrees(atan2(cos(inclination) * sin(u), cos(u))) + 60 - n * 0.25068
        sunlit = not 40 <= n % _PERIOD_MIN < 74.7
        points.append(TrackPoint(DOCKING.plus(minutes=n), latitude, (longitude + 180) % 360 - 180, sunlit))
    return points


def states(count: int = 30) -> list[StateRow]:
    """A circular orbit in its own plane, a state every four minutes."""
    rows = []
    for n in range(count):
        moment = DOCKING.plus(minutes=4 * n, seconds=0.125)
        u = _argument_rad(moment)
        position = (6_766 * cos(u), 6_766 * sin(u), 0.0)
        rows.append(StateRow(moment, position, (-7.67 * sin(u), 7.67 * cos(u), 0.0)))
    return rows
