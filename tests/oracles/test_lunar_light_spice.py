"""Eclipses against SPICE's own search (`gfoclt`, light time counted) over two-body orbits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hamsafar.moon.light import Eclipse, eclipses
from hamsafar.timeline import Instant, Span
from lunar_paths import KeplerPath

_REFERENCE = json.loads((Path(__file__).parent / "data" / "lunar_light_spice.json").read_text())
# SPICE converges to 1e-6 s, ours to 1 ms, and the two agree on orbit and ephemeris to metres. The Earth's limb is with
# us an ellipse read along one direction, 0.1 km, at as little as 0.4 km/s across the shadow's edge.
_WITHIN_S = {"moon": 0.002, "earth": 0.15}


def _instant(tai_s: float) -> Instant:
    return Instant(round(tai_s * 1e9))


def _path(case: dict[str, Any]) -> KeplerPath:
    start = _instant(case["start_tai_s"])
    return KeplerPath(start=start, end=start.plus(days=case["days"]), centre=case["centre"], **case["elements"])


@pytest.mark.parametrize("case", _REFERENCE["cases"], ids=[case["name"] for case in _REFERENCE["cases"]])
def test_every_eclipse_that_spice_finds_and_no_other(case: dict[str, Any]) -> None:
    path = _path(case)
    found = eclipses(path, Span(path.start, path.end), bodies=case["bodies"])
    for body in case["bodies"]:
        for kind in ("umbra", "penumbra", "annular"):
            ours = [one for one in found if (one.body, one.kind) == (body, kind)]
            theirs = [row for row in case["eclipses"] if (row["body"], row["kind"]) == (body, kind)]
            assert len(ours) == len(theirs), (body, kind)
            for one, row in zip(ours, theirs, strict=True):
                _same(one, row, _WITHIN_S[body])


def _same(ours: Eclipse, theirs: dict[str, Any], within_s: float) -> None:
    assert abs(ours.enter.seconds_since(_instant(theirs["enter_tai_s"]))) <= within_s, (ours, theirs)
    assert abs(ours.leave.seconds_since(_instant(theirs["leave_tai_s"]))) <= within_s, (ours, theirs)


def test_the_reference_holds_all_kinds() -> None:
    kinds = {(row["body"], row["kind"]) for case in _REFERENCE["cases"] for row in case["eclipses"]}
    assert kinds >= {
        ("moon", "umbra"),
        ("moon", "penumbra"),
        ("moon", "annular"),
        ("earth", "umbra"),
        ("earth", "penumbra"),
    }
