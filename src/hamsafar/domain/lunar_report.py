"""What the report of a lunar mission shows beside the week's plan: life, sweeps, dark, contacts, costs of pictures."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from hamsafar.timeline import Instant


@frozen(kw_only=True)
class Low:
    """One periapsis."""

    at: Instant
    altitude_km: float


@frozen(kw_only=True)
class ImpactAt:
    """Where and when a life ends on the Moon, mean-Earth frame."""

    at: Instant
    latitude_deg: float
    longitude_deg: float


@frozen(kw_only=True)
class LifeShown:
    """One life, and where it ended; `ended_by` in words."""

    start: Instant
    end: Instant
    ended_by: str
    lows: tuple[Low, ...]
    impact: ImpactAt | None = None
    drawn: int = 0  # lives drawn from the release's spread
    drawn_ends: tuple[ImpactAt, ...] = ()  # of those that fell, by time


@frozen(kw_only=True)
class Swept:
    """The life with another value of an assumption. `life_d` is None where it outlived what was looked at."""

    of: str
    value: float
    life_d: float | None
    looked_d: float
    lowest_km: float


@frozen(kw_only=True)
class DayShown:
    """One day (UTC): contacts by station, dark, what the link could bring."""

    day: date
    contact_h: tuple[tuple[str, float], ...]  # (station, hours that the link closes)
    dark_moon_min: float  # longest stretch outside of full sunlight behind the Moon
    dark_earth_min: float  # the same behind the Earth
    could_kbit: float  # payload data that the contacts could bring


@frozen(kw_only=True)
class CostShown:
    """What one picture of a wish costs, told before it is asked for."""

    wish: str
    title: str
    count: int
    kbit: float  # of one picture
    link_min: float  # minutes of link for one
    share_of_week: float | None  # of the link of the week, for all of them; None: there is no link at all
    openings: int  # of its window in the week


@frozen(kw_only=True)
class Gauge:
    """A level over the week: the battery's share, or the store's kbit."""

    at: Instant
    value: float


@frozen(kw_only=True)
class PaperDue:
    """A dated duty: when to begin, when it is due."""

    id: str
    title: str
    owner: str
    source: str
    begin: date
    due: date
    done: date | None = None


@frozen(kw_only=True)
class MissionShown:
    """All of it; a part that was not calculated is empty."""

    life: LifeShown | None = None
    swept: tuple[Swept, ...] = ()
    days: tuple[DayShown, ...] = ()
    costs: tuple[CostShown, ...] = ()
    battery: tuple[Gauge, ...] = ()
    store: tuple[Gauge, ...] = ()
    papers: tuple[PaperDue, ...] = ()
    notes: tuple[str, ...] = field(default=())
