"""What has to be true in each kind of window, against a second sky made of the IAU library, SGP4 and plain rays.

Two days in steps of four seconds: each edge of each window may differ by one step, and nothing else may.
"""

from __future__ import annotations

from functools import cache

import erfa
import numpy as np
import pytest
from attrs import evolve
from sgp4.api import WGS72, Satrec

from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.domain.plan import Finding, OpenSpan, Plan, WindowList
from hamsafar.timeline import Instant
from hamsafar.verify import physics, verify, windows
from hamsafar.verify.case import Case
from hamsafar.verify.magnetism import main_field_nt
from hamsafar.verify.windows import MOST_SAMPLES, Unclear, condition
from handmade import LINES, far_plan, looked_up, near_plan

SECONDS = np.arange(0.0, 2 * 86_400.0, 4.0)
HILLS = Horizon(
    points=tuple(
        HorizonPoint(azimuth_deg=a, elevation_deg=e)
        for a, e in (
            (20.0, 0.0),
            (80.0, 35.0),
            (130.0, 12.0),
            (130.0, 50.0),
            (200.0, 50.0),
            (200.0, 5.0),
            (330.0, 25.0),
        )
    )
)
REEF = Site(id="reef", name="Reef", latitude_deg=-20.0, longitude_deg=151.2, height_km=0.2)
VALLEY = evolve(REEF, id="valley", horizon=HILLS)
NIGHTS = ("night-target", "visible-pass")


@cache
def plan() -> Plan:
    """The near plan with two sites more, one of them among hills."""
    bare = near_plan()
    return evolve(bare, programme=evolve(bare.programme, sites=(*bare.programme.sites, REEF, VALLEY)))


def start() -> Instant:
    return plan().flight.docking


class Sky:
    """The station and the Sun over two days, Earth-fixed, km, by the IAU's matrices."""

    def __init__(self) -> None:
        whole, fraction = start().julian_date_tt()
        tt = (whole, fraction + SECONDS / 86_400)
        whole, fraction = start().julian_date_utc()
        utc = (whole, fraction + SECONDS / 86_400)
        ut1 = (whole, utc[1] + physics.ut1_minus_utc_s(start()) / 86_400)
        equinoxes, of_date = erfa.ee00b(*tt), erfa.pnm00b(*tt)
        to_teme = _turns_z(equinoxes) @ of_date
        self.to_earth = _turns_z(erfa.gmst00(*ut1, *tt) + equinoxes) @ of_date
        error, r_teme, _ = Satrec.twoline2rv(*LINES, WGS72).sgp4_array(np.full_like(utc[1], utc[0]), utc[1])
        assert not error.any()
        r_gcrs = np.einsum("nji,nj->ni", to_teme, r_teme)
        self.station = np.einsum("nij,nj->ni", self.to_earth, r_gcrs)
        from_sun, from_barycentre = erfa.epv00(*tt)
        light_d = 499.0 / 86_400  # since the Sun's light set out; the Earth's path bends by less than 1 km in that time
        to_sun = from_sun["v"] * light_d - from_sun["p"]
        drift = from_barycentre["v"] / 173.144632674  # au/d by the speed of light
        length = np.linalg.norm(to_sun, axis=1)[:, None]
        seen = to_sun / length + drift
        self.sun = np.einsum("nij,nj->ni", self.to_earth, seen / np.linalg.norm(seen, axis=1)[:, None] * length)
        self.sun *= 149_597_870.7

    def azimuth_and_elevation(self, site: Site, what: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        longitude, latitude = np.radians([site.longitude_deg, site.latitude_deg])
        here = erfa.gd2gc(1, longitude, latitude, site.height_km * 1_000) / 1_000
        turned = (what - here) @ _turn_z(longitude).T @ _tip(latitude).T  # now x south, y east, z up
        flat = np.hypot(turned[:, 0], turned[:, 1])
        return np.degrees(np.arctan2(turned[:, 1], -turned[:, 0])) % 360, np.degrees(np.arctan2(turned[:, 2], flat))

    def below(self) -> np.ndarray:
        longitude, latitude, _ = erfa.gc2gd(1, self.station * 1_000)
        return erfa.gd2gc(1, longitude, latitude, np.zeros_like(latitude)) / 1_000

    def sun_below(self) -> np.ndarray:
        longitude, latitude, _ = erfa.gc2gd(1, self.station * 1_000)
        up = np.stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)])
        towards = self.sun - self.below()
        return np.degrees(np.arcsin(np.sum(up.T * towards, axis=1) / np.linalg.norm(towards, axis=1)))

    def umbra(self) -> np.ndarray:
        """Whether the ray to every one of 24 points of the Sun's rim runs into the ellipsoid."""
        axes = np.array([6_378.137, 6_378.137, 6_356.752314])
        towards = self.sun - self.station
        unit = towards / np.linalg.norm(towards, axis=1)[:, None]
        one = np.cross(unit, [0.0, 0.0, 1.0])
        one /= np.linalg.norm(one, axis=1)[:, None]
        other = np.cross(unit, one)
        hidden = np.ones(len(unit), dtype=bool)
        for angle in np.linspace(0, 2 * np.pi, 24, endpoint=False):
            ray = (towards + 695_700.0 * (np.cos(angle) * one + np.sin(angle) * other)) / axes
            here = self.station / axes
            a, b, c = np.sum(ray**2, axis=1), np.sum(ray * here, axis=1), np.sum(here**2, axis=1) - 1
            hidden &= (b < 0) & (b * b >= a * c)
        return hidden


