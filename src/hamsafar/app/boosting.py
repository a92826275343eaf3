"""`boosts`: when an object's orbit was raised or lowered, and how it decayed between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from attrs import frozen

from hamsafar.app.asking import instant_of
from hamsafar.app.elements import ElementsGiven, object_of
from hamsafar.domain.elements import Elements
from hamsafar.domain.history import Boost, History, said_of_last_boost
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
    history: History
    words: str  # the last boost in a sentence
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[Boost]:
        return iter(self.history.boosts)

    def __len__(self) -> int:
        return len(self.history.boosts)

    @property
    def decay_km_per_day(self) -> tuple[float, ...]:
        """The mean rates between the boosts by time, positive when sinking; `history.decays` has their spans."""
        return tuple(one.rate_km_per_day for one in self.history.decays)


def boosts(elements: ElementsGiven, *, as_of: Instant | str | None = None) -> Boosts:
    """The boosts that a history of element sets shows, and the decay between them.

    `elements`: a file (TLE, 3LE, CCSDS OMM), or sets already read, of one object. `as_of` leaves later ones out, as if
    the question were asked then. How boosts are told from decay and from bad sets, and how good times and sizes are:
    see `history_of`. Raises InputError (InputErrors) for anything wrong in what is asked, and for an ephemeris.
    """
    moment = None if as_of is None else instant_of(as_of, "--as-of")
    tracked = object_of(elements, moment)
    if not tracked.sets:
        raise InputError("boosts are found in a history of element sets, but this is an ephemeris", where="--elements")
    history = history_of(tracked.sets)
    return Boosts(
        name=tracked.name,
        norad=tracked.sets[-1].norad,
        as_of=moment,
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
