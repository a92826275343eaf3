"""A lunar life as JSON carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import asdict

from hamsafar.app.moon.asking import model_row
from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from hamsafar.app.moon.lifetime import Lifetime
    from hamsafar.moon.life import Impact, Life
    from hamsafar.moon.monte_carlo import MonteCarlo
    from hamsafar.moon.places import ImpactEllipse
    from hamsafar.moon.sweep import Sweep

_MOST_STEPS = 1_000  # of a survival curve
_DAY_S = 86_400.0


def lifetime_document(found: Lifetime) -> dict[str, Any]:
    """The whole answer of `hamsafar moon lifetime`."""
    life = found.life
    document: dict[str, Any] = {
        "mission": {"id": found.mission.id, "title": found.mission.title},
        "start": life.start.exact_iso(),
        "end": life.end.iso(3),
        "ended_by": life.ended_by,
        "life_d": round(life.days, 6),
        "impact": None if life.impact is None else impact_row(life.impact),
        "lowest_altitude_km": round(life.lowest_km - _sphere_km(), 4),
        "periapsis": _periapsis_rows(life),
        "elements": elements_rows(life),
        "complete": found.complete,
        "model": {**model_row(found.mission, found.degree), "surface_radius_km": found.surface_km},
        "assumed": list(found.assumed),
    }
    if found.monte_carlo is not None:
        document["monte_carlo"] = monte_carlo_row(found.monte_carlo)
    if found.sweep is not None:
        document["sweep"] = sweep_row(found.sweep)
    return document


def impact_row(impact: Impact) -> dict[str, Any]:
    """Where a life ends; latitude and longitude in the mean-Earth frame."""
    return {
        "time": impact.time.iso(3),
        "latitude_deg": round(impact.latitude_deg, 5),
        "longitude_deg": round(impact.longitude_deg, 5),
        "frame": "MOON_ME",
        "latitude_pa_deg": round(impact.latitude_pa_deg, 5),
        "longitude_pa_deg": round(impact.longitude_pa_deg, 5),
        "radius_km": round(impact.radius_km, 4),
        "speed_km_s": round(impact.speed_km_s, 5),
        "descent_deg": round(impact.descent_deg, 3),
    }


def _sphere_km() -> float:
    from hamsafar.units import MOON_RADIUS_KM

    return MOON_RADIUS_KM


def _periapsis_rows(life: Life) -> list[dict[str, Any]]:
    return [
        {"time": Instant(ns).iso(3), "radius_km": round(km, 4), "altitude_km": round(km - _sphere_km(), 4)}
        for ns, km in zip(life.periapsis_tai_ns.tolist(), life.periapsis_km.tolist(), strict=True)
    ]


def elements_rows(life: Life) -> list[dict[str, Any]]:
    """Osculating elements in the lunar equator of date."""
    told = life.elements.elements
    columns = (
        told.semi_major_axis_km,
        told.eccentricity,
        told.inclination_deg,
        told.node_deg,
        told.argument_of_periapsis_deg,
    )
    rows = zip(life.elements.tai_ns.tolist(), *(column.tolist() for column in columns), strict=True)
    return [
        {
            "time": Instant(ns).iso(3),
            "semi_major_axis_km": round(a, 4),
            "eccentricity": round(e, 8),
            "inclination_deg": round(i, 5),
            "node_deg": round(node, 5),
            "argument_of_periapsis_deg": round(periapsis, 5),
        }
        for ns, a, e, i, node, periapsis in rows
    ]


def monte_carlo_row(found: MonteCarlo) -> dict[str, Any]:
    """What many drawn lives tell together."""
    return {
        "runs_asked": found.asked,
        "runs": found.done,
        "seed": found.seed,
        "until": found.until.exact_iso(),
        "impacted_share": found.impacted_share,
        "impacted_share_error": found.impacted_error,
        "escaped": found.escaped,
        "life_d": {name: _rounded(found.life_d(share)) for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95))},
        "survival": _survival_rows(found),
        "lowest_periapsis": _lowest_rows(found),
        "impacts": [
            {"time": Instant(ns).iso(3), "latitude_deg": round(lat, 4), "longitude_deg": round(lon, 4)}
            for ns, lat, lon in zip(
                found.impact_tai_ns.tolist(),
                found.impact_latitude_deg.tolist(),
                found.impact_longitude_deg.tolist(),
                strict=True,
            )
        ],
        "impact_ellipse": ellipse_row(found.ellipse),
        "impact_groups": [
            {
                "first": group.first.iso(3),
                "last": group.last.iso(3),
                "impacts": group.number,
                "share": group.number / found.done,
                "ellipse": ellipse_row(group.ellipse),
            }
            for group in found.groups
        ],
    }


def ellipse_row(ellipse: ImpactEllipse | None) -> dict[str, float] | None:
    """An ellipse, mean-Earth frame; None where impacts don't gather."""
    return None if ellipse is None else {name: round(value, 4) for name, value in asdict(ellipse).items()}


def _survival_rows(found: MonteCarlo) -> list[dict[str, float]]:
    curve = found.survival
    steps = np.unique(np.linspace(0, max(curve.at_s.size - 1, 0), min(curve.at_s.size, _MOST_STEPS)).astype(int))
    return [
        {
            "day": round(float(curve.at_s[n]) / _DAY_S, 6),
            "alive": round(float(curve.alive[n]), 6),
            "error": round(float(curve.error[n]), 6),
        }
        for n in steps.tolist()
    ]


def _lowest_rows(found: MonteCarlo) -> list[dict[str, float]]:
    rows = zip(found.lowest.at_s.tolist(), (found.lowest.radius_km - _sphere_km()).tolist(), strict=True)
    return [
        {
            "day": round(at_s / _DAY_S, 4),
            "p05_altitude_km": round(low, 3),
            "p50_altitude_km": round(middle, 3),
            "p95_altitude_km": round(high, 3),
        }
        for at_s, (low, middle, high) in rows
    ]


def sweep_row(found: Sweep) -> dict[str, Any]:
    """Lives of variants, in their order."""
    lowest = found.lives.lowest_km() - _sphere_km()
    rows = zip(
        found.values,
        found.lives.end_s.tolist(),
        (found.lives.impacted).tolist(),
        lowest.tolist(),
        strict=False,
    )
    return {
        "of": list(found.names),
        "complete": found.whole,
        "variants": [
            {
                "values": list(values),
                "life_d": round(end_s / _DAY_S, 5),
                "impact": hit,
                "lowest_altitude_km": round(low, 4),
            }
            for values, end_s, hit, low in rows
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