def _turns_z(angles: np.ndarray) -> np.ndarray:
    """Matrices (n, 3, 3) of turns about the z axis."""
    turns = np.zeros((len(angles), 3, 3))
    turns[:, 0, 0] = turns[:, 1, 1] = np.cos(angles)
    turns[:, 0, 1] = np.sin(angles)
    turns[:, 1, 0] = -turns[:, 0, 1]
    turns[:, 2, 2] = 1.0
    return turns


def _turn_z(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])


def _tip(latitude: float) -> np.ndarray:
    s, c = np.sin(latitude), np.cos(latitude)
    return np.array([[s, 0, -c], [0, 1, 0], [c, 0, s]])


@cache
def sky() -> Sky:
    return Sky()


def hills_deg(azimuth: np.ndarray) -> np.ndarray:
    """The height of `HILLS`, written out piece by piece."""
    beyond = np.where(azimuth < 20, azimuth + 360, azimuth)
    return np.select(
        [azimuth < 20, azimuth < 80, azimuth < 130, azimuth < 200, azimuth < 330],
        [25 - (beyond - 330) / 2, (azimuth - 20) * 35 / 60, 35 - (azimuth - 80) * 23 / 50, 50.0 + 0 * azimuth,
         5 + (azimuth - 200) * 20 / 130],
        25 - (beyond - 330) / 2,
    )  # fmt: skip


def expected(kind: str, of: str | None) -> np.ndarray:
    """Whether a window of a kind is open, by the other sky."""
    other = sky()
    match kind:
        case "sunlight":
            return ~other.umbra()
        case "darkness":
            return other.umbra()
        case "daylight":
            return other.sun_below() >= 10
        case "clear-of-anomaly":  # the field itself has tests of its own; here it is where and when
            return np.linalg.norm(main_field_nt(start(), SECONDS, other.below()), axis=1) > 32_000
    site = next(each for each in plan().programme.sites if each.id == of)
    azimuth, elevation = other.azimuth_and_elevation(site, other.station)
    sun = other.azimuth_and_elevation(site, other.sun)[1]
    clear = elevation >= hills_deg(azimuth) if site.horizon else np.full(len(azimuth), True)
    match kind:
        case "pass":
            return (elevation >= 10) & clear
        case "visible-pass":
            return (elevation >= 10) & clear & (sun <= -6) & ~other.umbra()
        case "night-target":
            return (elevation >= 30) & (sun <= -6)
        case "daylight-target":
            return (elevation >= 30) & (sun >= 10)
    raise AssertionError(kind)


