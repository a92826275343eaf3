"""A rich plan whose days aboard have all that their sheets tell: windows, certificates, private things, order."""

from __future__ import annotations

from datetime import time, timedelta

from attrs import evolve

from export_plan import CREW, GUEST, HOST_ZONE, STAY_DAY_1, rich_plan
from hamsafar.domain.aboard import Activity, Need, Use, WindowNeed
from hamsafar.domain.people import Limits
from hamsafar.domain.plan import Assignment, Basis, Dropped, Placement, Plan
from hamsafar.domain.training import After
from hamsafar.timeline import Instant, local_instant

RELAY = WindowNeed(kind="relay")


def staying_plan(basis: Basis = "near") -> Plan:
    """The rich plan with a guest's programme: a fluid cell with a look after it, a link on the relay, private calls."""
    rich = rich_plan(basis, sessions_each=6)
    wanted = {
        "fluids-run": {
            "guest_programme": True,
            "uses": (Use(resource="rack-fluids"),),
            "who": (
                Need(function="operator", candidates=(GUEST,), certificate="payload-fluids"),
                Need(function="assistant", candidates=CREW[1:]),
            ),
        },
        "bone-scan": {"guest_programme": True, "after": (After(of="fluids-run", min_gap_min=60, max_gap_min=900),)},
        "school-link": {"guest_programme": True, "promised": True, "window": RELAY},
    }
    changed = tuple(evolve(one, **wanted.get(one.id, {})) for one in rich.programme.activities)
    calls = tuple(_call(id_, title, kind) for id_, title, kind in _CALLS)
    programme = evolve(
        rich.programme,
        activities=(*changed, *calls),
        limits=(*rich.programme.limits, Limits(rule="CRW-09", params={"max_host_min": 90.0})),
    )
    placed = tuple(sorted((*rich.placements, *_placed_calls()), key=lambda one: (one.start, one.id)))
    left_out = Dropped(id="bone-scan#9", of="bone-scan", title="Bone scan", value=0, why="no time was left")
    return evolve(rich, programme=programme, placements=placed, dropped=(left_out,))


_CALLS = (("mother", "Call with mother", "family"), ("doctor", "Heart rhythm with the doctor", "medical"))


def _call(id_: str, title: str, kind: str) -> Activity:
    return Activity(
        id=id_,
        title=title,
        kind=kind,  # type: ignore[arg-type]  # the rows above hold kinds
        duration_min=15,
        who=(Need(function="self", candidates=(GUEST,)),),
    )


def _placed_calls() -> tuple[Placement, ...]:
    return tuple(aboard(id_, title, kind, at(3, 21, 30 + 15 * n), 15) for n, (id_, title, kind) in enumerate(_CALLS))


def at(day: int, hour: int, minute: int = 0) -> Instant:
    """A moment of a flight day on the station's clock."""
    return local_instant(STAY_DAY_1 + timedelta(days=day - 1), time(hour, minute), HOST_ZONE)


def aboard(of: str, title: str, kind: str, start: Instant, minutes: int, *people: str) -> Placement:
    """Something placed aboard, for the guest where nobody is named."""
    return Placement(
        id=f"{of}#{start.iso()}",
        of=of,
        stage="flight",
        title=title,
        kind=kind,
        start=start,
        end=start.plus(minutes=minutes),
        zone=HOST_ZONE,
        people=tuple(Assignment(person=one, function="self") for one in people or (GUEST,)),
    )
