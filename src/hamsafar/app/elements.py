"""The object that is asked about: what a file or a caller gives of its path, and which part of it answers when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from attrs import evolve, field, frozen

from hamsafar.app.asking import instant_of
from hamsafar.app.files import read_text
from hamsafar.app.nearest import largest_age_d, nearest
from hamsafar.domain.elements import Elements
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.formats.ccsds.oem import read_oem
from hamsafar.formats.ccsds.sniff import kind_of
from hamsafar.formats.elements_file import read_elements as read_sets
from hamsafar.formats.elements_file import read_object
from hamsafar.orbit.ephemeris import EphemerisTrajectory
from hamsafar.orbit.frames import table_warnings
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.orbit.trajectory import Sgp4Trajectory, Trajectory
from hamsafar.timeline import Instant, Span, Windows

_WARN_FROM_D = 7.0  # a week: a station that keeps its orbit is by then some degrees from its forecast
_LOW_ORBIT_S = 225 * 60.0  # where SGP4 itself draws the line to its deep-space half
_ALONG_TRACK_KM_D2 = 1.5  # how forecasts of low orbits drift, typically, with the square of their age
_LOW_SPEED_KM_S = 7.6


# The last few stay, and with them the table of their paths: the same object is asked about again and again.
_sgp4 = lru_cache(maxsize=2)(Sgp4Trajectory)


@frozen(kw_only=True, eq=False)
class Tracked:
    """One object and its path, by each of its element sets (ascending in epoch) or by a table of states.

    It is a Trajectory itself: each moment answered by the set nearest to it.
    """

    name: str
    norad: int | None  # a table need not say it
    designator: str
    sets: tuple[Elements, ...] = ()
    table: EphemerisTrajectory | None = None
    disputed: tuple[Instant, ...] = ()  # epochs of which two sets disagree and neither is the later
    remarks: tuple[str, ...] = ()  # what a table says against itself
    _paths: dict[int, Trajectory] = field(init=False, factory=dict, repr=False)

    @property
    def epochs(self) -> tuple[Instant, ...]:
        """The epoch of each set; all differ. A table is one path, so any one moment stands for it."""
        return tuple(one.epoch for one in self.sets) or (Instant(0),)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against the source itself."""
        said = (
            f"two element sets of {one.iso()} disagree and neither is the later; one is used" for one in self.disputed
        )
        return (*self.remarks, *said)

    def path(self, of: int) -> Trajectory:
        """The path by one set, made when it is first asked for; or the table's."""
        if self.table is not None:
            return self.table
        if of not in self._paths:
            self._paths[of] = _sgp4(self.sets[of])
        return self._paths[of]

    def states_teme(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions (n, 3) km and velocities (n, 3) km/s, TEME, each by the set nearest to its moment."""
        moments = np.asarray(tai_ns, dtype=np.int64)
        answering = nearest(self.epochs, moments)
        r_teme_km, v_teme_km_s = np.empty((moments.size, 3)), np.empty((moments.size, 3))
        for of in np.unique(answering):
            mine = answering == of
            r_teme_km[mine], v_teme_km_s[mine] = self.path(int(of)).states_teme(moments[mine])
        return r_teme_km, v_teme_km_s

    def known(self, span: Span) -> tuple[Span, ...]:
        """The parts of a span that there are states for."""
        return (span,) if self.table is None else self.table.known(span)

    def known_at(self, tai_ns: TaiNs) -> TaiNs:
        """Those of ascending moments that there are states for."""
        if not tai_ns.size:
            return tai_ns
        parts = self.known(Span(Instant(int(tai_ns[0])), Instant(int(tai_ns[-1]) + 1)))
        inside = [(tai_ns >= part.start.tai_ns) & (tai_ns <= part.end.tai_ns) for part in parts]
        return tai_ns[np.any(inside, axis=0)] if inside else tai_ns[:0]

    @property
    def period_s(self) -> float:
        """One revolution, by the latest set; a table has nothing that would need it, and any will do."""
        return 86_400.0 / self.sets[-1].mean_motion_rev_d if self.sets else 86_400.0

    def epoch(self, of: int) -> Instant | None:
        """The epoch of the elements behind an answer; None where it comes from a table."""
        return self.sets[of].epoch if self.sets else None

    def ensure_covered(self, span: Span) -> None:
        """Raises OutOfRangeError where a table begins after the span or ends before it."""
        if self.table is None or self.table.span.covers(span):
            return
        first, last = self.table.span.start, self.table.span.end
        what = f"the ephemeris of {self.name} covers {first} to {last}, not all of {span.start} to {span.end}"
        raise OutOfRangeError(what, asked=span, first=first, last=last)

    def unknown(self, span: Span) -> tuple[Span, ...]:
        """The parts of a span in which nothing is known of the path."""
        return Windows(self.known(span), [span]).closed()

    def warnings(self, span: Span) -> tuple[str, ...]:
        """What a reader should know of answers over this span: how old their elements are, and where tables end."""
        age_d = largest_age_d(self.epochs, span) if self.sets else 0.0
        aged = (self._of_age(age_d),) if age_d > _WARN_FROM_D else ()
        return (*self.doubts, *aged, *table_warnings(span))

    def _of_age(self, age_d: float) -> str:
        which = f"the elements of {self.sets[0].epoch.iso()} are" if len(self.sets) == 1 else "the nearest elements are"
        return f"{which} up to {age_d:.1f} d away from times asked for; {self._worth(age_d)}"

    def _worth(self, age_d: float) -> str:
        """What answers are worth at an age: by the history of a station that the catalogue knows, else by habit."""
        from hamsafar.catalog import load
        from hamsafar.flight.forecast import UNKNOWN_PHASE_SIGMA_DEG, phase_sigma_deg, window_sigma_s

        station = next((one for one in load().stations if one.norad == self.norad), None)
        if station is not None:
            sigma_deg = phase_sigma_deg(station, age_d)
            if sigma_deg >= UNKNOWN_PHASE_SIGMA_DEG:
                return "by then nothing is known of its place along its orbit, so treat every time as a guess"
            sigma_s = window_sigma_s(sigma_deg, self.period_s)
            return f"by then times are uncertain by about {sigma_s:.0f} s (one sigma, by this station's history)"
        if self.period_s > _LOW_ORBIT_S:
            return "forecasts by SGP4 lose a kilometre and more a day"
        drift_km = _ALONG_TRACK_KM_D2 * age_d**2
        return (
            f"low orbits typically drift from SGP4 by 1.5 km a day squared along their track, "
            f"here by about {drift_km:,.0f} km or {drift_km / _LOW_SPEED_KM_S:,.0f} s, more where they are boosted"
        )


ElementsGiven: TypeAlias = Path | str | Elements | Sequence[Elements] | Tracked


def object_of(given: ElementsGiven, as_of: Instant | str | None = None) -> Tracked:
    """The object of a file, of element sets already read, or as it was made before.

    A file holds element sets (TLE, 3LE, OMM) of one object, or its ephemeris (OEM). `as_of`: later sets are not
    looked at, as if the question were asked then. Raises InputErrors with the place of everything wrong in a file,
    for sets of several objects, and where `as_of` leaves none.
    """
    moment = None if as_of is None else instant_of(as_of, "--as-of")
    tracked = _read(Path(given)) if isinstance(given, (str, Path)) else _of_sets_or_tracked(given)
    if moment is None:
        return tracked
    if not tracked.sets:
        raise InputError("chooses among element sets, but this is an ephemeris", where="--as-of")
    disputed = tuple(one for one in tracked.disputed if one <= moment)
    return evolve(tracked, sets=_up_to(tracked.sets, moment), disputed=disputed)


def _read(path: Path) -> Tracked:
    text = read_text(path)
    if kind_of(text) != "OEM":
        return _of_sets(read_object(text, where=str(path)))
    message = read_oem(text, where=str(path))
    try:
        table = EphemerisTrajectory.from_message(message)
    except InputError as problem:
        raise InputError(problem.what, where=str(path)) from problem
    metadata = message.segments[0].metadata
    said = [*message.header.comments, *(line for segment in message.segments for line in segment.comments)]
    remarks = tuple(f"the ephemeris says of itself: {line}" for line in said if "PROVISIONAL" in line.upper())
    return Tracked(
        name=metadata.object_name,
        norad=None,
        designator=metadata.object_id,
        table=table,
        remarks=tuple(dict.fromkeys(remarks)),
    )


def read_elements(path: Path | str) -> tuple[Elements, ...]:
    """Every element set of a file (TLE, 3LE, OMM in KVN, XML, JSON or CSV), of one object or many, by epoch.

    Raises InputErrors with the place of everything that is wrong.
    """
    return read_sets(read_text(Path(path)), where=str(path))


def _of_sets_or_tracked(given: Elements | Sequence[Elements] | Tracked) -> Tracked:
    if isinstance(given, Tracked):
        return given
    return _of_sets((given,) if isinstance(given, Elements) else given)


def _of_sets(sets: Iterable[Elements]) -> Tracked:
    """Ascending in epoch; of several of one epoch the last issued, by its element set number."""
    by_epoch: dict[Instant, Elements] = {}
    disputed: dict[Instant, bool] = {}
    for one in sorted(sets, key=lambda one: (one.epoch, one.element_set, one.text)):
        before = by_epoch.get(one.epoch)
        if before is not None and before != one:
            disputed[one.epoch] = before.element_set == one.element_set
        by_epoch[one.epoch] = one
    numbers = sorted({one.norad for one in by_epoch.values()})
    if len(numbers) != 1:
        listed = ", ".join(map(str, numbers[:5])) or "none"
        raise InputError(f"should be the elements of one object (got {listed})", where="--elements")
    known = tuple(by_epoch.values())
    last = known[-1]
    return Tracked(
        name=last.name,
        norad=last.norad,
        designator=last.designator,
        sets=known,
        disputed=tuple(epoch for epoch, is_so in disputed.items() if is_so),
    )


def _up_to(sets: tuple[Elements, ...], moment: Instant) -> tuple[Elements, ...]:
    early = tuple(one for one in sets if one.epoch <= moment)
    if not early:
        raise InputError(f"there are no elements up to {moment}; the first are of {sets[0].epoch}", where="--as-of")
    return early
