"""Every kind of window has a band of its own in the crew timeline, and a look of its own."""

from __future__ import annotations

from functools import cache
from typing import get_args

import pytest
from attrs import evolve

from export_plan import rich_plan
from hamsafar.domain.aboard import WindowKind
from hamsafar.domain.plan import Plan, WindowList
from hamsafar.export.svg_crew import bands_of, day_panels
from hamsafar.export.tables import window_rows
from hamsafar.resources import read_text

KINDS: tuple[WindowKind, ...] = get_args(WindowKind)


def with_every_kind() -> Plan:
    plan = rich_plan()
    one = plan.windows[0]
    lists: list[WindowList] = [evolve(one, kind=kind, of=None, title=f"All {kind}") for kind in KINDS]
    return evolve(plan, windows=tuple(lists))


def test_every_kind_has_a_band() -> None:
    plan = with_every_kind()
    drawn = [listed.kind for _, lists in bands_of(plan) for listed in lists]
    assert sorted(drawn) == sorted(KINDS)
    names = [name for name, _ in bands_of(plan)]
    assert len(set(names)) == len(names)


@cache
def panel() -> str:
    return day_panels(with_every_kind(), {})[2].svg


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_in_its_own_class_and_the_style_sheet_knows_it(kind: WindowKind) -> None:
    assert f'class="b w {kind}' in panel()
    assert f".{kind} .f" in read_text("export/data/report.css")


def test_every_kind_is_in_the_table_of_windows() -> None:
    assert {row.kind for row in window_rows(with_every_kind())} == set(KINDS)


def test_a_kind_of_which_nothing_is_known_is_drawn_as_unknown() -> None:
    plan = rich_plan()
    unknown = evolve(plan.windows[0], kind="clear-of-anomaly", title="Clear", known=(), spans=())
    before = day_panels(evolve(plan, windows=()), {})[2].svg.count('class="unknown"')
    assert day_panels(evolve(plan, windows=(unknown,)), {})[2].svg.count('class="unknown"') == before + 1
