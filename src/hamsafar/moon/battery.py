"""The battery of a craft: charged by its cells, emptied by its loads; whether a mode lasts."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.domain.lunar import Mode, Power
from hamsafar.moon.along import Looks, revolutions
from hamsafar.moon.light import Eclipse
from hamsafar.moon.power import Generation, Lit, generation_along, generation_in, lit_along
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant, Span


def charge_at_release(power: Power, stowed_months: float) -> float:
    """The battery's share at release: what it was stowed with, less what it loses of itself each month, compound."""
    return float(power.at_release_share * (1.0 - power.stowed_loss_share_per_month) ** stowed_months)


@frozen(eq=False)
class Charge:
    """What is in the battery at knots: moments (n,) ns of TAI and Wh (n,); in between a parabola.

    It stays within 0 and what the battery holds: `spilled_wh` is what the cells gave beyond, `lacking_wh` what the
    loads asked beyond.
    """

    tai_ns: TaiNs
    wh: Floats
    battery_wh: float
    spilled_wh: float
    lacking_wh: float

    @property
    def lowest_share(self) -> float:
        """Of the battery, at its lowest."""
        return float(self.wh.min()) / self.battery_wh

    @property
    def lowest(self) -> Instant:
        """When it is lowest, first."""
        return Instant(int(self.tai_ns[int(np.argmin(self.wh))]))


def follow(power: Power, generation: Generation, load_w: float, *, start_share: float = 1.0) -> Charge:
    """The battery from the first knot of a generation to its last under a steady load, exactly for straight pieces."""
    knots = _net(generation, load_w)
    steps_wh = _stored_wh(power, *knots)
    now = start_share * power.battery_wh
    wh, spilled, lacking = [now], 0.0, 0.0
    for step in steps_wh.tolist():  # every piece has net of one sign, so it is fullest or emptiest at its ends
        now += step
        if now > power.battery_wh:
            spilled, now = spilled + now - power.battery_wh, power.battery_wh
        elif now < 0.0:
            lacking, now = lacking - now, 0.0
        wh.append(now)
    return Charge(knots[0], np.array(wh), power.battery_wh, spilled, lacking)


def _net(generation: Generation, load_w: float) -> tuple[TaiNs, Floats]:
    """Bus less load at knots, with one more knot wherever it passes zero: (n,) ns and W."""
    net, tai_ns = generation.watt - load_w, generation.tai_ns
    left = np.flatnonzero(net[:-1] * net[1:] < 0)
    share = net[left] / (net[left] - net[left + 1])
    at_ns = tai_ns[left] + np.rint(share * (tai_ns[left + 1] - tai_ns[left])).astype(np.int64)
    return np.insert(tai_ns, left + 1, at_ns), np.insert(net, left + 1, 0.0)


def _stored_wh(power: Power, tai_ns: TaiNs, net_w: Floats) -> Floats:
    """What each piece between knots puts into the battery or takes, (n - 1,) Wh, losses of either way counted."""
    wh = (net_w[1:] + net_w[:-1]) / 2 * np.diff(tai_ns) / 3.6e12
    stored: Floats = np.where(wh > 0, wh * power.charge_efficiency, wh / power.discharge_efficiency)
    return stored


@frozen(kw_only=True)
class ModeBalance:
    """Whether a mode lasts: its cells against its load over a span, and over the revolution that gives least.

    `worst_wh`: what that revolution leaves in the battery; not below 0 means power-positive. `eclipse_wh`: what the
    longest eclipse takes out. `lowest_share`: of the battery, when it began full (None for a path short of an eclipse).
    """

    mode: str
    pointing: str
    load_w: float
    mean_w: float  # at the bus
    worst: Span
    worst_mean_w: float
    worst_wh: float
    longest_eclipse_s: float
    eclipse_wh: float
    lowest_share: float
    spare_w: float  # the load could be so much greater and the worst revolution still break even

    @property
    def positive(self) -> bool:
        """Power-positive in every revolution."""
        return self.worst_wh >= 0.0


