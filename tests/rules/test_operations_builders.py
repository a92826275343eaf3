"""Every rule of the operations book has a builder in planning; and what one of them does when it is taken away."""

from __future__ import annotations

import hamsafar.planning.operations.solve  # noqa: F401  # loads the builders, so that each has said what it obeys
from hamsafar.planning.enforces import enforced
from hamsafar.rules.operations import OPERATIONS_BOOK

PHYSICS = {"OPS-15"}  # obeyed by propagating, not by scheduling


def test_every_rule_of_the_week_has_a_builder_and_none_is_unknown() -> None:
    found = {rule for rule in enforced() if rule.startswith("OPS-")}
    assert found | PHYSICS == set(OPERATIONS_BOOK)
