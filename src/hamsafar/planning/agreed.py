"""What a change brings from the host: what it fixes now, and its answers to the requests."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from hamsafar.domain.changes import Change, Pin
from hamsafar.domain.host import Fixed, HostAnswer, HostRequest
from hamsafar.domain.plan import Placement, Plan
from hamsafar.planning.changed_work import Work
from hamsafar.planning.misfits import Misfits
from hamsafar.planning.requested import requests_of
from hamsafar.timeline import Instant


@frozen(kw_only=True)
class Agreed:
    """The requests after the answers, and the pins of what was agreed."""

    requests: tuple[HostRequest, ...]
    pins: tuple[Pin, ...]

    def answered_by(self, change: Change) -> frozenset[str]:
        """The placements on which a change brings an answer."""
        numbers = {answer.request for answer in change.answers}
        return frozenset(one.placement for one in self.requests if one.number in numbers)


def fixed_now(
    plan: Plan, change: Change, work: Work, done: frozenset[str], now: Instant | None, misfits: Misfits
) -> tuple[tuple[Fixed, ...], Work]:
    """What the host has fixed after a change, and the work with it: a new plan of the host's takes the old one's place.

    What is past stays as it was, and what a new plan says of the time before now is passed over.
    """
    old = plan.programme.fixed
    _tell_touched(change, old, misfits)
    if not change.host_plan:
        return old, work
    past = tuple(one for one in old if one.placement in done)
    gone = {one.activity for one in old if one not in past}
    own = tuple(one for one in work.activities if one.id not in gone)
    known = {one.id for one in own}
    coming = []
    for number, one in enumerate(change.host_plan):
        if one.activity in {each.activity for each in past} or (now is not None and one.start < now):
            continue
        if one.activity in known:
            misfits.add(f"host_plan[{number}].id", f"{one.activity!r} is the name of an activity already")
        known.add(one.activity)
        coming.append(one)
    fixed = tuple(sorted((*past, *coming), key=lambda one: (one.start, one.activity)))
    return fixed, evolve(work, activities=(*own, *(one.as_activity() for one in coming)))


def _tell_touched(change: Change, fixed: Iterable[Fixed], misfits: Misfits) -> None:
    """What only the host may change."""
    of_the_host = {one.activity for one in fixed}
    what = "is fixed by the host: it goes, or lasts otherwise, with the host's own plan (--host-plan)"
    for number, name in enumerate(change.drop):
        if name in of_the_host:
            misfits.add(f"drop[{number}]", f"{name!r} {what}")
    for number, lasting in enumerate(change.durations):
        if lasting.of in of_the_host:
            misfits.add(f"durations[{number}].of", f"{lasting.of!r} {what}")


def agreed(
    plan: Plan, change: Change, work: Work, done: frozenset[str], now: Instant | None, misfits: Misfits
) -> Agreed:
    """The requests with the answers that a change brings; what is unpinned is open again."""
    placed = {one.id: one for one in plan.placements}
    requests = {one.number: _unpinned(one, change) for one in requests_of(plan)}
    pins: list[Pin] = []
    seen: set[int] = set()
    for number, answer in enumerate(change.answers):
        at = f"answers[{number}]"
        request = requests.get(answer.request)
        if request is None:
            known = f"there are {len(requests)}, up to {max(requests)}" if requests else "there are none"
            misfits.add(f"{at}.request", f"{answer.request} is no request of this plan; {known}")
            continue
        if answer.request in seen:
            misfits.add(f"{at}.request", f"request {answer.request} is answered twice")
        seen.add(answer.request)
        placement = placed.get(request.placement)
        problem = _misfit(request, answer, placement, change, work, done, now)
        if problem:
            misfits.add(f"{at}.answer", problem)
            continue
        requests[answer.request] = _answered(request, answer, placement)
        pins += _pin(requests[answer.request])
    return Agreed(requests=tuple(requests.values()), pins=tuple(pins))


def _unpinned(request: HostRequest, change: Change) -> HostRequest:
    if request.placement in change.unpin and request.state in ("granted", "moved"):
        return HostRequest(number=request.number, placement=request.placement, start=request.start)
    return request


def _misfit(
    request: HostRequest,
    answer: HostAnswer,
    placement: Placement | None,
    change: Change,
    work: Work,
    done: frozenset[str],
    now: Instant | None,
) -> str:
    """Why an answer can't be; empty where it can."""
    id_ = request.placement
    if id_ in done or (placement is not None and now is not None and placement.start < now):
        return f"{id_} has happened already, and what is past stays"
    if id_ in (*change.pin, *change.unpin):
        return f"{id_} is pinned or unpinned by the same change; leave one of them"
    if placement is not None and not work.asks_for(placement):
        return f"{id_} is dropped by the same change"
    if answer.word == "granted" and placement is None:
        return (
            f"{id_} is not in this plan (request {request.number} is {request.state}), so nothing can be granted; "
            "say when: moved"
        )
    if answer.start is not None and now is not None and answer.start < now:
        return f"{answer.start} lies before now ({now})"
    return ""


def _answered(request: HostRequest, answer: HostAnswer, placement: Placement | None) -> HostRequest:
    granted = placement.start if answer.word == "granted" and placement is not None else None
    return HostRequest(
        number=request.number,
        placement=request.placement,
        state=answer.word,
        start=answer.start or granted,
        people=() if placement is None or answer.word == "refused" else placement.person_ids,
        by=answer.by,
        on=answer.on,
        reason=answer.reason,
    )


def _pin(request: HostRequest) -> list[Pin]:
    if request.start is None:
        return []
    by = f" by {request.by}" if request.by else ""
    reason = f"request {request.number}, {request.state}{by}"
    return [Pin(placement=request.placement, start=request.start, reason=reason)]
