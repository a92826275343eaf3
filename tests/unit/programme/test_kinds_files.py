"""Windows and horizons in programme files and plan.json: read as the nouns say, written and read back without loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from attrs import evolve
from breaking import BASE, copy_of_base

from hamsafar.domain.aboard import OF_A_BLOCK, OF_A_SITE, WindowKind, WindowNeed
from hamsafar.domain.places import Horizon, HorizonPoint
from hamsafar.errors import InputError
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.programme import read_programme
from handmade import far_plan

ROOT = Path(__file__).parents[3]
KINDS: tuple[WindowKind, ...] = get_args(WindowKind)
VALLEY = Horizon(
    points=(
        HorizonPoint(azimuth_deg=0.0, elevation_deg=14.5),
        HorizonPoint(azimuth_deg=120.0, elevation_deg=2.0),
        HorizonPoint(azimuth_deg=120.0, elevation_deg=30.0),
        HorizonPoint(azimuth_deg=270.25, elevation_deg=-0.5),
    )
)


def with_window(folder: Path, window: str) -> Path:
    path = folder / "aboard.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{kind: relay}", window), encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_window_may_be_asked_for(tmp_path: Path, kind: WindowKind) -> None:
    of = "quetta" if kind in OF_A_SITE else "fajr" if kind in OF_A_BLOCK else None
    written = f"{{kind: {kind}}}" if of is None else f"{{kind: {kind}, of: {of}}}"
    programme = read_programme(with_window(copy_of_base(tmp_path), written))
    assert programme.activity("run").window == WindowNeed(kind=kind, of=of)


@pytest.mark.parametrize("kind", OF_A_SITE)
def test_the_site_of_a_window_is_kept(tmp_path: Path, kind: WindowKind) -> None:
    programme = read_programme(with_window(copy_of_base(tmp_path), f"{{kind: {kind}, of: lahore}}"))
    assert programme.site("lahore").name == "Lahore"


@pytest.mark.parametrize("page", ["docs/reference/programme-files.md", "docs/explanation/what-rules-mean.md"])
def test_every_kind_of_window_is_explained(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []


def test_a_horizon_is_a_list_of_points(tmp_path: Path) -> None:
    folder = copy_of_base(tmp_path)
    path = folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    points = "".join(
        f"\n        - {{azimuth_deg: {point.azimuth_deg}, elevation_deg: {point.elevation_deg}}}"
        for point in VALLEY.points
    )
    more = f"\n    - id: lahore\n      horizon:{points}\n    - {{id: islamabad, height_km: 0.6}}"
    path.write_text(text.replace("\n  stations:", f"{more}\n  stations:"), encoding="utf-8")
    for site, horizon in (("lahore", VALLEY), ("islamabad", None)):
        programme = read_programme(with_window(folder, f"{{kind: visible-pass, of: {site}}}"))
        assert programme.site(site).horizon == horizon
        aboard = (BASE / "aboard.yaml").read_text(encoding="utf-8")
        (folder / "aboard.yaml").write_text(aboard, encoding="utf-8")


def test_plan_json_keeps_a_horizon() -> None:
    plan = far_plan()
    sites = tuple(evolve(site, horizon=VALLEY if site.id == "islamabad" else None) for site in plan.programme.sites)
    hilly = evolve(plan, programme=evolve(plan.programme, sites=sites))
    text = write_plan(hilly)
    assert read_plan(text) == hilly
    written = {site["id"]: site["horizon"] for site in json.loads(text)["programme"]["sites"]}
    assert written["pad"] is None
    assert written["islamabad"][1] == {"azimuth_deg": 120.0, "elevation_deg": 2.0}


def test_a_plan_written_before_there_were_horizons_is_read() -> None:
    body = json.loads(write_plan(far_plan()))
    for site in body["programme"]["sites"]:
        del site["horizon"]
    assert read_plan(json.dumps(body)) == far_plan()


@pytest.mark.parametrize(
    ("horizon", "words"),
    [
        ({"azimuth_deg": 1, "elevation_deg": 2}, "list of points"),
        ([[1, 2]], "list of points"),
        ([{"azimuth_deg": 1, "elevation_deg": 91}], "elevation_deg"),
        ([{"azimuth_deg": 1}], "elevation_deg"),
        ([{"azimuth_deg": 2, "elevation_deg": 1}, {"azimuth_deg": 1, "elevation_deg": 1}], "goes back"),
        ([{"azimuth_deg": 2, "elevation_deg": 1}] * 3, "two are a wall"),
    ],
)
def test_a_horizon_that_is_none_is_refused(horizon: object, words: str) -> None:
    body = json.loads(write_plan(far_plan()))
    body["programme"]["sites"][2]["horizon"] = horizon
    with pytest.raises(InputError, match=words):
        read_plan(json.dumps(body))
