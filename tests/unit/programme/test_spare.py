"""Task lists, what is flexible and what may be done ahead, as programmes say them; and what is wrong with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hamsafar.domain.programme import Programme
from hamsafar.errors import InputErrors
from hamsafar.programme import read_programme

EVE = Path(__file__).parents[3] / "examples" / "tiangong-eve"
WHO = "who: [{function: worker, from: [guest]}]"
ITEM = (
    "{id: tools, title: Tools, kind: station-work, duration: 20 min, who: [{function: worker, from: [hosts], count: 2}]"
)


def reading(tmp_path: Path, *activities: str) -> Programme:
    folder = tmp_path / "flight"
    shutil.copytree(EVE, folder)
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    text = text.replace("  guest: trainee-prime\n", "  guest: trainee-prime\n  crew_day: six-in-handover\n")
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    own = "".join(f"  - {one}\n" for one in activities)
    (folder / "aboard.yaml").write_text(f"activities:\n{own}", encoding="utf-8")
    return read_programme(folder)


def told(tmp_path: Path, *activities: str) -> str:
    with pytest.raises(InputErrors) as found:
        reading(tmp_path, *activities)
    return str(found.value)


def test_an_item_is_on_the_list_and_no_activity(tmp_path: Path) -> None:
    found = reading(tmp_path, ITEM + ", task_list: true, due: 3}")
    (item,) = found.task_list
    assert (item.id, item.duration_min, item.who.count, item.due_day) == ("tools", 20, 2, 3)
    assert "tools" not in {one.id for one in found.activities}


def test_what_is_flexible_is_said_or_follows(tmp_path: Path) -> None:
    letters = "{id: letters, title: Letters, kind: free, duration: 20 min, " + WHO
    said = reading(tmp_path / "a", letters + ", flexible: false}")
    left = reading(tmp_path / "b", letters + ", get_ahead: true}")
    assert (said.activity("letters").flexible, said.activity("letters").is_flexible) == (False, False)
    assert (left.activity("letters").flexible, left.activity("letters").is_flexible) == (None, True)
    assert left.activity("letters").get_ahead


@pytest.mark.parametrize(
    ("written", "what"),
    [
        (ITEM + ', task_list: true, prefer: "10:00"}', "prefer: is not for a task list, which keeps no times"),
        (ITEM + ", task_list: true, times: 2}", "times: is not for a task list"),
        (ITEM + ", task_list: true, due: 30}", "due: the longest stay ends on flight day 9"),
        (ITEM + ", due: 3}", "due: is for what is on a task list"),
        (ITEM + ", task_list: true, get_ahead: true}", "get_ahead: is not for a task list"),
        (ITEM + ", flexible: true}", "flexible: is for what one does alone, who may move it without asking; 2 serve"),
        (
            "{id: tools, title: T, kind: station-work, duration: 9 min, task_list: true, who: []}",
            "who: of a task list there is exactly one entry in `who`, not 0",
        ),
    ],
)
def test_what_makes_no_sense_is_told_at_its_place(tmp_path: Path, written: str, what: str) -> None:
    said = told(tmp_path, written)
    assert what in said
    assert "aboard.yaml:2:" in said


def test_nothing_comes_after_what_has_no_time(tmp_path: Path) -> None:
    later = "{id: later, title: Later, kind: free, duration: 5 min, " + WHO + ", after: [{of: tools}]}"
    said = told(tmp_path, ITEM + ", task_list: true}", later)
    assert "after[0].of: is on a task list, so nobody knows when it is done" in said
