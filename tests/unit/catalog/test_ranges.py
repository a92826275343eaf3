"""A pad's range in the catalogue, and in a programme's own section of it."""

from __future__ import annotations

import pytest

from hamsafar.catalog import load
from hamsafar.catalog.merge import merge
from hamsafar.domain.places import Range
from hamsafar.errors import InputErrors
from hamsafar.programme.catalogue_section import catalogue_model

OWN = {"scrub_probability": 0.3, "turnaround_d": 2, "longest_wait_d": 10, "source": "the range's own figures"}


def test_a_programme_may_give_its_own():
    found = merge(load(), {"sites": [{"id": "jiuquan", "range": OWN}]}).site("jiuquan")
    assert found.range == Range(**OWN)
    assert found.latitude_deg == load().site("jiuquan").latitude_deg
    assert merge(load(), {"sites": [{"id": "jiuquan", "range": None}]}).site("jiuquan").range is None


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"scrub_probability": 1.0}, "scrub_probability"),
        ({"turnaround_d": 0}, "turnaround_d"),
        ({"longest_wait_d": "a week"}, "longest_wait_d"),
        ({"scrub": 0.1}, "scrub"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(wrong, where):
    with pytest.raises(InputErrors) as problem:
        merge(load(), {"sites": [{"id": "jiuquan", "range": {**OWN, **wrong}}]})
    assert [one.where for one in problem.value.errors] == [f"catalogue.sites[0].range.{where}"]


def test_editors_are_told_what_its_fields_mean():
    made = catalogue_model().model_json_schema()
    assert "turnaround_d" in made["$defs"]["RangeEntry"]["properties"]
