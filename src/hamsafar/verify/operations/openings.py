"""OPS-04, 05, 06, 12: what needs an opening lies in one, and what is called open is.

No event is searched for: inside every window that the plan states the geometry is evaluated every ten seconds, inside
every task that needs one every second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf

import numpy as np

from hamsafar.domain.lunar import Booking, Station
from hamsafar.domain.operations import OperationsSpan, OperationsTask, OperationsWindow
from hamsafar.errors import OutOfRangeError
from hamsafar.timeline import Instant
from hamsafar.verify.operations.case import OperationsCase
from hamsafar.verify.operations.registry import Breach, Gap, Said, checks
from hamsafar.verify.operations.sky import DAY_S, LONGEST_D
from hamsafar.verify.operations.timing import sigmas_stated
from hamsafar.verify.operations.views import Condition, contact, sunlight, target

WINDOW_STEP_S, TASK_STEP_S = 10.0, 1.0
MOST_SAMPLES = 2_000_000  # of one kind of window of one plan; half a year at a time
ROW = 20_000  # evaluated at a time

Maker = Callable[[], Condition]


class Sampler:
    """Evaluates conditions within the week, and stops before absurd windows take all day."""

    def __init__(self, case: OperationsCase) -> None:
        self.case, self.left = case, MOST_SAMPLES

    def closed(self, open_: Condition, start: Instant, end: Instant, step_s: float) -> tuple[float, float, str] | None:
        """(seconds closed, seconds from `start` to the first of them, why then); None where it is open all through.

        Raises OutOfRangeError for what cannot be sampled.
        """
        first_s, length_s = self.case.s(start), max(0.0, end.seconds_since(start))
        self.left -= int(min(length_s / step_s, 1e12)) + 2
        if self.left < 0:
            raise OutOfRangeError(f"there is more to sample than this verifier does ({MOST_SAMPLES:,} moments)")
        seconds = np.append(np.arange(0.0, length_s, step_s), length_s)
        shut_s, first, why = 0.0, None, ""
        for row in range(0, len(seconds), ROW):
            part = seconds[row : row + ROW]
            reasons = open_(first_s + part)
            closed = ~np.logical_and.reduce(list(reasons.values()))
            shut_s += float(closed.sum()) * step_s
            if first is None and closed.any():
                at = int(np.argmax(closed))
                first, why = float(part[at]), next(said for said, good in reasons.items() if not good[at])
        return None if first is None else (min(shut_s, max(length_s, 1.0)), first, why)


@checks("OPS-04")
def pictures_in_view(case: OperationsCase) -> Said:
    """Every stated view of a target is one; every picture lies in a view of its own wish, and is one by geometry."""
    sampler = Sampler(case)
    for window in case.windows("target", None):
        yield from _stated(sampler, window, _view_maker(case, window.of or ""), "OPS-04")
        yield from sigmas_stated(case, window, "OPS-04")
    for task in case.pictures:
        wanted = f"a view of {task.of}"
        yield from _needs(sampler, task, case.windows("target", task.of), _view_maker(case, task.of), "OPS-04", wanted)


def _view_maker(case: OperationsCase, wish_id: str) -> Maker:
    def made() -> Condition:
        wish = case.images.get(wish_id)
        aim = None if wish is None else case.targets.get(wish.target)
        if wish is None or aim is None:
            raise OutOfRangeError(f"the wish {wish_id!r}, or its target, is not in the mission's file")
        return target(case, aim, case.cameras.get(wish.camera))

    return made


@checks("OPS-05")
def transmissions_in_contact(case: OperationsCase) -> Said:
    """Every stated contact is one; every transmission lies in one of its station, and is heard by geometry and link."""
    sampler = Sampler(case)
    for window in case.windows("contact", None):
        yield from _stated(sampler, window, _contact_maker(case, window.of), "OPS-05")
        yield from sigmas_stated(case, window, "OPS-05")
    for task in case.transmissions:
        if task.station is None:
            yield Breach(f"{task.id} sends to no station.", (task.id,))
            continue
        wanted, maker = f"a contact of {task.station}", _contact_maker(case, task.station)
        yield from _needs(sampler, task, case.windows("contact", task.station), maker, "OPS-05", wanted)


def _contact_maker(case: OperationsCase, station_id: str | None) -> Maker:
    def made() -> Condition:
        station = case.stations.get(station_id or "")
        if station is None:
            raise OutOfRangeError(f"the station {station_id!r} is not among the mission's")
        return contact(case, station)

    return made


@checks("OPS-12")
def steps_in_contact_or_sunlight(case: OperationsCase) -> Said:
    """Every stated stretch of sunlight is one; steps that need contact, or sunlight, have it all along."""
    sampler = Sampler(case)
    for window in case.windows("sunlight", None):
        yield from _stated(sampler, window, lambda: sunlight(case), "OPS-12")
        yield from sigmas_stated(case, window, "OPS-12")
    for task in case.tasks:
        step = case.step_of(task)
        if step is None:
            continue
        if step.in_sunlight:
            windows = case.windows("sunlight", None)
            yield from _needs(sampler, task, windows, lambda: sunlight(case), "OPS-12", "a stretch of sunlight")
        if step.in_contact:
            windows = case.windows("contact", task.station)
            best = _best(case, task, windows, case.param("OPS-12", "timing_sigmas"))
            station = task.station if best is None else best[1].of
            wanted = f"a contact of {task.station or 'any station'}"
            yield from _needs(sampler, task, windows, _contact_maker(case, station), "OPS-12", wanted)


@checks("OPS-06")
def stations_ours(case: OperationsCase) -> Said:
    """Whatever uses a station does so within one stretch of its bookings, and outside of what it is closed for."""
    for task in case.tasks:
        station = case.stations.get(task.station or "")
        if station is None:
            if task.station is not None:
                yield Breach(f"{task.id} uses {task.station}, which is not among the mission's stations.", (task.id,))
            continue
        if station.booked is not None:
            yield from _unbooked(task, station, station.booked)
        for closed in station.closed:
            shared_s = min(task.end, closed.span.end).seconds_since(max(task.start, closed.span.start))
            if shared_s > 0:
                said = f" ({closed.note})" if closed.note else ""
                sentence = f"{station.id} is closed from {closed.span.start} to {closed.span.end}{said}"
                yield Breach(f"{sentence}, {shared_s:.0f} s of {task.id}.", (task.id, station.id), shared_s, "s")


def _unbooked(task: OperationsTask, station: Station, booked: Iterable[Booking]) -> Said:
    """What of a task no booking covers; bookings that touch are one."""
    left_s, at = 0.0, task.start
    for booking in sorted(booked, key=lambda one: one.span.start):
        if booking.span.end <= at:
            continue
        left_s += max(0.0, min(booking.span.start, task.end).seconds_since(at))
        at = max(at, booking.span.end)
    left_s += max(0.0, task.end.seconds_since(at))
    if left_s > 0:
        sentence = f"{station.id} is not booked for {left_s:.0f} s of {task.id}, {task.start} to {task.end}"
        yield Breach(f"{sentence}.", (task.id, station.id), left_s, "s")


def _stated(sampler: Sampler, window: OperationsWindow, maker: Maker, rule: str) -> Said:
    """Whether what a plan calls open is, the tolerance at either end left out."""
    name = f"{window.kind} {window.of}" if window.of else window.kind
    tolerance_s = sampler.case.param(rule, "tolerance_s")
    try:
        open_ = maker()
    except OutOfRangeError as problem:
        yield Gap(f"This could not be judged: {problem}.", (name,))
        return
    for span in window.spans:
        where = (name, str(span.start))
        length_s = span.end.seconds_since(span.start)
        if not length_s > 0:
            yield Breach(f"A window of {name} ends at {span.end}, not after its start.", where)
            continue
        if span.sigma_s is not None and not 0 <= span.sigma_s < inf:
            yield Breach(f"A window of {name} is said to be uncertain by {span.sigma_s:g} s.", where)
            continue
        inset_s = min(tolerance_s, length_s / 2)
        start, end = span.start.plus(seconds=inset_s), span.end.plus(seconds=-inset_s)
        start, end = max(start, sampler.case.base), min(end, sampler.case.plan.span.end)
        if start > end:  # outside of the week, where nothing is known and nothing rests on it
            continue
        try:
            found = sampler.closed(open_, start, end, WINDOW_STEP_S)
        except OutOfRangeError as problem:
            yield Gap(f"This could not be judged: {problem}.", where)
            continue
        if found is not None:
            shut_s, first_s, why = found
            at = start.plus(seconds=first_s).iso()
            sentence = (
                f"The window {name} from {span.start.iso()} to {span.end.iso()} is closed for {shut_s:.0f} s of it"
            )
            yield Breach(f"{sentence}: at {at} {why}.", where, shut_s, "s")


def _margin_s(span: OperationsSpan, sigmas: float) -> float:
    """What a task keeps from the ends of a window; one said to be uncertain by nonsense shields nothing."""
    sigma_s = span.sigma_s or 0.0
    return min(sigmas * sigma_s, LONGEST_D * DAY_S) if 0 <= sigma_s < inf else LONGEST_D * DAY_S


def _best(
    case: OperationsCase, task: OperationsTask, windows: Iterable[OperationsWindow], sigmas: float
) -> tuple[float, OperationsWindow, OperationsSpan] | None:
    """(by how much a task with its margins sticks out, list, window) of the window that it fits best."""
    best: tuple[float, OperationsWindow, OperationsSpan] | None = None
    for window in windows:
        for span in window.spans:
            margin_s = _margin_s(span, sigmas)
            before = span.start.seconds_since(task.start) + margin_s
            after = task.end.seconds_since(span.end) + margin_s
            short_s = max(0.0, before) + max(0.0, after)
            if best is None or not short_s >= best[0]:
                best = short_s, window, span
    return best


def _needs(
    sampler: Sampler, task: OperationsTask, windows: list[OperationsWindow], maker: Maker, rule: str, wanted: str
) -> Said:
    """Whether a task lies with its margins in a window stated, and whether that is one by geometry."""
    case = sampler.case
    sigmas, tolerance_s = case.param(rule, "timing_sigmas"), case.param(rule, "tolerance_s")
    best = _best(case, task, windows, sigmas)
    if best is None:
        yield Breach(f"{task.id} needs {wanted}, and the plan states none.", (task.id,))
        margin_s = 0.0
    else:
        short_s, _, span = best
        margin_s = _margin_s(span, sigmas)
        if not short_s <= 0:
            nearest = f"the nearest, from {span.start.iso()} to {span.end.iso()}, is {short_s:.1f} s short of it"
            sentence = f"{task.id} needs {wanted}; {nearest} with its margin of {margin_s:.1f} s"
            yield Breach(f"{sentence}.", (task.id, str(span.start)), short_s, "s")
    try:
        inset_s = min(tolerance_s - margin_s, task.end.seconds_since(task.start) / 2)
        start, end = task.start.plus(seconds=inset_s), task.end.plus(seconds=-inset_s)
        start, end = max(start, case.base), min(end, case.plan.span.end)
        found = sampler.closed(maker(), start, end, TASK_STEP_S)
    except OutOfRangeError as problem:
        yield Gap(f"This could not be judged: {problem}.", (task.id,))
        return
    if found is not None:
        shut_s, first_s, why = found
        sentence = f"{task.id} is not in {wanted} for {shut_s:.0f} s, by this verifier's own geometry"
        yield Breach(f"{sentence}: at {start.plus(seconds=first_s).iso()} {why}.", (task.id,), shut_s, "s")
