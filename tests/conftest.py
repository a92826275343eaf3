"""What all tests share: their helpers can be imported from here, and how much property tests leave to chance.

The default run draws the same examples every time (the profile `steady`), so that a red one is somebody's change, and
few of them, so that it stays short. `make test-all` draws others each time, and more than a test asks for
(`--hypothesis-profile=chance`); what it finds becomes an @example. Slow tests draw as many as they ask for.
"""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

_SHARES = {"steady": 0.2, "chance": 5.0}  # of the examples that a test asks for
_FEWEST = 3  # that any test draws, if it asks for so many

settings.register_profile("steady", derandomize=True)
settings.register_profile("chance", print_blob=True)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The profile's share of examples for every property test that is not slow."""
    share = _SHARES.get(settings.get_current_profile_name(), 1.0)
    tests = {getattr(item, "obj", None) for item in items if not item.get_closest_marker("slow")}
    for test in tests:
        if hasattr(test, "hypothesis"):
            own: settings = test._hypothesis_internal_use_settings  # hypothesis has no open door to it
            test._hypothesis_internal_use_settings = settings(own, max_examples=_drawn(own.max_examples, share))


def pytest_collection_finish() -> None:
    """What was made so far lasts to the end: garbage is looked for in the rest alone, and less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _drawn(asked: int, share: float) -> int:
    """How many examples are drawn where so many are asked for."""
    return max(round(share * asked), min(asked, _FEWEST))
