"""No campaign.yaml and no mapping, however damaged, ends otherwise than in a Campaign or in errors with a place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.campaign import Campaign
from hamsafar.errors import InputError, InputErrors
from hamsafar.programme.selection import read_campaign_text, template_text
from hamsafar.programme.selection.campaign_model import LISTS, ONCE
from hamsafar.programme.selection.intake_mapping import read_mapping
from selecting import campaign

TEXT = template_text("three-stage")
LINES = TEXT.split("\n")
HEAD = "campaign: {id: a, title: A, opens: 2028-01-10, template: three-stage}\n"
CAMPAIGN = campaign()
_PLACE = re.compile(r"(f|catalogue:campaigns/[a-z-]+\.yaml):\d+:\d+")


def _read(text: str) -> None:
    try:
        made = read_campaign_text(text, where="f")
    except InputError as problem:
        for one in problem.errors if isinstance(problem, InputErrors) else (problem,):
            assert _PLACE.match(one.where), str(one)
            assert one.what
    else:
        assert isinstance(made, Campaign)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.text(max_size=3), st.integers(0, 6))
def test_characters_put_in_or_taken_out(at: int, put: str, taken: int) -> None:
    _read(TEXT[:at] + put + TEXT[at + taken :])


@settings(max_examples=12, deadline=None)
@given(st.integers(0, len(LINES) - 1), st.integers(1, 12))
def test_lines_taken_out(at: int, count: int) -> None:
    _read("\n".join(LINES[:at] + LINES[at + count :]))


_WORDS = ["age", "home-board", "opening + 3 d", "x", "2028-02-01"]
_KEYS = ["id", "title", "field", "minimum", "tests", "items", "scale", "passes_on", "to", "due", "begins", "members"]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.sampled_from(_WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([*ONCE, *LISTS][1:]), _VALUES, max_size=3))
def test_any_section_may_hold_anything(sections: dict[str, Any]) -> None:
    _read(HEAD + "".join(f"{name}: {json.dumps(value)}\n" for name, value in sections.items()))


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["sheet", "number", "columns", "values", "units", "dates", "decimals", "ignore", "x"]), _VALUES
    )
)
def test_any_mapping(tmp_path_factory: Any, said: dict[str, Any]) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "map.yaml"
    path.write_text(json.dumps(said), encoding="utf-8")
    try:
        read_mapping(path, CAMPAIGN)
    except InputError:
        return
