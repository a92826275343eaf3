"""What all tests share: their helpers can be imported from here, and how much property tests leave to chance.

The default run draws the same examples every time (the profile `steady`), so that a red one is somebody's change.
`make test-all` draws others each time, and more (`--hypothesis-profile=chance`); what it finds becomes an @example.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

_MORE = 5  # times as many examples as a test asks for; slow tests ask for enough

settings.register_profile("steady", derandomize=True)
settings.register_profile("chance", print_blob=True)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """More examples for every property test that is not slow, where chance is asked for."""
    if settings.get_current_profile_name() != "chance":
        return
    tests = {getattr(item, "obj", None) for item in items if not item.get_closest_marker("slow")}
    for test in tests:
        if hasattr(test, "hypothesis"):
            own: settings = test._hypothesis_internal_use_settings  # hypothesis has no open door to it
            test._hypothesis_internal_use_settings = settings(own, max_examples=_MORE * own.max_examples)
