"""The damaged variants: every one is told truly, and the pages tell every one."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hamsafar.app.planning import Options, Planned, plan
from hamsafar.app.replanning import NoPlan, Replan, replan
from hamsafar.schedule.nearest import Before
from hamsafar.schedule.problem import Answer, Problem, Solved
from hamsafar.schedule.repair import repair
from hamsafar.schedule.solve import solve
from hamsafar.timeline import Instant
from small_example import small_example

ROOT = Path(__file__).parents[2]
WITHOUT_PLAN = {"instructor-gone", "experiment-too-many", "link-too-short"}
NAMES = (
    "a-day-late", "centrifuge-shut", "docked-a-day-late", "early-return", "experiment-too-many", "instructor-away",
    "instructor-gone", "link-lost", "link-too-short", "ran-long", "ship-damaged", "slip-10-days", "slip-3-days",
    "slip-45-days",
)  # fmt: skip
LAST_WEEKS_D = 28  # before the planned lift-off, in which a slip may move things
LITTLE = 0.1  # effort, for a plan to be damaged and for its repair


@cache
def tool() -> Any:
    folder = str(ROOT / "tools")
    sys.path.insert(0, folder)
    try:
        import write_variants
    finally:
        sys.path.remove(folder)
    return write_variants


def variant(name: str) -> Any:
    return next(one for one in tool().variants() if one.name == name)


# ---- the pages


def test_all_are_known_and_each_names_its_example() -> None:
    found = tool().variants()
    assert tuple(one.name for one in found) == NAMES
    assert {one.example for one in found} == {"tiangong-guest", "tiangong-eve"}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_the_change_file_as_it_is(name: str) -> None:
    blocks = tool().blocks_of((tool().PAGES / f"{name}.md").read_text(encoding="utf-8"))
    assert set(blocks) == {"change", "answer"}
    assert blocks["change"] == tool().change_block(variant(name)), "run tools/write_variants.py"


def test_the_index_and_the_list_of_changes_name_every_variant() -> None:
    assert set(tool().rows_of(tool().INDEX.read_text(encoding="utf-8"))) <= set(NAMES)
    listed = re.findall(r"^\| `([a-z0-9-]+)\.yaml`", (tool().CHANGES / "README.md").read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == sorted(NAMES)
    assert {path.stem for path in tool().PAGES.glob("*.md")} == {*NAMES, "README"}


def test_what_is_left_out_of_a_long_answer_is_said() -> None:
    lines = [f"line {number}" for number in range(100)]
    shown = tool()._shortened(lines)
    (mark,) = (line for line in shown if "left out" in line)
    assert int(re.findall(r"\d+", mark)[0]) + len(shown) - 1 == len(lines)
    assert shown[0] == lines[0]
    assert shown[-1] == lines[-1]
    assert tool()._shortened(lines[:20]) == lines[:20]


def test_only_seconds_may_differ() -> None:
    row = "| [a](a.md) | tiangong-eve | repaired | 1 of 1 | nothing | proved | holds | 12 s |"
    assert tool().without_seconds(row) == tool().without_seconds(row.replace("12 s", "3 s"))
    assert tool().without_seconds(row) != tool().without_seconds(row.replace("1 of 1", "0 of 1"))


# ---- what comes of them: two on a smaller eve, all ten as they are


@pytest.fixture(scope="module")
def eve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("eve")
    made = plan(small_example("tiangong-eve", home / "programme"), out=home / "eve", options=Options(effort=LITTLE))
    assert isinstance(made, Planned)
    return home / "eve"


@pytest.mark.slow
def test_a_lost_link_is_repaired(eve: Path) -> None:
    answer = replan(eve, tool().CHANGES / "link-lost.yaml", out=eve.parent / "repaired", options=Options(effort=LITTLE))
    assert isinstance(answer, Replan)
    ensure_repaired(answer)
    shut, opens = Instant.parse("2026-05-29T04:00:00Z"), Instant.parse("2026-05-29T10:00:00Z")
    relays = {
        one.id for one in answer.plan.programme.activities if one.window is not None and one.window.kind == "relay"
    }
    assert relays
    assert not [one for one in answer.plan.placements if one.of in relays and one.start < opens and shut < one.end]


def test_a_call_longer_than_any_link_is_a_conflict_with_ways_out(eve: Path) -> None:
    answer = replan(
        eve, tool().CHANGES / "link-too-short.yaml", out=eve.parent / "none", options=Options(effort=LITTLE)
    )
    assert isinstance(answer, NoPlan)
    assert {clash.rule for clash in answer.clashes} == {"CMP-01", "WIN-01"}
    ensure_ways_out(answer)
    assert not (eve.parent / "none").exists()


@cache
def outcomes() -> dict[str, Any]:
    return {one.variant.name: one for one in tool().damaged(tool().variants())}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_variant_is_repaired_or_has_ways_out(name: str) -> None:
    outcome = outcomes()[name]
    if name in WITHOUT_PLAN:
        assert isinstance(outcome.answer, NoPlan)
        assert outcome.code == 3
        ensure_ways_out(outcome.answer)
    else:
        assert isinstance(outcome.answer, Replan)
        assert outcome.code == 0
        ensure_repaired(outcome.answer, told=placements_told(outcome.variant.text))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_page_tells_what_comes_of_it_now(name: str) -> None:
    page = tool().PAGES / f"{name}.md"
    written = tool().blocks_of(page.read_text(encoding="utf-8"))["answer"]
    assert written == tool().answer_block(outcomes()[name]), "run tools/write_variants.py"


@pytest.mark.slow
def test_three_days_leave_the_term_before_the_last_weeks_as_it_was() -> None:
    answer = outcomes()["slip-3-days"].answer
    assert isinstance(answer, Replan)
    until = answer.before.flight.launch.launch.plus(days=-LAST_WEEKS_D)
    early = {one.id for one in answer.before.placements if one.stage == "training" and one.start < until}
    elsewhere = {one.placement.id for one in answer.diff.placements.each}
    assert len(early & elsewhere) <= 0.05 * len(early)


@pytest.mark.slow
def test_one_shut_month_moves_only_what_it_has_to() -> None:
    answer = outcomes()["centrifuge-shut"].answer
    assert isinstance(answer, Replan)
    assert len(answer.diff.placements.each) <= 30
    assert all(one.placement.stage == "training" for one in answer.diff.placements.each)


@pytest.mark.slow
def test_a_late_launch_leaves_out_no_more_than_planning_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Problem, Solved, dict[str, Any]]] = []

    def recorded(problem: Problem, before: Before, **options: Any) -> Answer:
        answer = repair(problem, before, **options)
        assert isinstance(answer, Solved)
        asked.append((problem, answer, options))
        return answer

    monkeypatch.setattr("hamsafar.schedule.repair.repair", recorded)
    list(tool().damaged([variant("slip-45-days")]))
    problem, repaired, options = asked[-1]  # the days aboard
    afresh = solve(problem, seed=options["seed"], workers=options["workers"], effort=options["effort"])
    assert isinstance(afresh, Solved)
    assert lost(problem, repaired) <= lost(problem, afresh)


def lost(problem: Problem, answer: Solved) -> int:
    """The value of all that is left out."""
    return sum(task.value for task in problem.tasks if task.optional and task.id not in answer.placed)


def placements_told(change: str) -> frozenset[str]:
    """Of which the change's `happened` says what became of them."""
    return frozenset(re.findall(r"{placement: ([^,}]+)", change))


def ensure_repaired(answer: Replan, told: frozenset[str] = frozenset()) -> None:
    """It holds, what was past stayed but for what is told, and whatever isn't where it was has a reason."""
    assert answer.judgement.verdict == "holds", answer.judgement.findings
    now = answer.plan.programme.past_until
    past = {one.id for one in answer.before.placements if now is not None and one.start < now} - told
    found = answer.diff.placements
    assert not past & {one.placement.id for one in found.each}
    assert found.unchanged >= len(past)
    assert {move.placement for move in answer.plan.moved} == {one.placement.id for one in found.each}
    assert all(move.why for move in answer.plan.moved), [move for move in answer.plan.moved if not move.why]


def ensure_ways_out(answer: NoPlan) -> None:
    """The conflict is short, each line of it is needed, and something is proved to settle it."""
    assert answer.minimal
    assert 2 <= len(answer.clashes) <= 20
    assert any(one.proved for one in answer.relaxations), answer.relaxations
