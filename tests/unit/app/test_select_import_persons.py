"""An import never turns one person into another, and says whose numbers it takes them for."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from hamsafar.app.selection.importing import another_person, import_applications
from hamsafar.app.selection.opening import open_campaign
from hamsafar.app.selection.starting import new_campaign
from hamsafar.errors import InputErrors
from hamsafar.timeline import Instant
from selecting import applicants, as_csv, campaign, table_rows

BEFORE = Instant.utc(2027, 1, 20)
OFFICE: dict[str, Any] = {"by": "office-1", "reason": "a test", "at": BEFORE}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("c") / "campaign"
    new_campaign(place, "three-stage")
    open_campaign(place, **OFFICE, accept_exclusions=True)
    import_applications(place, [written(place.parent / "first.csv", rows())], **OFFICE)
    return place


@pytest.fixture
def folder(opened: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(opened, tmp_path / "campaign"))


def rows(skip: int = 0) -> list[list[str]]:
    """Three applications, numbered from 1; others where so many are skipped."""
    table = table_rows(applicants(count=3 + skip, not_meeting=0))
    table = [table[0], *table[1 + skip :]]
    for number, row in enumerate(table[1:], 1):
        row[0] = str(number)
    return table


def written(path: Path, table: list[list[str]]) -> Path:
    path.write_bytes(as_csv(table))
    return path


def test_another_person_under_the_same_number_is_refused_with_the_row(folder: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "b.csv", rows(3))
    with pytest.raises(InputErrors) as found:
        import_applications(folder, [path], **OFFICE)
    said = [str(one) for one in found.value.errors]
    assert [each.split(" ")[0] for each in said] == [f"{path}:{row}:" for row in (2, 3, 4)]
    assert all("is another person" in each and "--source" in each for each in said)
    assert "@" not in " ".join(said)
    again = import_applications(folder, [tmp_path / "b.csv"], **OFFICE, source="the-other-tool")
    assert (again.new, again.changed, again.source) == (3, 0, "the-other-tool")


def test_somebody_who_corrects_an_answer_stays_the_same_person(folder: Path, tmp_path: Path) -> None:
    table = rows()
    email, cnic = table[0].index("Email"), table[0].index("CNIC")
    table[1][email] = "new-address@example.org"
    table[2][email], table[2][cnic] = "other@example.org", "9999999999999"  # the name and birth are the same
    answer = import_applications(folder, [written(tmp_path / "b.csv", table)], **OFFICE)
    assert (answer.new, answer.changed, answer.unchanged) == (0, 2, 1)


def test_two_files_that_number_different_people_alike_are_refused(folder: Path, tmp_path: Path) -> None:
    files = [written(tmp_path / "a.csv", rows(3)), written(tmp_path / "b.csv", rows(6))]
    with pytest.raises(InputErrors, match=r"b.csv:2: has the number of .*a.csv:2, and is another person .*--source"):
        import_applications(folder, files, **OFFICE, source="new")
    with pytest.raises(InputErrors, match="is the same application as"):
        import_applications(folder, [files[0], written(tmp_path / "c.csv", rows(3))], **OFFICE, source="new")


def test_the_usual_source_is_told(folder: Path, tmp_path: Path) -> None:
    answer = import_applications(folder, [written(tmp_path / "b.csv", rows())], **OFFICE)
    assert answer.source == "applications"
    assert any("'applications'" in note and "--source" in note for note in answer.notes)


def test_only_fields_that_both_have_tell_persons_apart() -> None:
    made = campaign()
    one = {"email": "a@example.org", "national-id": None}
    assert another_person(made, one, {"email": "b@example.org", "national-id": "1"}) == "'E-mail address'"
    assert another_person(made, one, {"national-id": "1"}) == ""
    assert another_person(made, one, {"email": "A@Example.org", "national-id": "1"}) == ""
    assert another_person(made, {"email": "a@b.c", "national-id": "1-2"}, {"email": "d@b.c", "national-id": "12"}) == ""
