"""What is told while somebody waits, and what stands right under the verdict."""

from __future__ import annotations

import pytest
from attrs import evolve

from hamsafar.app.replanning import Replan
from hamsafar.cli.replanning import print_replan
from hamsafar.domain.changes import Version
from hamsafar.domain.plan import Dropped, Judgement
from hamsafar.planning.news import news
from hamsafar.schedule.solve import Progress
from handmade import far_plan


@pytest.mark.parametrize(
    ("value", "bound", "said"),
    [
        (1_200, 800, "left undone 1,200 points (800 at least)"),
        (1_200, 1_200, "left undone 1,200 points"),
        (1_200, None, "left undone 1,200 points"),
        (None, None, "left undone"),
    ],
)
def test_news_has_its_unit_and_no_figure_that_is_not_known(value: int | None, bound: int | None, said: str) -> None:
    step = Progress(stage="left undone", value=value, bound=bound, effort=0.0, wall_s=0.0)
    assert news(step, {"left undone": "points"}) == said


def test_a_stage_that_is_no_objective_has_no_figure() -> None:
    step = Progress(stage="Proving that no plan is nearer", value=7_164, bound=334, effort=0.0, wall_s=0.0)
    assert news(step, {"left undone": "points"}) == "Proving that no plan is nearer"


def test_a_flight_on_another_day_than_asked_for_is_told_under_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    said = "No flight fits on 2027-06-15, the day asked for: FLT-06"
    left = (
        Dropped(id="photograph#1", of="photograph", title="It", value=10, why="no room: left out by the objective"),
        Dropped(id="upkeep@2#1", of="upkeep", title="It", value=0, why="was missed on 2027-06-02; its day is over"),
    )
    own = Version(number=2, title="Slip", asked_by="host")
    made = evolve(far_plan(), versions=(*far_plan().versions, own), warnings=("Something.", said), dropped=left)
    judgement = Judgement(verdict="holds", findings=())
    answer = Replan(
        before=far_plan(), plan=made, judgement=judgement, files=(), seconds={"total": 1.0}, of_the_flight=(said,)
    )
    print_replan(answer)
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("Verdict: holds; ")
    assert lines[3] == said
    assert lines.count(said) == 1
    assert "Mind: Something." in lines
    assert "Left out, optional: photograph#1" in lines
    assert "Not done, and too late now: upkeep@2#1" in lines
    assert "Mind: " + said not in lines
