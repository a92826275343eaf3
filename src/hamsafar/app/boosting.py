"""`boosts`: when an object's orbit was raised or lowered, and how it decayed between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from attrs import frozen

from hamsafar.app.asking import Asked, instant_of
from hamsafar.app.elements import ElementsGiven, object_of
from hamsafar.domain.elements import Elements
from hamsafar.domain.history import Boost, DecaySpan, History, RejectedSet, said_of_last_boost
from hamsafar.errors import InputError
from hamsafar.flight.history import LEAST_STEP_KM, history_of
from hamsafar.timeline import Instant

_LOW_ORBIT_REV_D = 1_440 / 225.0  # where SGP4 itself draws the line to its deep-space half
_LONG_GAP_D = 7.0  # a station may boost every week or two


@frozen(kw_only=True)
class Boosts:
    """What a history of element sets shows: boosts and decay by time, the sets that can't be trusted, and words."""

    name: str
    norad: int
    as_of: Instant | None  # sets of later epochs were not looked at
    start: Instant | None  # boosts, decay and bad sets from before it are not told
    end: Instant | None  # nor those from then on
    history: History
    words: str  # the last boost in a sentence
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[Boost]:
        return iter(one for one in self.history.boosts if self._is_told(one.earliest, one.latest))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def decays(self) -> tuple[DecaySpan, ...]:
        """The decay between the boosts, by time: each whole span that is met."""
        return tuple(one for one in self.history.decays if self._is_told(one.span.start, one.span.end))

    @property
    def decay_km_per_day(self) -> tuple[float, ...]:
        """The mean rates between the boosts by time, positive when sinking; `decays` has their spans."""
        return tuple(one.rate_km_per_day for one in self.decays)

    @property
    def rejected(self) -> tuple[RejectedSet, ...]:
        """The sets that can't be trusted, by time."""
        return tuple(one for one in self.history.rejected if self._is_told(one.elements.epoch, one.elements.epoch))

    def _is_told(self, first: Instant, last: Instant) -> bool:
        return (self.start is None or last >= self.start) and (self.end is None or first < self.end)


def boosts(
    elements: ElementsGiven,
    *,
    start: Instant | str | None = None,
    end: Instant | str | None = None,
    as_of: Instant | str | None = None,
) -> Boosts:
    """The boosts that a history of element sets shows, and the decay between them.

    `elements`: a file (TLE, 3LE, CCSDS OMM), or sets already read, of one object. `as_of` leaves later ones out, as if
    the question were asked then. `start` and `end` cut what is told, not what is read: a boost is told that may lie
    between them, and a span of decay that reaches in. How boosts are told from decay and from bad sets, and how good
    times and sizes are: see `history_of`. Raises InputError (InputErrors) for anything wrong in what is asked, and for
    an ephemeris.
    """
    with Asked() as asked:
        moment = None if as_of is None else asked.read(instant_of, as_of, "--as-of")
        first = None if start is None else asked.read(instant_of, start, "--from")
        last = None if end is None else asked.read(instant_of, end, "--to")
    if first is not None and last is not None and last <= first:
        raise InputError(f"should come after --from ({first}; got {last})", where="--to")
    tracked = object_of(elements, moment)
    if not tracked.sets:
        raise InputError("boosts are found in a history of element sets, but this is an ephemeris", where="--elements")
    history = history_of(tracked.sets)
    return Boosts(
        name=tracked.name,
        norad=tracked.sets[-1].norad,
        as_of=moment,
        start=first,
        end=last,
        history=history,
        words=said_of_last_boost(history, moment),
        warnings=(*tracked.doubts, *_warnings(tracked.sets, history)),
    )


def _warnings(sets: tuple[Elements, ...], history: History) -> Iterator[str]:
    """What a reader should know of a history."""
    if len(history.sets) < 2:
        yield "a history needs two element sets that agree or more; nothing is known of boosts and decay"
    if any(one.mean_motion_rev_d < _LOW_ORBIT_REV_D for one in sets):
        yield "this is not a low orbit: Sun and Moon move its mean altitude too, which may look like boosts"
    gaps_d = [later.epoch.seconds_since(one.epoch) / 86_400 for one, later in pairwise(sets)]
    long = [gap for gap in gaps_d if gap > _LONG_GAP_D]
    if long:
        yield (
            f"{len(long)} {'gap' if len(long) == 1 else 'gaps'} between sets of over {_LONG_GAP_D:g} d (up to "
            f"{max(long):.0f} d): what was done there shows as one net step, or not at all where decay hides it"
        )
    for one in history.rejected:
        if one.doubtful:
            yield f"the set of {one.elements.epoch.iso()} is doubtful, later ones will tell: {one.why}"


def no_boost_said(history: History) -> str:
    """That no boost was seen, and between what."""
    if len(history.sets) < 2:
        return "no boost can be seen"
    first, last = history.sets[0].epoch, history.sets[-1].epoch
    return f"no boost of {LEAST_STEP_KM * 1_000:.0f} m or more from {first.iso()} to {last.iso()}"
