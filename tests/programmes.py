"""Small synthetic programmes, built in Python, for tests of planning and verification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from attrs import evolve

from hamsafar.domain.calendars import Calendar, Hours
from hamsafar.domain.people import Agency, Certificate, Limits, Person
from hamsafar.domain.places import Site
from hamsafar.domain.programme import FlightRequest, Programme
from hamsafar.domain.training import After, Facility, Phase, Session, Subject, Term, TrainingClass
from hamsafar.domain.vehicles import AltitudeKeeping, Ship, Station
from hamsafar.rules import BOOK
from hamsafar.timeline import Instant, Span

ZONE = "Asia/Shanghai"
LAUNCH = Instant.utc(2027, 3, 1, 4, 0)  # Monday noon in ZONE
MONDAY = date(2027, 2, 1)

__all__ = [
    "KEEPING",
    "LAUNCH",
    "MONDAY",
    "ZONE",
    "After",
    "calendar",
    "facility",
    "limits",
    "person",
    "phase",
    "session",
    "subject",
    "term",
    "tiny_programme",
]


def calendar(id_: str = "work", *hours: str, weekdays: Iterable[int] = range(1, 6), **more: Any) -> Calendar:
    """`calendar("work", "08:00-12:00", "14:00-18:00")`; Monday to Friday unless said otherwise."""
    return Calendar(
        id=id_,
        zone=more.pop("zone", ZONE),
        weekdays=tuple(weekdays),
        hours=tuple(_hours(text) for text in hours or ("08:00-12:00", "14:00-18:00")),
        **more,
    )


def _hours(text: str) -> Hours:
    opens, closes = (time.fromisoformat(part) for part in text.split("-"))
    return Hours(opens=opens, closes=closes)


def person(id_: str, function: str = "trainee", **more: Any) -> Person:
    """Somebody who speaks English and works by the calendar `work`."""
    facts: dict[str, Any] = {"agency": "host", "languages": ("en",), "calendars": ("work",), "title": id_}
    return Person(id=id_, function=function, **(facts | more))  # type: ignore[arg-type]  # a test's own word


def facility(id_: str = "room", **more: Any) -> Facility:
    """A room by the calendar `work`, one session at a time."""
    return Facility(**({"id": id_, "title": id_, "calendar": "work"} | more))


def phase(id_: str = "basics", from_d: float = 28, to_d: float = 0, begun: date | None = None) -> Phase:
    """Four weeks before lift-off, down to lift-off."""
    return Phase(id=id_, title=id_, from_d=from_d, to_d=to_d, begun=begun)


def session(id_: str, duration_min: int = 60, **more: Any) -> Session:
    """A session in English in the phase `basics`, for each, nowhere in particular; `id_` is `subject/session`."""
    facts: dict[str, Any] = {
        "title": id_,
        "subject": id_.partition("/")[0],
        "kind": "theory",
        "phase": "basics",
        "facilities": (),
        "attendance": "each",
        "language": "en",
        "instructor": None,
    }
    return Session(id=id_, duration_min=duration_min, **(facts | more))


def subject(*sessions: Session, **more: Any) -> Subject:
    """The subject of these sessions, in the class `class`."""
    id_ = sessions[0].subject
    return Subject(**({"id": id_, "title": id_, "training_class": "class", "sessions": sessions} | more))


def term(*subjects: Subject, **more: Any) -> Term:
    """A term from Monday 2027-02-01 without quarantine, with one room."""
    facts: dict[str, Any] = {
        "start": MONDAY,
        "zone": ZONE,
        "quarantine_d": 0,
        "phases": (phase(),),
        "classes": (TrainingClass(id="class", title="Class"),),
        "facilities": (facility(),),
    }
    return Term(subjects=subjects, **(facts | more))


def limits(**overrides: Mapping[str, float]) -> tuple[Limits, ...]:
    """The rule book's figures, some of them replaced: `limits(TRN_04={"max_day_min": 150})`."""
    return tuple(
        Limits(
            rule=rule.id,
            params={name: param.default for name, param in rule.params.items()}
            | dict(overrides.get(rule.id.replace("-", "_"), {})),
        )
        for rule in BOOK.values()
        if rule.params
    )


def tiny_programme(*subjects: Subject, **more: Any) -> Programme:
    """One trainee, one room, one calendar, and the subjects given; every field may be said otherwise.

    `people` are added to the one trainee unless `trainees` says who trains; `rules` are overrides for `limits`.
    """
    trainees = more.pop("trainees", (person("trainee-prime"),))
    facts: dict[str, Any] = {
        "id": "tiny",
        "title": "A tiny programme",
        "as_of": None,
        "now": date(2027, 1, 1),
        "agencies": (Agency(id="host", name="Host", role="host", zone=ZONE),),
        "people": (*trainees, *more.pop("people", ())),
        "certificates": more.pop("certificates", (Certificate(id="paper", title="Paper"),)),
        "calendars": (calendar(),),
        "sites": (Site(id="pad", name="Pad", latitude_deg=41, longitude_deg=100, zone=ZONE),),
        "relays": (),
        "station": _STATION,
        "elements": (),
        "flight": _request(trainees[0].id),
        "term": term(*subjects, **more.pop("in_term", {})),
        "resources": (),
        "activities": (),
        "prayer": None,
        "limits": limits(**more.pop("rules", {})),
    }
    return Programme(**(facts | more))


KEEPING = AltitudeKeeping(
    floor_km=380, shortest_quiet_d=15, longest_quiet_d=60, settling_d=30, memory_d=60,
    sinking_km_per_day=0.13, sinking_sigma_km_per_day=0.03,
)  # fmt: skip
_STATION = Station(
    id="station", name="Station", norad=1, zone=ZONE, sleep_places=6, relays=(), relay_cone_deg=60,
    mean_altitude_km=380, mean_altitude_sigma_km=5, keeping=KEEPING, forecast_errors=(),
)  # fmt: skip


def _request(guest: str) -> FlightRequest:
    ship = Ship(
        id="ship", name="Ship", station="station", seats=3, docking_to_hatch_min=180, hatch_to_undocking_min=180,
        launches=(), profiles=(), returns=(),
    )  # fmt: skip
    return FlightRequest(
        launch_window=Span(LAUNCH, LAUNCH.plus(days=30)), stay_min=10_080, stay_tolerance_min=720,
        ship_up=ship, ship_down=evolve(ship, id="ship-down"), pad="pad", landing_site="pad", landing_by_daylight=True,
        profiles=("fast",), return_profile="five-orbits",
        crew_up=(guest,), crew_aboard=(), crew_down=(guest,), guest=guest,
    )  # fmt: skip
