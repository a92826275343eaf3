"""What an operations plan says of failed pictures goes there and back; where none failed nothing is written of it."""

from __future__ import annotations

import pytest
from attrs import evolve

from hamsafar.errors import InputError
from hamsafar.formats.operations_json import read_operations, write_operations
from hamsafar.formats.plan_json import read_plan
from operated_day import plan


def test_failed_pictures_are_kept_and_a_plan_without_any_reads_as_before() -> None:
    failed = evolve(plan(), failed=("home#1",))
    assert read_operations(write_operations(failed)) == failed
    text = write_operations(plan())
    assert '"failed"' not in text
    assert read_operations(text) == plan()


@pytest.mark.parametrize("line", ['"status": "feasible",', '"home": [],'])
def test_a_key_that_stands_twice_is_refused(line: str) -> None:
    text = write_operations(plan())
    head, rest = text.split("\n", 1)
    with pytest.raises(InputError, match="stands twice"):
        read_operations(f"{head}\n {line}\n{rest}")


def test_a_key_that_stands_twice_deep_inside_is_refused() -> None:
    text = write_operations(plan())
    doubled = text.replace('"stored_kbit": 50.0', '"stored_kbit": 50.0, "stored_kbit": 0.0', 1)
    assert doubled != text
    with pytest.raises(InputError, match="'stored_kbit' stands twice"):
        read_operations(doubled)


def test_the_same_of_a_flights_plan() -> None:
    with pytest.raises(InputError, match="'format' stands twice"):
        read_plan('{"format": "hamsafar-plan/1", "format": "hamsafar-plan/1"}')
