"""Campaigns with known truth: rotating panels, severities, interactions, marks missing."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.selection.marks import MarkTable, Numbers


@frozen(kw_only=True)
class Made:
    """A made campaign. Spreads are standard deviations, of which the candidates' is 1; marks are about 60."""

    candidates: int = 40
    assessors: int = 8
    items: int = 3
    panel: int = 3
    severity: float = 0.6
    difficulty: float = 0.4
    candidate_assessor: float = 0.3
    candidate_item: float = 0.3
    assessor_item: float = 0.2
    residual: float = 0.8
    missing: float = 0.1  # share of marks


def made_marks(made: Made, random: np.random.Generator) -> tuple[MarkTable, Numbers]:
    """The table, and the candidates' true abilities (candidates,). Panels are neighbours in a circle of assessors,
    handed round to candidates in random order, so that the design is connected where few marks are missing.
    """
    n, a, i, panel = made.candidates, made.assessors, made.items, made.panel
    panels = (np.arange(n)[:, None] + np.arange(panel)) % a
    panels = panels[random.permutation(n)]
    candidate = np.repeat(np.arange(n), panel * i)
    assessor = np.repeat(panels, i, axis=1).ravel()
    item = np.tile(np.arange(i), n * panel)
    ability = random.standard_normal(n)
    mark = 60 + ability[candidate]
    mark += made.severity * random.standard_normal(a)[assessor]
    mark += made.difficulty * random.standard_normal(i)[item]
    mark += made.candidate_assessor * random.standard_normal((n, a))[candidate, assessor]
    mark += made.candidate_item * random.standard_normal((n, i))[candidate, item]
    mark += made.assessor_item * random.standard_normal((a, i))[assessor, item]
    mark += made.residual * random.standard_normal(candidate.size)
    given = random.random(candidate.size) >= made.missing
    names = [[f"{kind}{k:05d}" for k in range(many)] for kind, many in (("c", n), ("a", a), ("i", i))]
    table = MarkTable.of_columns(
        tuple(names[0]), tuple(names[1]), tuple(names[2]), candidate, assessor, item, mark, given
    )
    return table, ability