OF_WHAT = [
    ("sunlight", None, 60), ("darkness", None, 60), ("daylight", None, 60), ("clear-of-anomaly", None, 60),
    ("pass", "islamabad", 16), ("pass", "reef", 10), ("pass", "valley", 10), ("visible-pass", "reef", 2),
    ("visible-pass", "valley", 2), ("night-target", "reef", 4), ("night-target", "valley", 4),
    ("daylight-target", "islamabad", 10),
]  # fmt: skip


def list_of(kind: str, of: str | None) -> WindowList:
    known = plan().flight.aboard
    return WindowList(kind=kind, of=of, title="", basis="near", known=(known,), spans=())


@pytest.mark.parametrize(("kind", "of", "edges"), OF_WHAT)
def test_each_kind_is_open_when_the_other_sky_says_so(kind: str, of: str | None, edges: int) -> None:
    open_ = condition(Case(plan(), {}), list_of(kind, of))
    assert not isinstance(open_, Unclear)
    ours, theirs = open_(start(), SECONDS), expected(kind, of)
    changes = np.flatnonzero(theirs[1:] != theirs[:-1])
    assert len(changes) >= edges - 1
    beside = np.zeros(len(SECONDS) + 1, dtype=bool)
    beside[changes] = beside[changes + 1] = True  # an edge may fall on the other side of one sample
    wrong = np.flatnonzero((ours != theirs) & ~beside[:-1])
    assert wrong.size == 0, SECONDS[wrong]


