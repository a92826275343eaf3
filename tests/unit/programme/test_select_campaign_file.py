"""campaign.yaml: templates, what is taken from them, and every error with its place."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hamsafar.errors import InputError, InputErrors
from hamsafar.programme.nodes import read_nodes
from hamsafar.programme.selection import (
    campaign_schema_text,
    campaign_templates,
    read_campaign,
    read_campaign_text,
    template_text,
)
from hamsafar.programme.selection.campaign_model import LISTS, ONCE
from hamsafar.resources import read_text

HEAD = "campaign: {id: mine, title: Mine, opens: 2028-01-10, template: three-stage}\n"


def wrong(text: str) -> list[str]:
    with pytest.raises(InputErrors) as found:
        read_campaign_text(text)
    return [str(one) for one in found.value.errors]


def test_every_template_is_a_whole_campaign() -> None:
    assert campaign_templates() == ("pair", "six-stage", "three-stage")
    stages = {name: len(read_campaign_text(template_text(name)).stages) for name in campaign_templates()}
    assert stages == {"pair": 2, "six-stage": 6, "three-stage": 3}


def test_the_published_criteria_stand_in_the_template() -> None:
    """SCMP, 3 October 2022: 30 to 45 years, 1.62 to 1.75 m (men), 1.60 to 1.75 m (women), doctorate, 3 years."""
    made = {one.id: one for one in read_campaign_text(template_text("three-stage")).criteria}
    assert (made["age"].minimum, made["age"].maximum) == (30, 45)
    assert (made["height-men"].minimum, made["height-men"].maximum) == (162, 175)
    assert (made["height-women"].minimum, made["height-women"].maximum) == (160, 175)
    assert made["doctorate"].at_least == "doctorate"
    assert made["experience"].minimum == 3
    assert all(one.source for one in made.values())


@pytest.mark.parametrize(
    ("breaks", "minutes"),
    [
        ("", ((720, 780),)),
        (", breaks: []", ()),
        (', breaks: ["10:30-10:45", "13:00-14:00"]', ((630, 645), (780, 840))),
    ],
)
def test_breaks_of_test_days_are_noon_unless_the_stage_says_others(
    breaks: str, minutes: tuple[tuple[int, int], ...]
) -> None:
    made = read_campaign_text(HEAD + "stages: [{id: final" + breaks + "}]\n")
    assert made.stages[-1].breaks_min == minutes


def test_what_the_file_says_stands_over_the_template_and_dates_follow_the_opening() -> None:
    made = read_campaign_text(HEAD + "criteria: [{id: age, maximum: 50}]\nstages: [{id: final, places: 3}]\n")
    age = next(one for one in made.criteria if one.id == "age")
    assert (made.closes, age.on) == (date(2028, 1, 31), date(2028, 1, 31))
    assert (age.minimum, age.maximum) == (30, 50)
    assert [one.id for one in made.stages] == ["preliminary", "secondary", "final"]
    assert made.stages[-1].places == 3
    assert len(made.criteria) == 9


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("campaign: {id: a, title: A, opens: 2028-01-10, template: three-stag}", "did you mean 'three-stage'?"),
        (HEAD + "rols: []", "campaign.yaml:2:1 rols: unknown section 'rols'; did you mean 'roles'?"),
        (HEAD + "roles: [{id: office-1, rights: [offise]}]", "campaign.yaml:2:33 roles[0].rights[0]: should be one of"),
        (HEAD + "criteria: [{id: age, minimum: 60}]", "criteria[0].maximum: is less than 'minimum'"),
        (HEAD + "criteria: [{id: x, title: X, field: height}]", "criteria[0]: asks nothing"),
        (HEAD + "criteria: [{id: x, title: X, field: heigth, minimum: 1}]", "did you mean 'height'?"),
        (HEAD + "criteria: [{id: age, on: null}]", "ages count on a day"),
        (HEAD + "criteria: [{id: doctorate, at_least: phd}]", "has no such option"),
        (HEAD + "criteria: [{id: x, title: X, field: height, minimum: 1}]", "no stage looks at this criterion"),
        (HEAD + "boards: [{id: home-board, quorum: 9}]", "boards[0].quorum: is more than the 3 who sit on it"),
        (HEAD + "boards: [{id: home-board, chair: office-1}]", "has not the right 'board'"),
        (HEAD + "stages: [{id: final, begins: 2028-02-01}]", "should lie after 'secondary' ends"),
        (HEAD + "stages: [{id: final, answer_due: opening + 201 d}]", "lies before the stage ends"),
        (HEAD + "stages: [{id: secondary, answer_due: opening + 210 d}]", "before the answers of 'secondary' are due"),
        (HEAD + "stages: [{id: preliminary, passes_on: null}]", "which would wait for ever"),
        (
            HEAD + "stages: [{id: preliminary, passes_on: {to: host-agency, fields: [heigth], due: opening + 96 d}}]",
            "did you mean 'height'",
        ),
        (HEAD + "stages: [{id: preliminary, run_by: nobody}]", "no entry of 'organisations' has this id"),
        (HEAD + "stages: [{id: preliminary, ends: opening + 20 d}]", "ends before applications close"),
        (HEAD + "roles: [{id: medical-officer, rights: [auditor]}]", "no role has the right 'medical'"),
        (HEAD + "retention: {not_chosen: opening + 1 d}", "lies before the last answers are due"),
        (HEAD + "cohort: {needs: [{skill: piloting, title: P, at_least: 5}]}", "no test shows this skill"),
        (HEAD + "population: [{field: height, group: {sex: woman}, mean: 160, sd: 6}]", "has no such option"),
        ("stages: []", "section 'campaign' is missing"),
        ("[]", "should begin with the name of a section"),
        (HEAD + "stages: 3", "campaign.yaml:2:9 stages: should be a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    found = wrong(text)
    assert any(said in one for one in found), found
    assert all(re.match(r"(campaign\.yaml|catalogue:campaigns/three-stage\.yaml):\d+:\d+", one) for one in found)


def test_all_errors_are_told_at_once() -> None:
    text = HEAD + "criteria: [{id: age, minimum: 60}]\nboards: [{id: home-board, quorum: 7}]\n"
    assert len(wrong(text)) == 2


def test_a_pass_mark_lies_within_its_scale() -> None:
    text = template_text("three-stage").replace("pass_mark: 50", "pass_mark: 150")
    assert any("should lie above 0 and not above 100" in one for one in wrong(text))


def test_more_assessors_than_can_judge_are_told() -> None:
    text = template_text("three-stage").replace("assessors: 3", "assessors: 30", 1)
    assert any("asks for 30 assessors a candidate, and 6 roles can judge it" in one for one in wrong(text))


def test_a_folder_without_a_campaign_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="hamsafar select new"):
        read_campaign(tmp_path)
    (tmp_path / "campaign.yaml").write_text(template_text("pair"), encoding="utf-8")
    assert read_campaign(tmp_path) == read_campaign(tmp_path / "campaign.yaml")


def test_the_schema_is_up_to_date_and_accepts_what_is_read() -> None:
    """`python tools/write_schema.py` writes it again."""
    assert read_text("programme/selection/campaign.schema.json") == campaign_schema_text()
    schema = json.loads(campaign_schema_text())
    Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == {*ONCE, *LISTS}
    for name in campaign_templates():
        root = read_nodes(template_text(name).encode(), where=name)
        assert root is not None
        Draft202012Validator(schema).validate(root.plain())
    for name, definition in schema["$defs"].items():
        for key, field in definition.get("properties", {}).items():
            assert field.get("description"), f"{name}.{key}"


def test_the_reference_page_describes_every_section() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "campaign-files.md").read_text(encoding="utf-8")
    for name in (*ONCE, *LISTS):
        assert f"`{name}`" in page, name
    for block in re.findall(r"```yaml\n# campaign\.yaml\n(.*?)```", page, flags=re.DOTALL):
        read_campaign_text(block)
