"""The South Atlantic anomaly: when the station is over the region where the Earth's magnetic field is weakest.

The boundary is where the main field at the surface, straight below the station, has 32,000 nT: the usual one in
studies of the anomaly (De Santis et al. 2013; Pavon-Carrasco and De Santis 2016; Amit et al. 2021, eq. 1). It is one
closed line, which drifts and grows from year to year as the field changes. It says where the field is weak, not what
a dosimeter counts: docs/explanation/events.md.
"""

from __future__ import annotations

from math import ceil

import numpy as np

from hamsafar.errors import InputError
from hamsafar.events.below import below_deg, surface_km
from hamsafar.events.finder import Crossing, follow_over, spans_of, stretches_of
from hamsafar.events.geomagnetic import field_intensity_nt, field_range
from hamsafar.events.pace import extrema_gap_s
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Span, Windows

BOUNDARY_NT = 32_000.0
LEAST_NT = 20_000.0  # nowhere is the field so weak before 2030: 21,900 nT

# The field has bends along the track in which a maximum and a minimum can be as close as one likes, and then hardly
# differ: by 14 nT where they share a cell of this share of the orbit's gap, by 0.004 nT in a sixteenth of one.
CELL_SHARE = 0.05
HIDDEN_NT = 50.0
_FINER = 16
_SAME_S = 1e-6
_POINTS = 8
# Latitudes and longitudes that hold all of 32,100 nT and less from 1975 to 2030, and some degrees more.
SOUTH_DEG, NORTH_DEG, WEST_DEG, EAST_DEG = -70.0, 22.0, -175.0, 55.0


def anomaly_windows(trajectory: Trajectory, span: Span, *, boundary_nt: float = BOUNDARY_NT) -> Windows:
    """When the field at the surface below the station is at or under a boundary; unknown outside 1975-2030.

    A boundary of less than 32,000 nT, down to 20,000, draws the region closer. Ends to 1 ms of the model. What could
    be lost hangs on less than 0.01 nT, some metres of the boundary's place.
    """
    if not LEAST_NT <= boundary_nt <= BOUNDARY_NT:
        what = f"the anomaly's boundary is from {LEAST_NT:,.0f} to {BOUNDARY_NT:,.0f} nT (got {boundary_nt})"
        raise InputError(what)
    within = span.intersect(field_range())
    known = () if within is None else trajectory.known(within)
    return Windows([one for part in known for one in _over_it(trajectory, part, boundary_nt)], known)


def surface_intensity_nt(trajectory: Trajectory, tai_ns: TaiNs) -> Floats:
    """Intensity of the main field on the WGS-84 ellipsoid straight below the station, (n,) nT."""
    moments = np.asarray(tai_ns, dtype=np.int64)
    latitude_deg, longitude_deg = below_deg(trajectory, moments)
    return field_intensity_nt(surface_km(latitude_deg, longitude_deg)[0], moments)


def _over_it(trajectory: Trajectory, part: Span, boundary_nt: float) -> tuple[Span, ...]:
    """The spans over the anomaly in one part of known states; only near the boundary is the course looked at."""
    cells_s = _cells_s(trajectory, part)
    excess_nt = _excess_nt(trajectory, tai_ns_after(part.start, cells_s), boundary_nt)
    near = (np.minimum(excess_nt[:-1], excess_nt[1:]) <= HIDDEN_NT) & (
        np.maximum(excess_nt[:-1], excess_nt[1:]) >= -HIDDEN_NT
    )
    near[[0, -1]] = True  # so that all that is asked below is in cells of which the course is known
    left_s, step_s = cells_s[:-1][near], cells_s[1] - cells_s[0]
    courses = _courses_nt(trajectory, part, left_s, step_s) - boundary_nt * np.eye(_POINTS, 1)

    def weakness(at_s: Floats) -> Floats:
        cell = np.maximum(np.searchsorted(left_s, at_s, side="right") - 1, 0)
        share = np.minimum(2.0 * (at_s - left_s[cell]) / step_s - 1.0, 1.0)  # past the last near cell all is level
        value: Floats = courses[-1, cell]
        for coefficient in courses[-2::-1]:
            value = value * share + coefficient[cell]
        return -value / boundary_nt

    crossing = Crossing(quantity=weakness, min_extrema_gap_s=step_s)
    close_s = min(crossing.precision_s, step_s / 64)
    ends_s = np.array([0.0, close_s, part.seconds - close_s, part.seconds])
    finer_s = (left_s[:, None] + np.arange(_FINER + 1) / _FINER * step_s).reshape(-1)
    grid_s = np.unique(np.concatenate([ends_s, np.clip(finer_s, 0.0, part.seconds)]))
    # Cells meet a rounding error apart, and of two such points neither would show as the lowest of three.
    grid_s = grid_s[np.diff(grid_s, prepend=-np.inf) > _SAME_S]
    beside = np.diff(grid_s) < step_s / 2
    may_turn = np.concatenate([[False], beside[:-1] & beside[1:], [False]])
    return spans_of(stretches_of(crossing, follow_over(crossing, grid_s, may_turn=may_turn)), part)


def _cells_s(trajectory: Trajectory, part: Span) -> Floats:
    cells = max(3, ceil(part.seconds / (CELL_SHARE * extrema_gap_s(trajectory, part))))
    return np.linspace(0.0, part.seconds, cells + 1)


def _courses_nt(trajectory: Trajectory, part: Span, left_s: Floats, step_s: float) -> Floats:
    """The field below along each cell (n,): polynomials (8, n) in powers of -1 to 1, nT.

    Through eight Chebyshev points. A cell is under a seventh of the shortest wave of degree 13, so they meet the
    model to 1e-6 nT.
    """
    points = np.cos((np.arange(_POINTS) + 0.5) * np.pi / _POINTS)
    at_s = np.clip(left_s + (points[:, None] + 1.0) / 2.0 * step_s, 0.0, part.seconds)
    intensity_nt = surface_intensity_nt(trajectory, tai_ns_after(part.start, at_s.reshape(-1)))
    coefficients: Floats = np.linalg.solve(np.vander(points, increasing=True), intensity_nt.reshape(at_s.shape))
    return coefficients


def _excess_nt(trajectory: Trajectory, tai_ns: TaiNs, boundary_nt: float) -> Floats:
    """What the field below has over the boundary, (n,) nT; far from the anomaly just a thousand."""
    latitude_deg, longitude_deg = below_deg(trajectory, tai_ns)
    near = (latitude_deg > SOUTH_DEG) & (latitude_deg < NORTH_DEG)
    near &= (longitude_deg > WEST_DEG) & (longitude_deg < EAST_DEG)
    excess = np.full(tai_ns.size, 1_000.0)
    places_km, _ = surface_km(latitude_deg[near], longitude_deg[near])
    excess[near] = np.minimum(field_intensity_nt(places_km, tai_ns[near]) - boundary_nt, 1_000.0)
    return excess
