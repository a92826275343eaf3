"""Where an object is between the states of a table: Hermite interpolation of positions and velocities. Frame: TEME."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from hamsafar.domain.messages import EphemerisMessage
from hamsafar.domain.messages import EphemerisSegment as MessageSegment
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit.frames import frame_named, teme_states
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import NS_PER_S, Instant, Span

DEFAULT_DEGREE = 11  # six states: eight minutes apart at the station the orbit's curve is met to a centimetre
_DEGREES = (7, 15)  # less throws away what the velocities tell; more swings at the ends of a table
_AT_ENDS = 4
_FIXED_FRAMES = ("EME2000", "J2000", "GCRF", "GCRS", "ICRF")  # the same at every epoch
_NEAREST_KM, _FARTHEST_KM = 6_300.0, 2_000_000.0  # under the deepest ground; twice the Earth's sphere of influence
_MOST_UNEVEN = 3  # steps this many times longer or shorter are not mixed: the rounding of their time tags would swell
_MOST_TURN_RAD = 0.8  # an eighth of a turn between two states, 11 min at the station: met to 0.4 m, to 60 m at the ends


def _moments(value: Any) -> TaiNs:
    return np.ascontiguousarray(value, dtype=np.int64)


def _vectors(value: Any) -> Floats:
    return np.ascontiguousarray(value, dtype=np.float64)


@frozen(kw_only=True, eq=False)
class StateTable:
    """Tabulated states of one stretch, which a single smooth curve goes through.

    tai_ns (n,) ascends strictly; position_km and velocity_km_s are (n, 3) in `frame`, any label that `frame_named`
    knows. `degree` is that of the polynomial through neighbouring states, as a message's INTERPOLATION_DEGREE states
    it; it is brought to an odd number from 7 to 15, and to what the states allow. `useable` is the part in which
    answers may be asked for; the states outside serve to interpolate at its edges. Raises InputError for fewer than
    two states, arrays that do not match, numbers that are not finite, times that do not ascend, an unknown frame.
    """

    tai_ns: TaiNs = field(converter=_moments)
    position_km: Floats = field(converter=_vectors)
    velocity_km_s: Floats = field(converter=_vectors)
    frame: str
    degree: int | None = None
    useable: Span | None = None

    def __attrs_post_init__(self) -> None:
        n = self.tai_ns.size
        if self.tai_ns.shape != (n,) or self.position_km.shape != (n, 3) or self.velocity_km_s.shape != (n, 3):
            raise InputError("an ephemeris has one time, one position and one velocity for each state")
        if n < 2:
            raise InputError(f"an ephemeris segment needs two states at least (it has {n})")
        if not (np.isfinite(self.position_km).all() and np.isfinite(self.velocity_km_s).all()):
            raise InputError("a state of the ephemeris is not a number")
        distance_km = np.linalg.norm(self.position_km, axis=1)
        for wrong, what in (
            (distance_km < _NEAREST_KM, "inside the Earth"),
            (distance_km > _FARTHEST_KM, "beyond its reach"),
        ):
            if wrong.any():
                n = int(np.argmax(wrong))
                where = f"{distance_km[n]:,.0f} km from the Earth's centre, {what}"
                raise InputError(f"the state of {self._moment(n)} is {where}: are these km?")
        stuck = np.flatnonzero(np.diff(self.tai_ns) <= 0)
        if stuck.size:
            raise InputError(f"the times of an ephemeris must ascend; {self._moment(stuck[0] + 1)} does not")
        frame_named(self.frame)

    def _moment(self, index: int) -> str:
        return Instant(int(self.tai_ns[index])).exact_iso()


class EphemerisTrajectory:
    """The trajectory through the states of a table, for instance a CCSDS orbit ephemeris message.

    Between states a Hermite polynomial through positions and velocities of the nearest ones, in the segment's own
    frame; then TEME. Segments are not joined by a curve. Where two of them cover a moment, the one that starts later
    holds (equal starts: the one given later), also at a shared end. Two neighbouring states more than an eighth of a
    turn apart are a gap: what happens between them is not known. Held to an agency's own states left out of the table,
    and to closed orbits (`docs/explanation/accuracy.md`).
    """

    def __init__(self, segments: Iterable[StateTable], *, name: str = "") -> None:
        """Raises InputError where there is no segment, or no two states close enough to be joined."""
        given = list(segments)
        self.name = name
        pieces = [piece for segment in given for piece in _pieces(segment)]
        self._pieces = sorted(pieces, key=lambda piece: piece.first_ns)
        if not given:
            raise InputError("an ephemeris needs at least one segment")
        if not self._pieces:
            raise InputError("the states of the ephemeris lie too far apart: more than an eighth of a turn")
        self.coverage = _merged(self._pieces)
        self.seams = tuple(
            Instant(ns)
            for ns in _handovers_ns(self._pieces)
            if any(part.start.tai_ns < ns < part.end.tai_ns for part in self.coverage)
        )

    @classmethod
    def from_message(cls, message: EphemerisMessage) -> EphemerisTrajectory:
        """The trajectory of an orbit ephemeris message (OEM) about the Earth.

        Segments of a single state say nothing of what lies between. Raises InputError for another centre, an unknown
        frame, a time system that is not exact in TAI, or where nothing can be joined.
        """
        for segment in message.segments:
            if segment.metadata.ref_frame_epoch is not None and segment.metadata.ref_frame.upper() not in _FIXED_FRAMES:
                what = f"{segment.metadata.ref_frame} frozen at an epoch (REF_FRAME_EPOCH) is a frame we don't follow"
                raise InputError(what)
            if segment.metadata.center_name.upper() != "EARTH":
                raise InputError(f"the ephemeris is about {segment.metadata.center_name}; only EARTH can be followed")
        tables = [table for segment in message.segments if (table := _table(segment)) is not None]
        return cls(tables, name=message.segments[0].metadata.object_name if message.segments else "")

    @property
    def span(self) -> Span:
        """From the first moment covered to the last, gaps included."""
        return Span(self.coverage[0].start, self.coverage[-1].end)

    def known(self, span: Span) -> tuple[Span, ...]:
        """The parts of a span that the segments cover, ascending; gaps are left out, and at seams parts meet."""
        edges = (span.start, *(seam for seam in self.seams if span.start < seam < span.end), span.end)
        parts = (one.intersect(Span(*pair)) for pair in pairwise(edges) for one in self.coverage)
        return tuple(part for part in parts if part is not None)

    def states_teme(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions (n, 3) km and velocities (n, 3) km/s; OutOfRangeError outside the segments, naming what is covered.

        Moments may come in any order.
        """
        moments = np.asarray(tai_ns, dtype=np.int64)
        position_km, velocity_km_s = np.empty((moments.size, 3)), np.empty((moments.size, 3))
        left = np.ones(moments.size, dtype=bool)
        for piece in reversed(self._pieces):
            mine = left & (moments >= piece.first_ns) & (moments <= piece.last_ns)
            if mine.any():
                position_km[mine], velocity_km_s[mine] = piece.states_teme(moments[mine])
                left &= ~mine
        if left.any():
            raise self._out_of_range(Instant(int(moments[left][0])))
        return position_km, velocity_km_s

    def _out_of_range(self, asked: Instant) -> OutOfRangeError:
        of = f" of {self.name}" if self.name else ""
        covered = ", ".join(f"{part.start.iso()} to {part.end.iso()}" for part in self.coverage[:3])
        more = f" and {len(self.coverage) - 3} more" if len(self.coverage) > 3 else ""
        what = f"the ephemeris{of} has no state at {asked.iso()}; it covers {covered}{more}"
        return OutOfRangeError(what, asked=asked, first=self.span.start, last=self.span.end)


