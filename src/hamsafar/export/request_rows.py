"""The rows of the report's table of requests to the host."""

from __future__ import annotations

from attrs import frozen

from hamsafar.domain.host import HostRequest
from hamsafar.domain.plan import Plan
from hamsafar.export.tables import anchors_of
from hamsafar.timeline import zone


@frozen
class RequestShown:
    """A request, where it lies, and what was answered."""

    number: int
    anchor: str
    title: str
    id: str
    state: str
    start: str
    answer: str


def request_rows(plan: Plan) -> tuple[RequestShown, ...]:
    """Every request by number; times on the station's clock."""
    anchors, activities = anchors_of(plan), {one.id: one.title for one in plan.programme.activities}
    clock = zone(plan.programme.station.zone)
    return tuple(
        RequestShown(
            number=one.number,
            anchor=anchors.get(one.placement, ""),
            title=activities.get(one.placement.partition("#")[0].partition("@")[0], one.placement),
            id=one.placement,
            state=one.state,
            start="" if one.start is None else f"{one.start.datetime(clock):%Y-%m-%d %H:%M}",
            answer=_answer(one),
        )
        for one in plan.programme.requests
    )


def _answer(request: HostRequest) -> str:
    """`the rack is taken (host, 2027-04-02)`."""
    who = ", ".join(part for part in (request.by, "" if request.on is None else str(request.on)) if part)
    return " ".join(part for part in (request.reason, f"({who})" if who else "") if part)
