"""What reading a plan refuses before anybody works on it."""

from __future__ import annotations

import json

import pytest
from attrs import evolve

from hamsafar.domain.aboard import Sample, Use, WindowNeed
from hamsafar.domain.programme import PlannedBoost
from hamsafar.errors import InputError
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.timeline import Span
from handmade import far_plan


def test_half_a_character_is_refused() -> None:
    body = json.loads(write_plan(far_plan()))
    body["programme"]["title"] = "\ud800"
    with pytest.raises(InputError, match="half a character"):
        read_plan(json.dumps(body))


def test_more_placements_than_any_plan_has_are_refused() -> None:
    body = json.loads(write_plan(far_plan()))
    body["placements"] *= 1 + 20_000 // len(body["placements"])
    with pytest.raises(InputError, match="too many to be a plan"):
        read_plan(json.dumps(body))


def test_what_nobody_says_is_not_written_and_what_somebody_says_comes_back() -> None:
    """Facts that few programmes have are left out of the text of the others."""
    plan = far_plan()
    body = json.loads(write_plan(plan))["programme"]
    for thing, names in (
        (body, {"boosts"}),
        (body["activities"][0], {"apart_from", "same_people_as", "other_people_than", "days_before_end"}),
        (body["resources"][0], {"calendar", "window"}),
    ):
        assert not names & set(thing)
    boost = PlannedBoost(span=Span(plan.flight.docking, plan.flight.docking.plus(minutes=9)), reason="trim")
    kept = Sample(sample="seeds", mass_g=5, stowed_min=60, kept_in=Use(resource="rack", amount=2))
    needy = {"spacing_max_min": 900, "days_before_end": (0, 2), "same_people_as": ("run",), "yields": (kept,)}
    first, *others = plan.programme.activities
    things = tuple(evolve(one, calendar="x", window=WindowNeed(kind="relay")) for one in plan.programme.resources)
    programme = evolve(plan.programme, boosts=(boost,), resources=things, activities=(evolve(first, **needy), *others))
    assert read_plan(write_plan(evolve(plan, programme=programme))).programme == programme
