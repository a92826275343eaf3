"""From a mission to the windows of its week: orbit, contacts, sunlight, targets, power, and what timing is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, sqrt
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from hamsafar.domain.lunar import LunarMission, Operations
from hamsafar.domain.operations import OperationsSpan, OperationsWindow, StateRow
from hamsafar.domain.orbits import Craft, OrbitState, Vector
from hamsafar.errors import InputError
from hamsafar.planning.operations.facts import PowerFacts, WeekFacts
from hamsafar.timeline import Instant, Span, Windows

if TYPE_CHECKING:
    from hamsafar.moon.along import Looks
    from hamsafar.orbit.numerical import NumericalTrajectory
    from hamsafar.orbit.times import Floats

ROW_S = 60  # between rows of the orbit: Hermite between them is good to metres at 200 km above the Moon
SIGMA_DEGREE = 10  # of the field in which the spread is followed: what differs between neighbours hardly minds
EDGE_S = 3.0  # contacts are told at the station, 1.3 s after the craft's clock; kept clear of on both sides
_MARGIN_S = 120.0  # of the orbit beyond the week, for rows and windows at its ends


@frozen(kw_only=True, eq=False)
class Prepared:
    """A week ready to be planned: its facts, and the orbit that they rest on."""

    facts: WeekFacts
    orbit: tuple[StateRow, ...]
    notes: tuple[str, ...] = ()  # what a reader should mind


def prepare(mission: LunarMission, tell: Callable[[str], None] = lambda _: None) -> Prepared:
    """Propagates the mission's orbit over its week and opens the windows.

    Raises InputError where there is no week, or the craft does not live so long; OutOfRangeError where tables end.
    """
    asked = _operations(mission)
    tell("Propagating the orbit over the week")
    path = orbit_of(mission, asked.span)
    tell("Following the spread of the release")
    late = timing_of(mission, path)
    tell("Opening contacts, light and targets")
    windows, power = _windows(mission, path, late)
    return Prepared(
        facts=WeekFacts(mission=mission, windows=windows, power=power),
        orbit=tuple(_rows(path, asked.span)),
    )


def _operations(mission: LunarMission) -> Operations:
    if mission.operations is None:
        raise InputError("has no section `operations`: there is no week to plan", where=mission.source)
    asked = mission.operations
    if asked.span.start < mission.state.epoch:
        what = f"the week begins {asked.span.start.iso()}, before the release at {mission.state.epoch.iso()}"
        raise InputError(what, where=f"{mission.source} operations.from")
    return asked


def craft_of(mission: LunarMission) -> Craft:
    """What flies."""
    return Craft(mass_kg=mission.mass_kg, solar=mission.solar, drag=None, burns=mission.burns)


def orbit_of(mission: LunarMission, span: Span, *, degree: int | None = None) -> NumericalTrajectory:
    """The orbit from the mission's state to a little after a span. Raises InputError where it ends before."""
    from hamsafar.orbit.numerical import ForceModel, propagate

    forces = ForceModel(
        centre="moon",
        degree=mission.degree if degree is None else min(degree, mission.degree),
        bodies=mission.bodies,  # type: ignore[arg-type]  # the reader has seen to their names
    )
    path = propagate(mission.state, craft_of(mission), forces, span.end.plus(seconds=_MARGIN_S))
    if path.end < span.end:
        what = f"the orbit ends on {path.end.iso()} ({path.ended_by}), before the week does"
        raise InputError(what, where=f"{mission.source} operations.to")
    return path


# ---- what timing is worth


