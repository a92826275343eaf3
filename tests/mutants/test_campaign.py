"""Whoever reads a plan takes milestones and nights in quarantine for what they are: no training, and no attendance."""

from __future__ import annotations

from attrs import evolve
from mutants_campaign import nights, with_nights, with_road

from hamsafar.app.attending import attendance
from hamsafar.app.sheets import sheets
from hamsafar.export.figures import hours_per_class
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.make import Options
from hamsafar.planning.rebuilt import stage_again
from hamsafar.planning.replan import Replanned, replan
from hamsafar.programme import read_change_text
from hamsafar.timeline import Instant
from hamsafar.verify import verify
from handmade import BACKUP, GUEST, far_plan


def campaign():
    """A plan with a road and with nights that move a little."""
    return with_nights(with_road(far_plan()))


def test_the_planners_own_problem_finds_nothing_wrong_with_them() -> None:
    again = stage_again(campaign(), "training")
    assert again.placed.keys() == {task.id for task in again.problem.tasks}
    assert again.broken == ()


def test_they_fill_no_hours_of_training_and_no_attendance_is_kept_of_them(tmp_path) -> None:
    assert hours_per_class(campaign()) == hours_per_class(far_plan())
    kept = [attendance(plan, out=tmp_path / f"{n}.xlsx").sessions for n, plan in enumerate((far_plan(), campaign()))]
    assert kept[0] == kept[1]


def test_sheets_show_them_without_counting_them(tmp_path) -> None:
    plan = campaign()
    sheets(plan, out=tmp_path, only=[GUEST])
    page = (tmp_path / "people" / f"{GUEST}.html").read_text(encoding="utf-8")
    assert "Review · milestone" in page
    assert page.count("Sleep · sleep") >= len(nights(plan))
    assert ">23:00<" in page  # a week with nights is drawn from midnight to midnight


def test_a_change_in_quarantine_keeps_the_nights_that_have_been() -> None:
    plan = read_plan(write_plan(campaign()))
    slept = nights(plan)[5]
    now, first, last = slept.end.plus(minutes=5), nights(plan)[8].start, nights(plan)[9].end
    text = (
        "change: {title: Ill, asked_by: host}\n"
        f"now: {_text(now)}\naway: [{{person: {BACKUP}, from: {_text(first)}, to: {_text(last)}}}]\n"
    )
    answer = replan(plan, read_change_text(text, plan), Options(workers=1, effort=2.0))
    assert isinstance(answer, Replanned)
    assert verify(read_plan(write_plan(answer.plan))).verdict == "holds"
    assert nights(answer.plan) == nights(plan)
    assert [one.id for one in nights(plan, BACKUP) if one not in nights(answer.plan, BACKUP)] == [
        one.id for one in nights(plan, BACKUP)[8:10]
    ]
    gone = {one.placement: one.why for one in answer.plan.moved if one.after is None}
    assert set(gone.values()) == {"no night of quarantine as it lies now"}


def test_what_is_pinned_stays_or_is_told() -> None:
    plan = read_plan(write_plan(campaign()))
    now, pinned = plan.placements[0].end, ("milestone/review", nights(plan)[-1].id)
    text = f"change: {{title: Fixed, asked_by: host}}\nnow: {_text(now)}\npin: [{', '.join(pinned)}]\n"
    answer = replan(plan, read_change_text(text, plan), Options(workers=1, effort=2.0))
    assert isinstance(answer, Replanned)
    assert answer.plan.placements == plan.placements
    later = evolve(answer.plan, programme=evolve(answer.plan.programme, milestones=()))
    assert any("milestone/review" in task.id for task in stage_again(later, "training").problem.tasks)


def test_a_milestone_that_failed_on_the_day_is_held_again_in_its_time() -> None:
    plan = read_plan(write_plan(campaign()))
    review = next(one for one in plan.placements if one.id == "milestone/review")
    text = (
        "change: {title: Not yet, asked_by: host}\n"
        f"now: {_text(review.end)}\nhappened: [{{placement: milestone/review, passed: false}}]\n"
    )
    answer = replan(plan, read_change_text(text, plan), Options(workers=1, effort=2.0))
    assert isinstance(answer, Replanned)
    assert verify(read_plan(write_plan(answer.plan))).verdict == "holds"
    again = next(one for one in answer.plan.placements if one.id == "milestone/review")
    assert review.end <= again.start <= review.start.plus(days=2)  # at most nine days after the delivery
    told = {one.placement: one.why for one in answer.plan.moved}
    assert told == {"milestone/review": "failed on 2027-01-18, and placed again"}


def _text(moment: Instant) -> str:
    return moment.iso()[:16] + "Z"


def test_a_programme_without_them_plans_as_before() -> None:
    plan = far_plan()
    bare = stage_again(plan, "training").problem
    term = evolve(plan.programme.term, usual_night=None)
    assert stage_again(evolve(plan, programme=evolve(plan.programme, term=term)), "training").problem == bare
    assert not [task for task in bare.tasks if task.id.startswith(("milestone/", "quarantine-sleep/"))]