def balance(
    power: Power, mode: Mode, looks: Looks, eclipses: tuple[Eclipse, ...], *, lit: Lit | None = None
) -> ModeBalance:
    """Of a mode kept over the whole of the looks' span; `lit` spares reckoning the light for each mode anew."""
    given = generation_in(power, mode, lit_along(looks, eclipses) if lit is None else lit)
    spans = revolutions(looks) or (looks.span,)
    edges = np.array([spans[0].start.tai_ns, *(one.end.tai_ns for one in spans)])
    left_wh = _over(power, given, mode.load_w, edges)
    number = int(np.argmin(left_wh))
    worst, worst_wh = spans[number], float(left_wh[number])
    longest_s = max((one.seconds for one in eclipses if one.kind != "annular"), default=0.0)
    charge = follow(power, given, mode.load_w)
    return ModeBalance(
        mode=mode.id,
        pointing=mode.pointing,
        load_w=mode.load_w,
        mean_w=given.mean_w(given.span),
        worst=worst,
        worst_mean_w=given.mean_w(worst),
        worst_wh=worst_wh,
        longest_eclipse_s=longest_s,
        eclipse_wh=mode.load_w * longest_s / 3_600 / power.discharge_efficiency,
        lowest_share=charge.lowest_share,
        spare_w=_spare_w(power, given, mode.load_w, np.array([worst.start.tai_ns, worst.end.tai_ns])),
    )


def _over(power: Power, given: Generation, load_w: float, edges: TaiNs) -> Floats:
    """What each span between edges leaves in an endless battery, (n - 1,) Wh."""
    knots = np.unique(np.concatenate([given.tai_ns, edges]))
    tai_ns, net_w = _net(Generation(knots, given.at(knots)), load_w)
    gathered = np.concatenate([[0.0], np.cumsum(_stored_wh(power, tai_ns, net_w))])
    left: Floats = np.diff(gathered[np.searchsorted(tai_ns, edges)])
    return left


def _spare_w(power: Power, given: Generation, load_w: float, edges: TaiNs) -> float:
    """How much more load (or less, negative) a span bears and breaks even: by halving."""
    inside = given.tai_ns[(given.tai_ns > edges[0]) & (given.tai_ns < edges[-1])]
    knots = np.concatenate([edges[:1], inside, edges[-1:]])
    given = Generation(knots, given.at(knots))
    low, high = -load_w, float(given.watt.max()) + 1.0 - load_w
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _over(power, given, load_w + middle, edges)[0] >= 0 else (low, middle)
    return low


@frozen(kw_only=True)
class FirstHours:
    """From release on, in safe mode: the battery then, how long it lasts without Sun, and when the Sun first comes."""

    charge_share: float
    dark_h: float | None  # from that charge to the lowest allowed, without any Sun; None: there is no load
    first_sun_h: float | None  # None: no Sun in the path
    lowest_share: float


def first_hours(power: Power, stowed_months: float, looks: Looks, eclipses: tuple[Eclipse, ...]) -> FirstHours:
    """What the months in the box leave for the start."""
    from hamsafar.moon.power import mode_of

    safe = mode_of(power, power.safe_mode)
    share = charge_at_release(power, stowed_months)
    given = generation_along(power, looks, safe, eclipses)
    lit = np.flatnonzero(given.watt > 0.0)
    usable_wh = max(0.0, share - power.lowest_share) * power.battery_wh
    return FirstHours(
        charge_share=share,
        dark_h=usable_wh * power.discharge_efficiency / safe.load_w if safe.load_w else None,
        first_sun_h=float(given.tai_ns[lit[0]] - given.tai_ns[0]) / 3.6e12 if lit.size else None,
        lowest_share=follow(power, given, safe.load_w, start_share=share).lowest_share,
    )