def timing_of(mission: LunarMission, path: NumericalTrajectory) -> Callable[[Instant], float | None]:
    """How far the craft may be along its track, in seconds (one sigma), at a moment; None where no spread is told.

    Linear: the release is moved by one sigma in each of radial, transverse and normal, position and velocity, and the
    sunlight by its share; each neighbour's lead along the track, in the time that it takes to fly it, is added in
    squares. Of the neighbours' leads the largest within an hour counts, so that no node of the swing is taken for good.
    """
    neighbours = list(_neighbours(mission))
    if not neighbours:
        return lambda _: None
    import numpy as np

    span = Span(path.start, path.end)
    base = orbit_of(mission, Span(path.start, path.end.plus(seconds=-_MARGIN_S)), degree=SIGMA_DEGREE)
    end = min(base.end, path.end)
    count = max(2, ceil(Span(span.start, end).seconds / 600) + 1)
    tai_ns = np.linspace(span.start.tai_ns, end.tai_ns, count).astype(np.int64)
    r_km, v_km_s = base.states_icrf(tai_ns)
    squares = np.zeros(count)
    for other in neighbours:
        near = orbit_of(other, Span(path.start, path.end.plus(seconds=-_MARGIN_S)), degree=SIGMA_DEGREE)
        away_km = near.states_icrf(np.minimum(tai_ns, near.end.tai_ns))[0] - r_km
        squares += (np.sum(away_km * v_km_s, axis=1) / np.sum(v_km_s * v_km_s, axis=1)) ** 2
    wide = np.max(np.lib.stride_tricks.sliding_window_view(np.pad(np.sqrt(squares), 6, mode="edge"), 13), axis=1)

    def sigma_s(at: Instant) -> float | None:
        return float(np.interp(at.tai_ns, tai_ns, wide))

    return sigma_s


def _neighbours(mission: LunarMission) -> Iterator[LunarMission]:
    from hamsafar.orbit.states import to_icrf

    spread, state = mission.spread, to_icrf(mission.state)
    radial, transverse, normal = _axes(state.position_km, state.velocity_km_s)
    for sigma, axis in zip(spread.position_km, (radial, transverse, normal), strict=True):
        if sigma:
            yield evolve(mission, state=evolve(state, position_km=_moved(state.position_km, axis, sigma)))
    for sigma, axis in zip(spread.velocity_m_s, (radial, transverse, normal), strict=True):
        if sigma:
            yield evolve(mission, state=evolve(state, velocity_km_s=_moved(state.velocity_km_s, axis, sigma / 1_000)))
    if spread.solar_share and mission.solar is not None:
        brighter = evolve(mission.solar, cr=mission.solar.cr * (1 + spread.solar_share))
        yield evolve(mission, state=state, solar=brighter)


def _axes(position: Vector, velocity: Vector) -> tuple[Vector, Vector, Vector]:
    radial, normal = _unit(position), _unit(_cross(position, velocity))
    return radial, _cross(normal, radial), normal


def _cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _unit(a: Vector) -> Vector:
    length = sqrt(sum(x * x for x in a))
    return (a[0] / length, a[1] / length, a[2] / length)


def _moved(a: Vector, axis: Vector, by: float) -> Vector:
    return (a[0] + by * axis[0], a[1] + by * axis[1], a[2] + by * axis[2])


# ---- windows


def _windows(
    mission: LunarMission, path: NumericalTrajectory, late: Callable[[Instant], float | None]
) -> tuple[tuple[OperationsWindow, ...], PowerFacts | None]:
    from hamsafar.moon.along import looks_along
    from hamsafar.moon.light import eclipses_along, sunlight
    from hamsafar.moon.targets import target_windows_along

    asked = _operations(mission)
    looks = looks_along(path, asked.span)
    found = list(_contacts(mission, looks, late))
    found.append(_window("sunlight", None, sunlight(path, asked.span), late))
    targets = {target.id: target for target in mission.targets}
    found.extend(
        _window("target", wish.id, target_windows_along(targets[wish.target], looks), late) for wish in asked.images
    )
    power = None if mission.power is None else _power(mission, looks, eclipses_along(looks), asked.span)
    return tuple(found), power


