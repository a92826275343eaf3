"""What a week of operations is planned from: a mission, its windows in whole minutes, its power minute by minute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from math import ceil, floor

from attrs import field, frozen

from hamsafar.domain.lunar import Booking, Camera, Image, Link, LunarMission, Mode, Operations, Station, Step, Target
from hamsafar.domain.operations import OperationsTask, OperationsWindow
from hamsafar.errors import InputError
from hamsafar.rules.operations import OPERATIONS_BOOK
from hamsafar.timeline import Instant, Span

Stretch = tuple[int, int]  # whole minutes of the week, [first, end)
Stretches = tuple[Stretch, ...]

BITS = 1_000  # in a kbit; data are counted in whole bits


@frozen(kw_only=True)
class PowerFacts:
    """The battery in W x 60 s, and what the panels give the bus in each mode, minute by minute, the least."""

    full_wmin: float
    lowest_wmin: float
    start_wmin: float
    bus_w: Mapping[str, tuple[float, ...]]  # mode id → one figure a minute


@frozen(kw_only=True, slots=False)
class WeekFacts:
    """A mission's week, its windows and its power. Minutes count from the beginning of the week."""

    mission: LunarMission
    windows: tuple[OperationsWindow, ...]
    power: PowerFacts | None = None
    past: tuple[OperationsTask, ...] = ()  # of a plan that is repaired: what stays as it is
    failed: frozenset[str] = frozenset()  # pictures of it that nobody waits for
    free_from: int = 0  # nothing else begins before
    timing_sigmas: float = field(factory=lambda: OPERATIONS_BOOK["OPS-05"].params["timing_sigmas"].default)

    @cached_property
    def operations(self) -> Operations:
        """What is to be planned."""
        if self.mission.operations is None:
            raise InputError("has no section `operations`: there is no week to plan", where=self.mission.source)
        return self.mission.operations

    @cached_property
    def minutes(self) -> int:
        """The whole minutes of the week."""
        return floor(self.operations.span.seconds / 60)

    def at(self, minute: int) -> Instant:
        """The instant at which a minute begins."""
        return self.operations.span.start.plus(seconds=60 * minute)

    def minute_of(self, instant: Instant) -> int:
        """The minute that an instant lies in, negative before the week."""
        return (instant.tai_ns - self.operations.span.start.tai_ns) // 60_000_000_000

    # ---- windows

    @cached_property
    def contacts(self) -> dict[str, Stretches]:
        """By station, when a link closes, shortened by what the orbit's timing may be off."""
        return {one.of: self._inside(one) for one in self.windows if one.kind == "contact" and one.of is not None}

    @cached_property
    def available(self) -> dict[str, Stretches]:
        """By station, when it can be had: booked, where it needs booking, and not closed."""
        return {station.id: self._had(station) for station in self.mission.stations}

    @cached_property
    def talking(self) -> dict[str, Stretches]:
        """By station, contacts in which it can be had."""
        whole = ((0, self.minutes),)
        return {
            id_: self._still(meeting(spans, self.available.get(id_, whole))) for id_, spans in self.contacts.items()
        }

    @cached_property
    def heard(self) -> Stretches:
        """When any station can talk to the craft."""
        return merged(span for spans in self.talking.values() for span in spans)

    @cached_property
    def sunlight(self) -> Stretches | None:
        """When the Sun is on the craft; None: nobody said."""
        found = [one for one in self.windows if one.kind == "sunlight"]
        return merged(span for one in found for span in self._inside(one)) if found else None

    @cached_property
    def views(self) -> dict[str, Stretches]:
        """By wish, when its target is in view."""
        seen = [one for one in self.windows if one.kind == "target"]
        return {one.of: self._still(self._inside(one)) for one in seen if one.of is not None}

    def _still(self, spans: Stretches) -> Stretches:
        """What of them is to come."""
        return meeting(spans, ((self.free_from, self.minutes),)) if self.free_from else spans

    def _inside(self, window: OperationsWindow) -> Stretches:
        return merged(self._whole(part.span, self.timing_sigmas * (part.sigma_s or 0.0)) for part in window.spans)

    def _whole(self, span: Span, margin_s: float) -> Stretch:
        """The whole minutes inside of a span that is shortened by so much on both sides."""
        start_s, end_s = self._since_s(span.start) + margin_s, self._since_s(span.end) - margin_s
        return max(0, ceil(start_s / 60)), min(self.minutes, floor(end_s / 60))

    def _since_s(self, instant: Instant) -> float:
        return (instant.tai_ns - self.operations.span.start.tai_ns) / 1e9

    def _had(self, station: Station) -> Stretches:
        whole: Stretches = ((0, self.minutes),)
        booked = whole if station.booked is None else self._stretches(station.booked)
        return without(booked, self._around(station.closed))

    def _stretches(self, bookings: Iterable[Booking]) -> Stretches:
        return merged(self._whole(booking.span, 0.0) for booking in bookings)

    def _around(self, bookings: Iterable[Booking]) -> Stretches:
        """Every minute that a booking touches."""
        return merged(
            (
                max(0, floor(self._since_s(one.span.start) / 60)),
                min(self.minutes, ceil(self._since_s(one.span.end) / 60)),
            )
            for one in bookings
        )

    # ---- things by name

    @cached_property
    def downlink(self) -> Link:
        """The link that pictures and telemetry come down by."""
        found = [link for link in self.mission.links if link.id == self.operations.downlink]
        if not found:
            raise InputError(
                f"names the link {self.operations.downlink!r}, and no link has this id",
                where=f"{self.mission.source} operations.downlink",
            )
        return found[0]

    @cached_property
    def bits_a_minute(self) -> int:
        """What the downlink brings home in a minute of transmitting, rounded down."""
        return max(1, floor(self.downlink.rate_bit_s * self.downlink.efficiency * 60 + 1e-9))

    def camera(self, wish: Image) -> Camera:
        """The camera of a wish."""
        return next(camera for camera in self.mission.cameras if camera.id == wish.camera)

    def target(self, wish: Image) -> Target:
        """The target of a wish."""
        return next(target for target in self.mission.targets if target.id == wish.target)

    def image_bits(self, wish: Image) -> int:
        """One picture of a wish as it is stored and sent, rounded up."""
        return ceil(self.camera(wish).image_kbit * BITS - 1e-9)

    def minutes_to_send(self, bits: int) -> int:
        """Whole minutes of link for so much."""
        return -(-bits // self.bits_a_minute)

    def mode(self, id_: str) -> Mode | None:
        """A mode of the craft; None where nothing is said of power."""
        return next((mode for mode in self._modes if mode.id == id_), None)

    @property
    def _modes(self) -> tuple[Mode, ...]:
        return () if self.mission.power is None else self.mission.power.modes

    @cached_property
    def idle_mode(self) -> str:
        """How the craft is between tasks."""
        return "" if self.mission.power is None else self.mission.power.idle_mode

    def pointing_of(self, mode: str) -> str:
        """Where the craft points in a mode."""
        known = self.mode(mode)
        return mode if known is None else known.pointing

    @cached_property
    def steps(self) -> tuple[tuple[Step, bool], ...]:
        """Every step, and whether it belongs to commissioning."""
        asked = self.operations
        return (*((step, True) for step in asked.commissioning), *((step, False) for step in asked.upkeep))

    # ---- data

    def telemetry_bits(self, start: int, end: int) -> int:
        """What telemetry gathers from one minute to another, each minute's rounded up."""
        return ceil(self.operations.telemetry_kbit_per_h * BITS / 60 - 1e-9) * max(0, end - start)

    @cached_property
    def room_bits(self) -> int:
        """What the store holds, rounded down."""
        return floor(self.operations.store_kbit * BITS + 1e-9)

    @cached_property
    def reserve_bits(self) -> int:
        """What is kept free of it: the telemetry of one transmission, some gathers while it drains.

        Nothing where the store could hold all that the week can make: it never fills, whatever is sent.
        """
        asked = self.operations
        pictures = sum(one.count * self.image_bits(one) for one in asked.images)
        steps = sum(step.count * ceil(step.data_kbit * BITS - 1e-9) for step, _ in self.steps)
        if self.start_bits + self.telemetry_bits(0, self.minutes) + pictures + steps <= self.room_bits:
            return 0
        return self.telemetry_bits(0, asked.longest_transmission_min + 1)

    @property
    def store_bits(self) -> int:
        """What the week is planned to leave in the store at most: its room, less the reserve."""
        return self.room_bits - self.reserve_bits

    @cached_property
    def sent_bits(self) -> dict[str, int]:
        """By task, what transmissions of the past have brought home of it."""
        found: dict[str, float] = {}
        for part in (part for task in self.past for part in task.sends):
            found[part.of] = found.get(part.of, 0.0) + part.kbit
        return {id_: ceil(kbit * BITS - 1e-3) for id_, kbit in found.items()}

    @cached_property
    def past_on_air(self) -> int:
        """Minutes that the transmitter was on for in the past of the week."""
        return sum(round(task.span.seconds / 60) for task in self.past if task.kind == "transmission")

    @cached_property
    def start_bits(self) -> int:
        """What is in the store when the week begins, rounded up."""
        return ceil(self.operations.store_at_start_kbit * BITS - 1e-9)


def merged(stretches: Iterable[Stretch]) -> Stretches:
    """Sorted, without the empty, and joined where they meet."""
    found: list[Stretch] = []
    for first, end in sorted(one for one in stretches if one[0] < one[1]):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((first, end))
    return tuple(found)


def meeting(one: Sequence[Stretch], other: Sequence[Stretch]) -> Stretches:
    """What lies in both."""
    return merged((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d))


def without(stretches: Sequence[Stretch], taken: Sequence[Stretch]) -> Stretches:
    """What lies in the one and not in the other."""
    if not stretches:
        return ()
    edges = [stretches[0][0], *(edge for one in merged(taken) for edge in one), stretches[-1][1]]
    gaps = [(a, b) for a, b in list(pairwise(edges))[::2] if a < b]
    return meeting(stretches, gaps)


def outside(stretches: Sequence[Stretch], first: int, last: int) -> Stretches:
    """The rest of [first, last)."""
    return without(((first, last),), stretches) if first < last else ()
