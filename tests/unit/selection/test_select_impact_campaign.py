"""The impact of a campaign's stages from its record: who reached and left each, by group, and who may ask."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hamsafar.app.selection.impact import impact
from hamsafar.domain.selection import Screened
from hamsafar.errors import InputError
from records import applicant, code, record_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five women, of whom two are too short, and five men, of whom one is not judged yet."""
    record = record_in(tmp_path)
    sexes = ["female", "male"] * 5
    with record.change(command="import", by="office-1", reason="intake") as change:
        change.add_applicants(applicant(i, sex=sex, born=date(1990, 1, 1)) for i, sex in enumerate(sexes))
    verdicts = {0: "fails", 2: "fails"}
    with record.change(command="screen", by="office-1", reason="the criteria") as change:
        change.screened(
            Screened(
                candidate=code(i), stage="papers", criterion="tall", verdict=verdicts.get(i, "passes"), sentence=""
            )
            for i in range(9)
        )
    return tmp_path


def test_stages_and_criteria_by_group(folder: Path) -> None:
    found = impact(folder, by="office-1")
    told = {(one.stage, one.component): {g.group: (g.entered, g.passed) for g in one.groups} for one in found.stages}
    assert told == {
        ("papers", ""): {"female": (5, 3), "male": (4, 4)},
        ("papers", "tall"): {"female": (5, 3), "male": (4, 4)},
    }
    assert {one.by for one in found.stages} == {"sex"}
    assert found.stages[0].flagged == ("female",)
    assert "papers: 1 who reached it are not decided on yet and are left out." in found.notes


def test_somebody_has_to_ask_who_may(folder: Path) -> None:
    with pytest.raises(InputError, match="name the role that asks"):
        impact(folder)
    with pytest.raises(InputError, match="--by assessor-01: may not"):
        impact(folder, by="assessor-01")
