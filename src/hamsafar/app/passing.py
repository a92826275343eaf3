"""`passes`: when one object stands above the horizon of a site, and when it can be seen there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from attrs import fields, frozen

from hamsafar.app.asking import Asked, elevation_of, site_of, span_of
from hamsafar.app.catalogues import CatalogueEntry, CatalogueGiven, catalogue_of, entries_of_file
from hamsafar.app.elements import ElementsGiven, Tracked, object_of
from hamsafar.app.files import read_text
from hamsafar.app.nearest import REACH_OF_PERIOD, Sighting, seen_in_turns, turns
from hamsafar.domain.places import Horizon, Site
from hamsafar.errors import InputError
from hamsafar.events.light import is_sunlit, sunlit_windows, visible_parts
from hamsafar.events.mask import masked_passes, raised
from hamsafar.events.passes import Pass, PassTable, find_passes, find_passes_over
from hamsafar.events.sun_events import dark_windows
from hamsafar.formats.horizon import read_horizon
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.orbit.times import tai_ns_of
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Instant, Span, Windows

if TYPE_CHECKING:
    from hamsafar.catalog import Catalogue

MIN_ELEVATION_DEG = 10.0  # hills, houses and haze; what most ground stations ask for
DARK_DEG = -6.0  # civil twilight: the Sun's centre this low, the brightest satellites show
_TELL_FROM_SETS = 20  # fewer are searched before anybody wonders
SiteGiven: TypeAlias = Site | str


@frozen(kw_only=True)
class SkyPass(Pass):
    """A pass with its light, and the elements it comes from."""

    site_id: str
    sunlit: bool  # at culmination the object sees some of the Sun
    observer_dark: bool  # at culmination the Sun's centre is below -6 deg at the site
    visible: tuple[Span, ...]  # inside the pass: sunlit, and dark at the site
    elements_epoch: Instant | None

    @property
    def elements_age_d(self) -> float | None:
        """Days from the elements' epoch to the culmination, negative before it."""
        if self.elements_epoch is None:
            return None
        return self.culmination.seconds_since(self.elements_epoch) / 86_400.0


@frozen(kw_only=True)
class Passes:
    """Every pass of an interval, by site in the order asked, then by culmination."""

    name: str
    norad: int | None
    catalogue: Catalogue | None  # that sites were looked up in, where it was given
    changed: tuple[CatalogueEntry, ...]  # the sites that its file says otherwise
    sites: tuple[Site, ...]
    span: Span
    min_elevation_deg: float | None  # None where a horizon was given
    horizon: Horizon | None
    passes: tuple[SkyPass, ...]
    unknown: tuple[Span, ...]  # where nothing is known of the object's path
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[SkyPass]:
        return iter(self.passes)

    def __len__(self) -> int:
        return len(self.passes)


