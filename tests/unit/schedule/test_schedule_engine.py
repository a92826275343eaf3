"""What is taken from the solver: bounds that it has found, to the last unit, and none before."""

from __future__ import annotations

import pytest
from ortools.sat.python import cp_model

from hamsafar.schedule.engine import Engine


def rather_late(weight: int) -> cp_model.CpModel:
    """Two hundred jobs in a row, each wanted late: every cost is below 0, and an offset is added."""
    model = cp_model.CpModel()
    starts = [model.new_int_var(0, 1_000, f"start[{k}]") for k in range(200)]
    model.add_no_overlap([model.new_fixed_size_interval_var(start, 5, "") for start in starts])
    model.minimize(sum(-(k % 7 + 1) * weight * start for k, start in enumerate(starts)) - 12_345)
    return model


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("effort", [1e-9, 1e-6, 1e-3, 1e-2, pytest.param(1e-1, marks=pytest.mark.slow)])
def test_a_bound_is_claimed_only_once_there_is_one(effort: float, workers: int) -> None:
    least = sum(-(k % 7 + 1) * 1_000 for k in range(200)) - 12_345  # each alone at its latest
    run = Engine(left=effort, workers=workers).run(rather_late(1))
    assert run.bound is None or least <= run.bound < -12_345  # any schedule costs less than that


def test_bounds_beyond_what_a_double_tells_apart() -> None:
    model = cp_model.CpModel()
    start = model.new_int_var(2**17 + 8, 2**18, "start")
    model.minimize((2**39 + 5) * start + 3)
    run = Engine(left=10.0).run(model)
    assert run.status == "optimal"
    assert run.bound == (2**39 + 5) * (2**17 + 8) + 3
