"""What reading a plan refuses before anybody works on it."""

from __future__ import annotations

import json

import pytest

from hamsafar.errors import InputError
from hamsafar.formats.plan_json import read_plan, write_plan
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
