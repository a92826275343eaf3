"""What a landing site asks for, as the catalogue and programmes say it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hamsafar.catalog import load, merge
from hamsafar.domain.places import Site
from hamsafar.errors import InputErrors
from hamsafar.formats.plan_json import converter
from hamsafar.programme import schema_text

AREA = {"south_deg": 40.2, "north_deg": 42.2, "west_deg": 97.5, "east_deg": 103.7}
RULE: dict[str, Any] = {"area": AREA, "max_wind_m_s": 12, "wind_height_m": 10}


def test_dongfeng_has_the_box_that_was_closed_for_a_real_landing() -> None:
    rule = load().site("dongfeng").landing
    assert rule is not None
    area = rule.area
    assert (area.south_deg, area.north_deg, area.west_deg, area.east_deg) == (40.2, 42.2, 97.5, 103.7)
    assert (rule.max_wind_m_s, rule.wind_height_m) == (10.0, 100.0)
    assert all(site.landing is None for site in load().sites if site.id != "dongfeng")


def test_a_programme_may_say_another_rule_and_another_wait() -> None:
    returns = converter().unstructure(load().ship("shenzhou").returns)
    patient = [{**one, "longest_wait_h": 50} for one in returns]
    said = {"sites": [{"id": "dongfeng", "landing": RULE}], "ships": [{"id": "shenzhou", "returns": patient}]}
    merged = merge(load(), said)
    site = merged.site("dongfeng")
    assert site.landing is not None
    assert site.landing.max_wind_m_s == 12.0
    assert {one.longest_wait_h for one in merged.ship("shenzhou").returns} == {50.0}
    assert Draft202012Validator(json.loads(schema_text())).is_valid({"catalogue": said})


def test_a_rule_is_written_and_read_without_loss() -> None:
    site = load().site("dongfeng")
    assert converter().structure(json.loads(json.dumps(converter().unstructure(site))), Site) == site


def test_a_return_without_a_wait_leaves_no_backup() -> None:
    written = converter().unstructure(load().ship("shenzhou").returns[0])
    del written["longest_wait_h"]
    said = {"ships": [{"id": "shenzhou", "returns": [written]}]}
    assert merge(load(), said).ship("shenzhou").returns[0].longest_wait_h == 0.0


@pytest.mark.parametrize(
    ("rule", "where", "said"),
    [
        (
            {**RULE, "area": {**AREA, "north_deg": 40.0}},
            "landing.area",
            "runs from south to north (got 40.2 to 40 deg)",
        ),
        ({**RULE, "area": {**AREA, "north_deg": 95.0}}, "landing.area.north_deg", "90"),
        ({**RULE, "max_wind_m_s": 0}, "landing.max_wind_m_s", "> 0"),
        ({**RULE, "wind_height_m": "low"}, "landing.wind_height_m", "should be a number"),
        ({**RULE, "gusts": 1}, "landing.gusts", "unknown key 'gusts'"),
        ({"area": AREA}, "landing.max_wind_m_s", "is missing"),
    ],
)
def test_a_bad_rule_is_told_with_its_place(rule: dict[str, Any], where: str, said: str) -> None:
    with pytest.raises(InputErrors) as caught:
        merge(load(), {"sites": [{"id": "dongfeng", "landing": rule}]})
    told = {error.where: error.what for error in caught.value.errors}
    assert said in told[f"catalogue.sites[0].{where}"]
