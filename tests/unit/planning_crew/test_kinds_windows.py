"""The windows that a stay opens, kind by kind, against the verifier's physics and against plain samples."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from attrs import evolve
from numpy.typing import NDArray

from aboard import activity, at, planned_and_dropped, programme, windows
from hamsafar.domain.aboard import OF_A_SITE, Resource, WindowKind, WindowNeed
from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.domain.plan import Flight, Plan, WindowList
from hamsafar.events.passes import look_angles
from hamsafar.orbit.times import grid
from hamsafar.orbit.trajectory import trajectory_of
from hamsafar.planning.make import warnings_of
from hamsafar.planning.windows import open_windows
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.verify.case import Case
from hamsafar.verify.windows import condition
from handmade import far_plan, near_plan

PLANS = {"far": far_plan, "near": near_plan}
STATIONS_OWN: tuple[WindowKind, ...] = ("relay", "darkness", "sunlight", "daylight", "clear-of-anomaly")
SITES = (
    Site(id="north", name="North", latitude_deg=38.5, longitude_deg=71.0, height_km=1.2),
    Site(id="south", name="South", latitude_deg=-31.0, longitude_deg=-64.0, height_km=0.4),
    Site(id="equator", name="Equator", latitude_deg=0.5, longitude_deg=110.0),
)
HILLS = Horizon(
    points=tuple(
        HorizonPoint(azimuth_deg=azimuth, elevation_deg=elevation)
        for azimuth, elevation in ((20, 5), (80, 35), (80, 8), (150, 8), (150, 40), (230, 40), (230, 0), (300, 25))
    )
)
EDGE_S = 0.5  # the two physics place the Sun within 0.002 deg of each other, which it moves in that time


def asking(plan: Plan, *needs: tuple[WindowKind, str | None], sites: tuple[Site, ...] = SITES) -> Plan:
    """The plan with activities that ask for these windows and nothing else."""
    asked = tuple(activity(f"look-{n}", window=WindowNeed(kind=kind, of=of)) for n, (kind, of) in enumerate(needs))
    return evolve(plan, programme=evolve(plan.programme, activities=asked, sites=(*plan.programme.sites, *sites)))


def opened(plan: Plan) -> dict[tuple[WindowKind, str | None], WindowList]:
    return {(one.kind, one.of): one for one in open_windows(plan.programme, plan.flight, plan.trajectory)}


@cache
def whole(basis: str) -> tuple[Plan, dict[tuple[WindowKind, str | None], WindowList]]:
    """The plan with every kind asked for, over every site; and its windows."""
    of_sites = [(kind, site.id) for kind in OF_A_SITE for site in SITES]
    plan = asking(PLANS[basis](), *((kind, None) for kind in STATIONS_OWN), *of_sites)
    return plan, opened(plan)


def agrees(listed: WindowList, start: Instant, at_s: NDArray[np.float64], is_open: NDArray[np.bool_]) -> None:
    """Every sample is judged as the windows say, but for those close to an edge."""
    edges_s = np.array([end.seconds_since(start) for one in listed.spans for end in (one.start, one.end)])
    inside = np.searchsorted(edges_s, at_s, side="right") % 2 == 1
    for n in np.flatnonzero(inside != is_open):
        assert np.abs(edges_s - at_s[n]).min(initial=np.inf) <= EDGE_S, (listed.kind, listed.of, at_s[n])


KEYS = [*((kind, None) for kind in STATIONS_OWN), *((kind, site.id) for kind in OF_A_SITE for site in SITES)]


@pytest.mark.parametrize("basis", PLANS)
@pytest.mark.parametrize(("kind", "of"), KEYS, ids=lambda part: part or "station")
def test_what_is_open_is_so_by_the_verifiers_physics_and_so_is_what_is_closed(
    basis: str, kind: WindowKind, of: str | None
) -> None:
    """Two days in the midst of the stay, every 5 s: a window that was lost would show as well as one too many."""
    plan, lists = whole(basis)
    listed = lists[kind, of]
    judge = condition(Case(plan, {}), evolve(listed, spans=()))
    assert callable(judge), judge
    start = plan.flight.docking.plus(days=1)
    at_s = np.arange(0.0, 2 * 86_400.0, 5.0)
    is_open = judge(start, at_s)
    agrees(listed, start, at_s, is_open)
    if kind not in ("night-target", "visible-pass", "daylight-target"):  # these have their seasons
        assert is_open.any()
    assert not is_open.all()


@pytest.mark.parametrize("basis", ["near", pytest.param("far", marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", OF_A_SITE)
def test_ends_over_any_site_are_ends_by_the_verifiers_physics(basis: str, kind: WindowKind) -> None:
    """Just inside each end it is open, just outside closed: whichever of height, light and dark ends it."""
    random = np.random.default_rng(5)
    sites = tuple(
        Site(
            id=f"s{n}",
            name=f"S {n}",
            latitude_deg=float(random.uniform(-52, 52)),
            longitude_deg=float(random.uniform(-180, 180)),
            horizon=HILLS if n % 2 else None,
        )
        for n in range(24)
    )
    plan = asking(PLANS[basis](), *((kind, site.id) for site in sites), sites=sites)
    lists, case, stay = opened(plan), Case(plan, {}), plan.flight.aboard
    seen = 0
    for site in sites:
        listed = lists[kind, site.id]
        judge = condition(case, evolve(listed, spans=()))
        assert callable(judge), judge
        every = listed.spans
        spans = [one.span for one in every if one.span.seconds > 4 * EDGE_S]  # a grazing one has no inside
        starts_s = np.array([one.start.seconds_since(stay.start) for one in spans if one.start > stay.start])
        ends_s = np.array([one.end.seconds_since(stay.start) for one in spans if one.end < stay.end])
        for inside, outside in ((starts_s + EDGE_S, starts_s - EDGE_S), (ends_s - EDGE_S, ends_s + EDGE_S)):
            if inside.size:
                assert judge(stay.start, inside).all(), site
                beyond = [s for s in outside if not any(one.span.contains(stay.start.plus(seconds=s)) for one in every)]
                assert not judge(stay.start, np.array(beyond)).any(), site
        seen += len(spans)
    assert seen > 30


def test_every_kind_over_a_site_is_seen_open_somewhere() -> None:
    lists = {**{("far", *key): one for key, one in whole("far")[1].items()}, **whole("near")[1]}
    seen = {one.kind for one in lists.values() if one.spans}
    assert seen >= {*STATIONS_OWN, *OF_A_SITE}


@pytest.mark.parametrize("basis", PLANS)
def test_windows_carry_titles_sigmas_and_what_is_known(basis: str) -> None:
    plan, lists = whole(basis)
    for one in lists.values():
        assert one.basis in (plan.trajectory.basis, "sun")
        if one.kind != "prayer":
            assert one.known == (plan.flight.aboard,)
            assert all((span.sigma_s is None) == (basis == "far") for span in one.spans)
    titles = [one.title for one in lists.values()]
    assert len(set(titles)) == len(titles)


def test_sunlight_is_what_darkness_is_not() -> None:
    plan, lists = whole("far")
    ends = [(one.start, one.end) for key in ("sunlight", "darkness") for one in lists[key, None].spans]
    in_order = sorted(ends)
    assert in_order[0][0] == plan.flight.aboard.start
    assert in_order[-1][1] == plan.flight.aboard.end
    assert all(one[1] == after[0] for one, after in pairwise(in_order))


def test_only_what_is_asked_for_is_opened_and_links_and_shadow_always() -> None:
    plain = asking(far_plan(), ("daylight", None), ("pass", "north"))
    always = {("relay", None), ("darkness", None), *(("prayer", one.id) for one in plain.programme.prayer.blocks)}  # type: ignore[union-attr]  # it has prayers
    assert set(opened(plain)) == {*always, ("daylight", None), ("pass", "north")}


# Passes and horizons


def standing_deg(azimuth_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """HILLS by hand, written out from north to north; walls belong to what lies clockwise of them."""
    lines = [(-60, 25), (20, 5), (80, 35), (80 + 1e-9, 8), (150, 8), (150 + 1e-9, 40), (230, 40), (230 + 1e-9, 0),
             (300, 25), (380, 5)]  # fmt: skip
    return np.interp(azimuth_deg, [line[0] for line in lines], [line[1] for line in lines])


@pytest.mark.parametrize("kind", ["pass", "visible-pass"])
def test_over_a_site_with_a_horizon_the_station_is_above_it_and_above_10_deg(kind: WindowKind) -> None:
    bare = asking(far_plan(), (kind, "north"), (kind, "south"), (kind, "equator"))
    hilly = asking(
        far_plan(), (kind, "north"), (kind, "south"), (kind, "equator"),
        sites=tuple(evolve(site, horizon=HILLS) for site in SITES),
    )  # fmt: skip
    station, span = trajectory_of(bare.trajectory), bare.flight.aboard
    moments = grid(span, 2.0)
    at_s = (moments - span.start.tai_ns) / NS_PER_S
    cut = 0
    for site in SITES:
        whole_passes, parts = opened(bare)[kind, site.id], opened(hilly)[kind, site.id]
        azimuth, elevation, _ = look_angles(station, site, moments)
        edges_s = np.array(
            [end.seconds_since(span.start) for one in whole_passes.spans for end in (one.start, one.end)]
        )
        in_pass = np.searchsorted(edges_s, at_s, side="right") % 2 == 1
        agrees(parts, span.start, at_s, in_pass & (elevation >= standing_deg(azimuth)))
        assert parts.known == (span,)
        cut += len(whole_passes.spans) > 0 and parts.spans != whole_passes.spans
        if kind == "pass":
            agrees(whole_passes, span.start, at_s, elevation >= 10.0)
    assert cut >= 1


def test_a_horizon_lower_than_10_deg_changes_nothing() -> None:
    low = Horizon(
        points=(HorizonPoint(azimuth_deg=0, elevation_deg=-2), HorizonPoint(azimuth_deg=180, elevation_deg=9))
    )
    sites = tuple(evolve(site, horizon=low) for site in SITES)
    needs: tuple[tuple[WindowKind, str], ...] = (("pass", "north"), ("visible-pass", "south"))
    assert opened(asking(far_plan(), *needs, sites=sites)) == opened(asking(far_plan(), *needs))


@pytest.mark.parametrize("kind", ["pass", "visible-pass"])
def test_the_note_of_a_pass_says_how_high_it_gets_in_the_window(kind: WindowKind) -> None:
    sites = tuple(evolve(site, horizon=HILLS) for site in SITES)
    plan = asking(near_plan(), *((kind, site.id) for site in sites), sites=sites)
    station, seen = trajectory_of(plan.trajectory), 0
    for site in sites:
        for one in opened(plan)[kind, site.id].spans:
            highest_deg = look_angles(station, site, grid(one.span, 0.1))[1].max()
            said_deg = float(one.note.removeprefix("highest ").removesuffix(" deg"))
            assert abs(said_deg - highest_deg) < 0.6, one  # it is rounded to a degree, and sampled each 0.1 s
            seen += 1
    assert seen > 0


# What isn't known


def moved(plan: Plan, docking: Instant) -> Plan:
    """The same stay at another time, on the same held orbit."""
    later_s = docking.seconds_since(plan.flight.docking)
    landing = evolve(plan.flight.landing, undocking=plan.flight.landing.undocking.plus(seconds=later_s))
    flight: Flight = evolve(plan.flight, docking=docking, landing=landing)
    return evolve(plan, flight=flight, programme=evolve(plan.programme, prayer=None))


LAST = Instant.utc(2030, 1, 1)  # the last moment that IGRF-14 speaks of


def test_the_anomaly_is_unknown_beyond_its_model_and_the_plan_says_so() -> None:
    asked = asking(far_plan(), ("clear-of-anomaly", None), ("daylight", None))
    plan = moved(asked, LAST.plus(hours=-30))
    lists = opened(plan)
    clear = lists["clear-of-anomaly", None]
    assert clear.known == (Span(plan.flight.docking, LAST),)
    assert clear.spans
    assert all(clear.known[0].covers(one.span) for one in clear.spans)
    assert lists["daylight", None].known == (plan.flight.aboard,)
    told = [
        text for text in warnings_of(plan.programme, plan.flight, plan.trajectory, tuple(lists.values()))
        if "unknown for" in text
    ]  # fmt: skip
    hours = plan.flight.aboard.end.seconds_since(LAST) / 3_600
    assert told == [
        f"Clear of the South Atlantic anomaly: unknown for {hours:.1f} h of the stay; "
        "nothing that needs it is planned then."
    ]


def test_a_stay_wholly_beyond_the_model_has_no_such_windows_and_the_reason_is_told() -> None:
    plan = moved(asking(far_plan(), ("clear-of-anomaly", None)), LAST.plus(days=3))
    clear = opened(plan)["clear-of-anomaly", None]
    assert (clear.known, clear.spans) == ((), ())
    asked = programme(
        activity("background", 25, optional=True, window=WindowNeed(kind="clear-of-anomaly")),
        activity("shadow", 25, optional=True, window=WindowNeed(kind="darkness")),
    )
    dark = windows((at(2, "10:00"), at(2, "10:20")), kind="darkness")
    _, out = planned_and_dropped(asked, open_=(clear, dark))
    assert out == {
        "background#1": "no open window (clear-of-anomaly, of which nothing is known then) is 25 min long",
        "shadow#1": "no open window (darkness) is 25 min long",
    }


def test_a_kind_that_is_nowhere_opened_is_none() -> None:
    assert set(get_args(WindowKind)) == {*STATIONS_OWN, *OF_A_SITE, "prayer"}


def test_windows_of_what_is_used_are_opened_too() -> None:
    """Nothing asks for daylight but a resource, and for one site another."""
    plan = asking(near_plan())
    things = [
        Resource(id="camera", title="Camera", capacity=1, window=WindowNeed(kind="daylight")),
        Resource(id="antenna", title="Antenna", capacity=1, window=WindowNeed(kind="pass", of="north")),
    ]
    asked = evolve(plan, programme=evolve(plan.programme, resources=tuple(things)))
    assert opened(asked).keys() - opened(plan).keys() == {("daylight", None), ("pass", "north")}