def _contacts(
    mission: LunarMission, looks: Looks, late: Callable[[Instant], float | None]
) -> Iterator[OperationsWindow]:
    from hamsafar.moon.contacts import contacts_along
    from hamsafar.moon.link import link_windows_along, stations_of

    asked = _operations(mission)
    link = next((link for link in mission.links if link.id == asked.downlink), None)
    if link is None:
        what = f"names the link {asked.downlink!r}, and no link has this id"
        raise InputError(what, where=f"{mission.source} operations.downlink")
    for station in stations_of(link, mission.stations):
        contacts = contacts_along([station], looks)
        opens = link_windows_along(link, station, looks, contacts)
        inside = [span.widened(-EDGE_S) for span in opens if span.seconds > 2 * EDGE_S]
        high = {id(span): _best(contacts, span) for span in inside}
        yield OperationsWindow(
            kind="contact",
            of=station.id,
            spans=tuple(_opening(span, late, high[id(span)]) for span in inside),
        )


def _best(contacts: object, span: Span) -> str:
    meeting = [one for one in contacts if one.span.overlaps(span)]  # type: ignore[attr-defined]  # contacts of one station
    return f"max elevation {max(one.max_elevation_deg for one in meeting):.0f} deg" if meeting else ""


def _window(kind: str, of: str | None, opens: Windows, late: Callable[[Instant], float | None]) -> OperationsWindow:
    return OperationsWindow(kind=kind, of=of, spans=tuple(_opening(span, late) for span in opens))  # type: ignore[arg-type]


def _opening(span: Span, late: Callable[[Instant], float | None], note: str = "") -> OperationsSpan:
    ends = [late(span.start), late(span.end)]
    sigmas = [one for one in ends if one is not None]
    return OperationsSpan(start=span.start, end=span.end, sigma_s=round(max(sigmas), 1) if sigmas else None, note=note)


def _power(mission: LunarMission, looks: Looks, eclipses: object, span: Span) -> PowerFacts:
    """What the panels give in each mode: of each minute the least of its ends and middle."""
    import numpy as np

    from hamsafar.moon.power import generation_along

    power, asked = mission.power, _operations(mission)
    assert power is not None, "asked for only where there is one"
    minutes = int(span.seconds // 60)
    tai_ns = span.start.tai_ns + np.arange(2 * minutes + 1, dtype=np.int64) * 30_000_000_000
    bus: dict[str, tuple[float, ...]] = {}
    for mode in power.modes:
        watt: Floats = generation_along(power, looks, mode, eclipses).at(tai_ns)  # type: ignore[arg-type]  # its own
        least = np.minimum(np.minimum(watt[:-2:2], watt[1::2]), watt[2::2])
        bus[mode.id] = tuple(round(float(value), 4) for value in np.maximum(least - 5e-5, 0.0))
    full = power.battery_wh * 60
    share = asked.battery_at_start_share
    if share is None:
        share = power.at_release_share * (1 - power.stowed_loss_share_per_month) ** mission.stowed_months
    return PowerFacts(full_wmin=full, lowest_wmin=full * power.lowest_share, start_wmin=full * share, bus_w=bus)


def _rows(path: NumericalTrajectory, span: Span) -> Iterator[StateRow]:
    """Every minute, the whole week and one row after it."""
    import numpy as np

    count = ceil(span.seconds / ROW_S) + 1
    tai_ns = span.start.tai_ns + np.arange(count, dtype=np.int64) * (ROW_S * 1_000_000_000)
    r_km, v_km_s = path.states_icrf(tai_ns)
    for at, r, v in zip(tai_ns, r_km, v_km_s, strict=True):
        yield StateRow(
            at=Instant(int(at)),
            position_km=(round(float(r[0]), 6), round(float(r[1]), 6), round(float(r[2]), 6)),
            velocity_km_s=(round(float(v[0]), 9), round(float(v[1]), 9), round(float(v[2]), 9)),
        )


def state_at(row: StateRow) -> OrbitState:
    """A row of the orbit as a state."""
    return OrbitState(epoch=row.at, centre="moon", position_km=row.position_km, velocity_km_s=row.velocity_km_s)
