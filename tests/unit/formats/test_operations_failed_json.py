"""What an operations plan says of failed pictures goes there and back; where none failed nothing is written of it."""

from __future__ import annotations

from attrs import evolve

from hamsafar.formats.operations_json import read_operations, write_operations
from operated_day import plan


def test_failed_pictures_are_kept_and_a_plan_without_any_reads_as_before() -> None:
    failed = evolve(plan(), failed=("home#1",))
    assert read_operations(write_operations(failed)) == failed
    text = write_operations(plan())
    assert '"failed"' not in text
    assert read_operations(text) == plan()