def _handovers_ns(pieces: Sequence[_Piece]) -> list[int]:
    """Where one piece takes over from another, ascending: there the path may bend (a burn), so nothing goes across.

    A piece takes over where it starts, and gives back where it ends before one that started earlier does.
    """
    starts = {piece.first_ns for piece in pieces}
    ends = {
        piece.last_ns
        for n, piece in enumerate(pieces)
        if not any(later.first_ns <= piece.last_ns <= later.last_ns for later in pieces[n + 1 :])
    }
    return sorted(starts | ends)


def _table(segment: MessageSegment) -> StateTable | None:
    """The states of a segment; None where it has but one, or none that may be used."""
    metadata = segment.metadata
    first, last = Instant(int(segment.tai_ns[0])), Instant(int(segment.tai_ns[-1]))
    start = first if metadata.useable_start_time is None else max(first, metadata.useable_start_time.instant)
    end = last if metadata.useable_stop_time is None else min(last, metadata.useable_stop_time.instant)
    if segment.tai_ns.size < 2 or start >= end:
        return None
    return StateTable(
        tai_ns=segment.tai_ns,
        position_km=segment.position_km,
        velocity_km_s=segment.velocity_km_s,
        frame=metadata.ref_frame,
        degree=metadata.interpolation_degree,
        useable=Span(start, end),
    )