class Hanging:
    """A path that hangs 400 km above the reef, so that the Sun alone opens and closes its windows."""

    def states(self, base: Instant, seconds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        above = physics.site_km(REEF) + 400 * physics.site_up(REEF)
        return physics.turned(above, physics.sidereal_rad(base, seconds)), np.ones((len(seconds), 3))


@pytest.mark.parametrize(
    ("kind", "of", "least_deg", "most_deg"),
    [
        ("daylight", None, 10, 90),
        ("daylight-target", "reef", 10, 90),
        ("night-target", "reef", -90, -6),
        ("visible-pass", "reef", -18.5, -6),  # at 400 km it is in the umbra once the Sun is 19.8 deg below the reef
    ],
)
def test_the_suns_limits_are_met_to_a_few_seconds(kind: str, of: str | None, least_deg: float, most_deg: float) -> None:
    case = Case(plan(), {})
    case.__dict__["path"] = Hanging()
    open_ = condition(case, list_of(kind, of))
    assert not isinstance(open_, Unclear)
    sun = sky().azimuth_and_elevation(REEF, sky().sun)[1]
    ours, theirs = open_(start(), SECONDS), (sun >= least_deg) & (sun <= most_deg)
    near_the_umbra = (sun < -18.5) & (sun > -21) & (kind == "visible-pass")
    changes = np.flatnonzero(theirs[1:] != theirs[:-1])
    assert len(changes) >= 4
    wrong = np.flatnonzero((ours != theirs) & ~near_the_umbra)
    assert all(np.abs(changes - at).min() <= 1 for at in wrong), SECONDS[wrong]


@pytest.mark.parametrize("at", [0, windows.ROW - 1, windows.ROW, 3 * windows.ROW])
def test_no_sample_is_left_out_between_two_rows(at: int) -> None:
    closed_at_s = windows.STEP_S * at
    end = start().plus(seconds=3 * windows.ROW * windows.STEP_S + 1)
    judged = windows._Sampler().closed_s(lambda _, seconds: seconds != closed_at_s, start(), end)
    assert judged == (windows.STEP_S, closed_at_s)


def test_hills_hide_what_a_plain_keeps() -> None:
    case = Case(plan(), {})
    plain, valley = (condition(case, list_of("pass", of)) for of in ("reef", "valley"))
    assert not isinstance(plain, Unclear)
    assert not isinstance(valley, Unclear)
    free, hidden = plain(start(), SECONDS), valley(start(), SECONDS)
    assert free[hidden].all()
    assert hidden.sum() < 0.8 * free.sum()


def said(changed: Plan, status: str) -> list[Finding]:
    return [f for f in verify(changed).findings if f.rule == "WIN-01" and f.status == status]


def with_list(base: Plan, list_: WindowList) -> Plan:
    return evolve(base, windows=(*base.windows, list_))


def test_a_year_that_the_field_does_not_know_is_not_checked_and_the_rest_is() -> None:
    bare = far_plan()
    true = looked_up(bare, "clear-of-anomaly", None, bare.flight.aboard)
    first, second = true.spans[:2]
    late = Instant.utc(2030, 1, 1)
    spans = (
        OpenSpan(start=late.plus(minutes=-5), end=late.plus(minutes=5)),
        OpenSpan(start=late.plus(days=400), end=late.plus(days=400, minutes=5)),
        first,
        evolve(second, end=second.end.plus(minutes=1)),
    )
    changed = with_list(bare, evolve(true, spans=spans))
    unknown = said(changed, "not_checked")
    assert [f.where for f in unknown] == [("clear-of-anomaly", str(each.start)) for each in spans[:2]]
    assert all("the model IGRF-14 covers 1975-01-01T00:00:00Z to 2030-01-01T00:00:00Z." in f.sentence for f in unknown)
    assert [f.where[1] for f in said(changed, "broken")] == [str(second.start)]


def test_a_kind_nobody_knows_is_not_checked() -> None:
    odd = WindowList(kind="moonlight", of="islamabad", title="", basis="far", known=(), spans=())
    found = said(with_list(far_plan(), odd), "not_checked")
    assert [(f.where, f.sentence) for f in found] == [
        (("moonlight islamabad",), "This verifier knows no windows of the kind 'moonlight'.")
    ]


@pytest.mark.parametrize("kind", NIGHTS)
def test_a_site_nobody_knows_is_not_checked(kind: str) -> None:
    odd = WindowList(kind=kind, of="nowhere", title="", basis="far", known=(), spans=())
    (found,) = said(with_list(far_plan(), odd), "not_checked")
    assert "'nowhere'" in found.sentence


def test_without_a_path_the_suns_own_windows_are_judged_all_the_same() -> None:
    bare = far_plan()
    late = tuple(
        evolve(w, spans=tuple(evolve(s, start=s.start.plus(hours=-3)) for s in w.spans)) if w.kind == "prayer" else w
        for w in bare.windows
    )
    lost = evolve(bare, windows=late, trajectory=evolve(bare.trajectory, held=None))
    assert {f.where[0].split()[0] for f in said(lost, "broken")} == {"prayer"}
    sentences = {f.sentence for f in said(lost, "not_checked")}
    assert sentences == {"This could not be judged: the plan rests on a reference trajectory and doesn't carry one."}


def test_one_absurd_span_does_not_use_up_what_the_others_need() -> None:
    bare = near_plan()
    wrong = next(w for w in bare.windows if w.kind == "darkness")
    absurd = OpenSpan(start=bare.flight.docking, end=bare.flight.docking.plus(seconds=3.0 * MOST_SAMPLES), sigma_s=4.0)
    early = evolve(wrong.spans[0], start=wrong.spans[0].start.plus(minutes=-1))
    changed = with_list(bare, evolve(wrong, spans=(absurd, early)))
    assert len(said(changed, "not_checked")) == 1
    assert len(said(changed, "broken")) == 1


def test_a_plan_of_more_windows_than_can_be_sampled_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_SAMPLES", 60_000)  # a day and a third
    bare = evolve(far_plan(), windows=(), placements=())
    day = OpenSpan(start=bare.flight.docking, end=bare.flight.docking.plus(days=1))
    sun = WindowList(kind="sunlight", of=None, title="", basis="far", known=(), spans=(day, day))
    (found,) = said(with_list(bare, sun), "not_checked")
    assert found.sentence == "The plan states more windows than this verifier samples (60,000 moments)."