def passes(
    elements: ElementsGiven,
    site: SiteGiven | Sequence[SiteGiven],
    start: Instant | str,
    end: Instant | str,
    *,
    min_elevation_deg: float | None = None,
    horizon: Horizon | Path | str | None = None,
    as_of: Instant | str | None = None,
    catalogue: CatalogueGiven = None,
    visible_only: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Passes:
    """Every pass over one site or several between two instants, grazing ones too, rise and set to a millisecond.

    `elements`: a file (TLE, 3LE, CCSDS OMM or OEM), or sets already read; of many epochs the nearest to each
    culmination counts, and `as_of` leaves later ones out. `site`: a name of the catalogue, `LAT,LON[,HEIGHT_M]`, a
    Site, or several of them. Elevations are geodetic, without refraction. A pass is at least `min_elevation_deg`
    high, 10 if it isn't said; or above a `horizon` (a file of `azimuth_deg,elevation_deg`, or one already read), which
    may cut it into several. A Site with a horizon of its own is asked for passes above that too. `visible_only`
    leaves out what can't be seen from the site at any time. `catalogue`: one with sites of one's own, already made, or
    a file that changes the bundled one (docs/how-to/find-a-launch.md).

    Raises InputError (InputErrors) for anything wrong in what is asked, OutOfRangeError where there is no state.
    """
    with Asked() as asked:
        tracked = asked.read(object_of, elements, as_of)
        book = None if catalogue is None else asked.read(catalogue_of, catalogue)
        sites = asked.read(_sites_of, site, book)
        span = asked.read(span_of, start, end)
        least_deg = asked.read(_lowest_of, min_elevation_deg, horizon is not None)
        profile = asked.read(_horizon_of, horizon)
    tracked.ensure_covered(span)
    search = _Search(tracked, span, least_deg, profile, tell)
    found = [one for place in sites for one in search.over(place) if one.visible or not visible_only]
    return Passes(
        name=tracked.name,
        norad=tracked.norad,
        catalogue=book,
        changed=() if book is None else entries_of_file(book, *sites),
        sites=sites,
        span=span,
        min_elevation_deg=least_deg,
        horizon=profile,
        passes=tuple(found),
        unknown=tracked.unknown(span),
        warnings=tracked.warnings(span),
    )


def pass_table(
    elements: ElementsGiven,
    sites: Sequence[SiteGiven],
    start: Instant | str,
    end: Instant | str,
    *,
    min_elevation_deg: float = MIN_ELEVATION_DEG,
) -> PassTable:
    """The passes over many sites in columns, rise, culmination and set to microseconds of the model, without light.

    As `passes`, for one element set or an ephemeris: a hundred sites and a month take less than a tenth of a second.
    Raises InputError where sets of several epochs would answer.
    """
    with Asked() as asked:
        tracked = asked.read(object_of, elements)
        places = asked.read(_sites_of, sites)
        span = asked.read(span_of, start, end)
        least_deg = asked.read(elevation_of, min_elevation_deg, "min_elevation_deg")
    tracked.ensure_covered(span)
    hilly = [place.id for place in places if place.horizon is not None]
    if hilly:
        raise InputError(f"{hilly[0]} has a horizon of its own; ask `passes` for it", where="sites")
    answering = turns(tracked.epochs, span)
    if len(answering) > 1:
        what = f"element sets of {len(answering)} epochs answer this span; give one of them, or ask `passes`"
        raise InputError(what, where="elements")
    return find_passes_over(tracked.path(answering[0].of), places, span, min_elevation_deg=least_deg)


def _sites_of(given: SiteGiven | Sequence[SiteGiven], catalogue: Catalogue | None = None) -> tuple[Site, ...]:
    if isinstance(given, (Site, str)):
        return (site_of(given, catalogue),)
    with Asked() as each:
        return tuple([each.read(site_of, one, catalogue) for one in given])


def _lowest_of(min_elevation_deg: float | None, has_horizon: bool) -> float | None:
    if not has_horizon:
        return elevation_of(MIN_ELEVATION_DEG if min_elevation_deg is None else min_elevation_deg, "--min-elevation")
    if min_elevation_deg is not None:
        raise InputError("the mask says how high a pass must be; leave one of them out", where="--min-elevation")
    return None


def _horizon_of(given: Horizon | Path | str | None) -> Horizon | None:
    if given is None or isinstance(given, Horizon):
        return given
    return read_horizon(read_text(Path(given)), where=str(given))


class _Search:
    """One question, asked of one site after another."""

    def __init__(
        self,
        tracked: Tracked,
        span: Span,
        least_deg: float | None,
        horizon: Horizon | None,
        tell: Callable[[str], None],
    ) -> None:
        self._tracked, self._span, self._least_deg, self._horizon = tracked, span, least_deg, horizon
        self._turns = {turn.of: turn.span for turn in turns(tracked.epochs, span)}
        self._tell = tell if len(self._turns) >= _TELL_FROM_SETS else lambda _: None
        self._sunlit: dict[int, Windows] = {}

    def over(self, site: Site) -> Iterator[SkyPass]:
        """The passes over one site, by culmination."""

        def look(of: int, part: Span) -> Iterator[Sighting[tuple[Pass, ...]]]:
            self._tell(f"Searching passes over {site.name}: elements of {self._tracked.epochs[of].iso()}")
            yield from (_sighting(of, together) for together in self._found(self._tracked.path(of), site, part))

        seen = seen_in_turns(self._tracked.epochs, self._span, self._tracked.period_s, look)
        for of, group in groupby(seen, key=lambda one: one.of):
            yield from self._lit(of, site, [each for one in group for each in one.what])

    def _found(self, path: Trajectory, site: Site, span: Span) -> Iterable[tuple[Pass, ...]]:
        """The passes by one path; those pieces together that a horizon leaves of one pass."""
        horizon = self._horizon or site.horizon
        if horizon is None:
            assert self._least_deg is not None, "one of the two was asked"
            return ((one,) for one in find_passes(path, site, span, min_elevation_deg=self._least_deg))
        if self._least_deg is not None:
            horizon = raised(horizon, self._least_deg)
        return _of_one_orbit(masked_passes(path, site, span, horizon), self._tracked.period_s)

    def _lit(self, of: int, site: Site, found: list[Pass]) -> Iterator[SkyPass]:
        """Passes by one element set with their light."""
        path = self._tracked.path(of)
        tai_ns = tai_ns_of(tuple(one.culmination for one in found))
        sunlit, dark = is_sunlit(path, tai_ns), sun_elevation_deg(site, tai_ns) < DARK_DEG
        whole = Span(min(one.rise for one in found), max(one.set for one in found))
        seen = visible_parts(
            found, sunlit=self._sunlit_windows(of, whole), dark=dark_windows(site, whole, max_sun_deg=DARK_DEG)
        )
        for n, one in enumerate(found):
            yield SkyPass(
                **{field.name: getattr(one, field.name) for field in fields(Pass)},
                site_id=site.id,
                sunlit=bool(sunlit[n]),
                observer_dark=bool(dark[n]),
                visible=seen[n],
                elements_epoch=self._tracked.epoch(of),
            )

    def _sunlit_windows(self, of: int, needed: Span) -> Windows:
        """When the object is lit by one set's path: over its turn and some more, so that it serves every site."""
        turn = self._turns[of].widened(self._tracked.period_s).intersect(self._span)
        wide = Span(min(needed.start, turn.start), max(needed.end, turn.end)) if turn else needed
        if of not in self._sunlit or not any(known.covers(wide) for known in self._sunlit[of].known):
            self._sunlit[of] = sunlit_windows(self._tracked.path(of), wide)
        return self._sunlit[of]


def _sighting(of: int, together: tuple[Pass, ...]) -> Sighting[tuple[Pass, ...]]:
    """One or more pieces of a pass as one event; its moment is the highest piece's culmination."""
    return Sighting(
        of=of,
        at=max(together, key=lambda one: one.max_elevation_deg).culmination,
        span=Span(together[0].rise, together[-1].set),
        what=together,
        cut_at_start=together[0].cut_at_start,
        cut_at_end=together[-1].cut_at_end,
    )


def _of_one_orbit(pieces: Iterable[Pass], period_s: float) -> Iterator[tuple[Pass, ...]]:
    """Ascending passes in groups that rise within reach of the group's first: pieces of one pass."""
    together: list[Pass] = []
    for one in pieces:
        if together and one.rise.seconds_since(together[0].rise) > REACH_OF_PERIOD * period_s:
            yield tuple(together)
            together = []
        together.append(one)
    if together:
        yield tuple(together)