class _Piece:
    """A run of states without a gap, its frame known, and the part of it in which answers may be asked for."""

    def __init__(self, segment: StateTable, states: slice, first_ns: int, last_ns: int) -> None:
        self.first_ns, self.last_ns = first_ns, last_ns
        self._frame = frame_named(segment.frame)
        self._tai_ns = segment.tai_ns[states]
        self._position_km, self._velocity_km_s = segment.position_km[states], segment.velocity_km_s[states]
        degree = DEFAULT_DEGREE if segment.degree is None else min(max(segment.degree, _DEGREES[0]), _DEGREES[1])
        self._first, self._count = _neighbourhoods(self._tai_ns, degree // 2 + 1)

    def states_teme(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """At moments inside: positions (n, 3) km and velocities (n, 3) km/s."""
        interval = np.clip(np.searchsorted(self._tai_ns, tai_ns, side="right") - 1, 0, self._tai_ns.size - 2)
        position_km, velocity_km_s = np.empty((tai_ns.size, 3)), np.empty((tai_ns.size, 3))
        count = self._count[interval]
        for states in np.unique(count):
            mine = np.flatnonzero(count == states)
            position_km[mine], velocity_km_s[mine] = self._through(int(states), interval[mine], tai_ns[mine])
        return teme_states(self._frame, position_km, velocity_km_s, tai_ns)

    def _through(self, states: int, interval: NDArray[np.intp], tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions and velocities (n, 3) in the segment's frame, by the polynomial through so many states."""
        used, which = np.unique(interval, return_inverse=True)
        unit_s = (self._tai_ns[used + 1] - self._tai_ns[used]) / NS_PER_S
        nodes = self._first[used][:, None] + np.arange(states)
        at = (self._tai_ns[nodes] - self._tai_ns[used][:, None]) / NS_PER_S / unit_s[:, None]  # in intervals
        newton = _divided_differences(at, self._position_km[nodes], self._velocity_km_s[nodes] * unit_s[:, None, None])
        x = (tai_ns - self._tai_ns[interval]) / NS_PER_S / unit_s[which]
        position_km, slope = _evaluated(newton, np.repeat(at, 2, axis=1), which, x)
        return position_km, slope / unit_s[which][:, None]


def _neighbourhoods(tai_ns: TaiNs, states: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each interval between states, the first state its polynomial goes through, and how many: (n - 1,) each.

    As central as the table's ends allow, and over steps of like length only. A polynomial of high degree swings where
    most of its states lie on one side, so there four serve.
    """
    step_s = np.diff(tai_ns) / NS_PER_S
    here = np.arange(step_s.size)
    low, high = here.copy(), here + 1
    for end, away in ((low, -1), (high, 1)):
        going = np.ones(here.size, dtype=bool)
        for further in range(1, states):
            other = here + away * further
            going &= (other >= 0) & (other < here.size)
            ratio = step_s[np.clip(other, 0, here.size - 1)] / step_s
            going &= (ratio <= _MOST_UNEVEN) & (ratio >= 1 / _MOST_UNEVEN)
            end[going] += away
    central = np.minimum(here + 1 - low, high - here) >= states // 2
    count = np.minimum(high - low + 1, np.where(central, states, min(states, _AT_ENDS)))
    return np.clip(here - count // 2 + 1, low, high - count + 1), count


def _divided_differences(at: Floats, value: Floats, slope: Floats) -> list[Floats]:
    """Coefficients of Newton's form through values and slopes (m, k, 3) at nodes (m, k): 2k arrays (m, 3).

    Each node counts twice, and the divided difference of a node with itself is its slope.
    """
    twice = np.repeat(at, 2, axis=1)[:, :, None]
    table = np.repeat(value, 2, axis=1)
    found = [table[:, 0]]
    steps = (table[:, 2::2] - table[:, 1:-1:2]) / (twice[:, 2::2] - twice[:, 1:-1:2])
    table = table[:, :-1].copy()
    table[:, 0::2], table[:, 1::2] = slope, steps
    found.append(table[:, 0])
    for order in range(2, 2 * at.shape[1]):
        table = (table[:, 1:] - table[:, :-1]) / (twice[:, order:] - twice[:, :-order])
        found.append(table[:, 0])
    return found


def _evaluated(newton: Sequence[Floats], twice: Floats, which: NDArray[np.intp], x: Floats) -> tuple[Floats, Floats]:
    """Newton's form of polynomial `which` (n,) at x (n,): its values and slopes, each (n, 3)."""
    value = newton[-1][which]
    slope = np.zeros_like(value)
    for order in range(len(newton) - 2, -1, -1):
        step = (x - twice[which, order])[:, None]
        slope *= step
        slope += value
        value = value * step + newton[order][which]
    return value, slope


def _pieces(segment: StateTable) -> list[_Piece]:
    """The segment cut where its states lie too far apart, each piece within what is useable."""
    edges = [0, *(np.flatnonzero(_turn_rad(segment) > _MOST_TURN_RAD) + 1).tolist(), segment.tai_ns.size]
    found = []
    for start, end in pairwise(edges):
        first_ns, last_ns = int(segment.tai_ns[start]), int(segment.tai_ns[end - 1])
        if segment.useable is not None:
            first_ns, last_ns = max(first_ns, segment.useable.start.tai_ns), min(last_ns, segment.useable.end.tai_ns)
        if first_ns < last_ns:
            found.append(_Piece(segment, slice(start, end), first_ns, last_ns))
    return found


def _turn_rad(segment: StateTable) -> Floats:
    """How far the object turns about the centre from each state to the next, at the faster one's pace: (n - 1,)."""
    r_km, v_km_s = segment.position_km, segment.velocity_km_s
    square = np.maximum(np.einsum("ni,ni->n", r_km, r_km), 1e-12)
    pace_rad_s = np.linalg.norm(np.cross(r_km, v_km_s), axis=-1) / square
    turn: Floats = np.maximum(pace_rad_s[1:], pace_rad_s[:-1]) * np.diff(segment.tai_ns) / NS_PER_S
    return turn


def _merged(pieces: Sequence[_Piece]) -> tuple[Span, ...]:
    """What the pieces, ascending, cover together; those that touch are one."""
    found: list[tuple[int, int]] = []
    for piece in pieces:
        if found and piece.first_ns <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], piece.last_ns))
        else:
            found.append((piece.first_ns, piece.last_ns))
    return tuple(Span(Instant(first), Instant(last)) for first, last in found)
