"""The cohort and the trainees through the doors, on marks with known truth."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

from choosing import OFFICE, STAGE, WHY, all_free, campaign, opened
from hamsafar.app.selection.assigning import assign_stage
from hamsafar.app.selection.cohorts import cohort, needs_of_programme
from hamsafar.app.selection.trainees import trainees
from hamsafar.domain.campaign import Campaign, CohortRule, SkillNeed
from hamsafar.domain.selection import Decision, Declaration, Mark, Medical
from hamsafar.errors import InputError
from hamsafar.programme import read_programme
from hamsafar.selection.cohort import Cohorts, NoCohort
from hamsafar.store import Record
from small_example import small_example

EXAMPLES = Path(__file__).parents[3] / "examples"
TRUTH = {"C000": (80, 3.0), "C001": (75, 8.0), "C002": (70, 9.0), "C003": (65, 2.0), "C004": (55, 5.0), "C005": (45, 1)}
SEVERE = {f"assessor-{n:02}": 2.0 * (n - 3) for n in range(1, 6)}  # points lower than the average


def with_skill(skill: str, *needs: SkillNeed, **rule: str) -> Campaign:
    told = campaign()
    (stage,) = told.stages
    tests = (stage.tests[0], evolve(stage.tests[1], skill=skill, pass_mark=6))
    seats = ("trainee-prime", "trainee-backup")
    return evolve(
        told,
        stages=(evolve(stage, tests=tests),),
        cohort=CohortRule(seats=seats, needs=needs, **rule),
    )


def marked(folder: Path, told: Campaign) -> Record:
    """Everybody marked: the truth, less how severe each assessor is; a tenth of that in Mandarin."""
    record = opened(folder, told)
    all_free(record)
    assign_stage(folder, stage=STAGE, by=OFFICE, reason=WHY)
    marks = []
    for at, row in enumerate(record.assignments(STAGE)):
        interview, mandarin = TRUTH[row.candidate]
        for item in next(test for test in told.stages[0].tests if test.id == row.test).items:
            size, true = (0.1, mandarin) if row.test == "mandarin" else (1.0, interview)
            noise = ((at * 7 + len(item.id)) % 5 - 2) * size / 4
            figure = min(
                10.0 if row.test == "mandarin" else 100.0, max(0.0, true - size * SEVERE[row.assessor] + noise)
            )
            marks.append(
                Mark(
                    stage=STAGE,
                    test=row.test,
                    item=item.id,
                    candidate=row.candidate,
                    assessor=row.assessor,
                    mark=figure,
                )
            )
    with record.change(command="marks", by=OFFICE, reason=WHY) as change:
        change.marked(marks)
    return record


def verdict(record: Record, code: str, said: str, *limits: str) -> None:
    with record.change(command="medical", by="doctor", reason=WHY) as change:
        change.medical(Medical(candidate=code, stage=STAGE, verdict=said, limits=limits))  # type: ignore[arg-type]


def decided(record: Record, **seats: str) -> None:
    with record.change(command="decide", by="chair", reason=WHY) as change:
        change.decided(
            Decision(
                candidate=code,
                stage=STAGE,
                board="board",
                outcome="selected",
                present=("chair",),
                reason=WHY,
                seat=f"trainee-{seat}",
            )
            for seat, code in seats.items()
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cohort") / "campaign"
    marked(folder, with_skill("zh", SkillNeed(skill="zh", title="Mandarin", at_least=6, of="any")))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "campaign"))


def test_the_best_pair_is_chosen_from_adjusted_scores(folder: Path) -> None:
    answer = cohort(folder)
    assert isinstance(answer.result, Cohorts)
    best = answer.result.cohorts[0]
    assert set(best.seats.values()) == {"C001", "C002"}  # high in both; C000 is better, but knows no Mandarin
    assert best.p_best is not None
    assert 0 < best.p_best <= 1
    assert best.covered[0].p_met is not None
    assert answer.result.cohorts[1].why


def test_marks_of_whoever_declared_a_conflict_later_do_not_count(folder: Path) -> None:
    record = Record.open(folder)
    who = [row.assessor for row in record.assignments(STAGE) if (row.test, row.candidate) == ("mandarin", "C001")]
    with record.change(command="declare", by=OFFICE, reason=WHY) as change:
        change.declared(
            Declaration(assessor=one, stage=STAGE, candidate="C001", conflict=True) for one in dict.fromkeys(who)
        )
    answer = cohort(folder)
    assert isinstance(answer.result, Cohorts)
    assert "C001" not in answer.result.cohorts[0].seats.values()  # nobody's mark of its Mandarin is left
    for one in who:
        assert any(f"of {one} on C001" in text for text in answer.warnings)


def test_one_not_fit_is_out_and_limits_are_told(folder: Path) -> None:
    record = Record.open(folder)
    verdict(record, "C001", "not-fit")
    verdict(record, "C002", "fit-with-waiver", "no centrifuge above 6 g")
    answer = cohort(folder)
    assert isinstance(answer.result, Cohorts)
    assert [(one.code, one.barred) for one in answer.result.barred] == [("C001", "not fit")]
    assert "C001" not in answer.result.cohorts[0].seats.values()
    assert answer.medical["C002"] == ("fit-with-waiver", ("no centrifuge above 6 g",))


@pytest.mark.slow
def test_no_pair_where_two_who_know_the_language_are_asked_for(tmp_path: Path) -> None:
    record = marked(tmp_path / "c", with_skill("zh", SkillNeed(skill="zh", title="Mandarin", at_least=7, of="each")))
    verdict(record, "C001", "not-fit")
    answer = cohort(tmp_path / "c")
    assert isinstance(answer.result, NoCohort)
    assert answer.result.nobody == ("zh (each)",)
    assert answer.result.lowered[0].to is not None


def test_nobody_marked_yet_is_told(tmp_path: Path) -> None:
    opened(tmp_path / "c", campaign())
    with pytest.raises(InputError, match="nobody has been marked"):
        cohort(tmp_path / "c")


def test_an_assessor_does_not_see_the_cohort(folder: Path) -> None:
    with pytest.raises(InputError, match="only the office and boards"):
        cohort(folder, by="assessor-01")


def test_what_the_flight_asks_of_skills_that_a_test_shows() -> None:
    flight = read_programme(EXAMPLES / "tiangong-guest")
    needs = needs_of_programme(with_skill("zh"), flight)
    assert [(need.skill, need.of, need.at_least) for need in needs] == [("zh", "each", 6)]
    assert "is held in it" in needs[0].source
    aboard = needs_of_programme(with_skill("payload-biology"), flight)
    assert "activity seeds-start" in aboard[0].source
    assert needs_of_programme(with_skill("cooking"), flight) == ()


# ---- the selected become trainees


def test_the_selected_become_trainees_with_what_they_showed(folder: Path, tmp_path: Path) -> None:
    record = Record.open(folder)
    decided(record, prime="C001", backup="C000")
    verdict(record, "C001", "fit-with-waiver", "no centrifuge above 6 g")
    out = tmp_path / "people.yaml"
    answer = trainees(folder, EXAMPLES / "tiangong-guest", out=out)
    prime = next(one for one in answer.trainees if one.seat == "trainee-prime")
    backup = next(one for one in answer.trainees if one.seat == "trainee-backup")
    assert (prime.languages, prime.below, prime.limits) == (("zh",), (), ("no centrifuge above 6 g",))
    assert (backup.languages, backup.below) == ((), ("zh",))
    text = out.read_text(encoding="utf-8")
    assert "C001" not in text
    assert "# The crew of the ship up" in text, "comments stay"
    copy = shutil.copytree(EXAMPLES / "tiangong-guest", tmp_path / "flight")
    shutil.copy(out, copy / "people.yaml")
    before, after = read_programme(EXAMPLES / "tiangong-guest"), read_programme(copy)
    assert after.person("trainee-prime").languages == ("en", "ur", "zh")
    others = {"trainee-prime"}
    assert [one for one in after.people if one.id not in others] == [
        one for one in before.people if one.id not in others
    ]


@pytest.mark.slow
def test_a_skill_called_as_a_certificate_is_held_from_the_stage_on(tmp_path: Path) -> None:
    record = marked(tmp_path / "c", with_skill("speaker"))
    decided(record, prime="C002")
    out = tmp_path / "people.yaml"
    answer = trainees(tmp_path / "c", EXAMPLES / "tiangong-guest", out=out)
    (held,) = answer.trainees[0].certificates
    valid_d = next(
        one.valid_d for one in read_programme(EXAMPLES / "tiangong-guest").certificates if one.id == "speaker"
    )
    assert held.valid_from == date(2027, 3, 5)
    assert (held.valid_until - held.valid_from).days == valid_d
    assert "{certificate: speaker, from: 2027-03-05" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("seats", "told"),
    [({}, "nobody has been selected"), ({"cook": "C001"}, "has no trainee trainee-cook")],
)
def test_without_a_seat_in_the_programme_there_is_no_trainee(folder: Path, seats: dict[str, str], told: str) -> None:
    if seats:
        decided(Record.open(folder), **seats)
    with pytest.raises(InputError, match=told):
        trainees(folder, EXAMPLES / "tiangong-guest", out=folder / "people.yaml")
    assert not (folder / "people.yaml").exists()


def test_two_for_one_seat_are_refused(folder: Path) -> None:
    record = Record.open(folder)
    decided(record, prime="C001")
    decided(record, prime="C002")
    with pytest.raises(InputError, match="2 candidates are selected for the seat trainee-prime"):
        trainees(folder, EXAMPLES / "tiangong-guest")


@pytest.mark.slow
def test_the_programme_with_the_selected_is_planned(folder: Path, tmp_path: Path) -> None:
    from hamsafar.app.planning import plan

    decided(Record.open(folder), prime="C001", backup="C002")
    flight = small_example("tiangong-eve", tmp_path / "flight")
    trainees(folder, flight, out=tmp_path / "people.yaml")
    shutil.copy(tmp_path / "people.yaml", flight / "people.yaml")
    answer = plan(flight, out=tmp_path / "out")
    assert answer is not None
    assert "C001" not in json.dumps(json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8")))


def test_who_withdrew_after_the_decision_is_no_trainee(tmp_path: Path) -> None:
    record = marked(tmp_path / "c", with_skill("zh"))
    decided(record, prime="C001", backup="C000")
    with record.change(command="withdraw", by="office-1", reason="said so") as change:
        change.withdraw(["C001"])
    answer = trainees(tmp_path / "c", EXAMPLES / "tiangong-guest")
    assert [(one.seat, one.code) for one in answer.trainees] == [("trainee-backup", "C000")]
