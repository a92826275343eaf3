"""Days aboard built on a crew day of the catalogue: what is bundled, what own files replace, what can be wrong."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from hamsafar.domain.aboard import Activity
from hamsafar.domain.programme import Programme
from hamsafar.errors import InputErrors
from hamsafar.formats.plan_json import converter
from hamsafar.programme import read_programme
from hamsafar.programme.crew_days import crew_day_names, days_of_stay
from hamsafar.programme.places import places_in

EVE = Path(__file__).parents[3] / "examples" / "tiangong-eve"
# Point by point what a crew day has to have, as kinds and ids of activities.
KINDS = (
    "sleep", "meal", "exercise", "conference", "medical", "family", "hygiene", "housekeeping", "free", "prayer",
    "station-work", "arrival", "safety", "farewell", "transfer", "descent",
)  # fmt: skip
IDS = (
    "post-sleep", "pre-sleep", "morning-conference", "evening-conference", "station-work", "station-work-next",
    "pack-down", "descent-preparation", "emergency-drill",
)  # fmt: skip


def folder_of(tmp_path: Path, chosen: str = "crew_day: six-in-handover", aboard: str = "", **said: str) -> Path:
    """The eve's flight on a crew day, with these activities of its own and other things said of the flight."""
    folder = tmp_path / "flight"
    shutil.copytree(EVE, folder)
    (folder / "aboard.yaml").unlink()
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    for key, value in said.items():
        text = re.sub(rf"(?m)^  {key}: .*$", f"  {key}: {value}", text)
    text = text.replace("  guest: trainee-prime\n", f"  guest: trainee-prime\n  {chosen}\n")
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    if aboard:
        (folder / "aboard.yaml").write_text(aboard, encoding="utf-8")
    return folder


def three(tmp_path: Path) -> Path:
    up = "[commander-up, engineer-up, trainee-prime]"
    ship = "{id: ship-up, type: shenzhou}"
    return folder_of(tmp_path, "crew_day: three", crew_aboard="[]", crew_down=up, ship_down=ship)


def by_id(programme: Programme) -> dict[str, Activity]:
    return {one.id: one for one in programme.activities}


def told(folder: Path) -> str:
    with pytest.raises(InputErrors) as found:
        read_programme(folder)
    return str(found.value)


def test_both_have_all_that_a_crew_day_is_made_of(tmp_path: Path) -> None:
    assert crew_day_names() == ("six-in-handover", "three")
    for folder in (folder_of(tmp_path / "a"), three(tmp_path / "b")):
        found = by_id(read_programme(folder))
        assert set(KINDS) <= {one.kind for one in found.values()}
        assert set(IDS) <= found.keys()
        assert found["station-work-next"].optional
        assert found["station-work-next"].value > found["station-work-last"].value > 0


def test_six_hand_over_and_move_the_guests_liner(tmp_path: Path) -> None:
    found = by_id(read_programme(folder_of(tmp_path)))
    giving, taking = found["handover"].who
    assert giving.candidates == ("commander-aboard", "engineer-aboard")  # the scientist stays
    assert taking.candidates == ("commander-up", "engineer-up")  # the guest goes home
    assert (giving.count, taking.count) == (2, 2)
    assert found["liner"].moves_liners == found["liner"].checks_fit == ("trainee-prime",)


def test_every_figure_says_where_it_comes_from(tmp_path: Path) -> None:
    for folder in (folder_of(tmp_path / "a"), three(tmp_path / "b")):
        programme = read_programme(folder)
        assert [one.id for one in (*programme.activities, *programme.resources) if not one.source] == []
        assert programme.crew_day is not None
        assert (programme.crew_day.licence, programme.crew_day.as_of.year) == ("Apache-2.0", 2026)


def test_own_entries_replace_its_and_activities_can_be_left_out(tmp_path: Path) -> None:
    own = """activities:
  - id: lunch
    title: Long lunch
    kind: meal
    duration: 70 min
    who: [{function: eater, from: [everyone]}]
    repeat: each-person-day
resources: [{id: exercise-devices, title: Treadmill, capacity: 1}]
"""
    chosen = "crew_day: six-in-handover\n  leave_out: [housekeeping, station-work-last]"
    programme = read_programme(folder_of(tmp_path, chosen, own))
    found = by_id(programme)
    assert (found["lunch"].duration_min, found["lunch"].source) == (70, "")
    assert not {"housekeeping", "station-work-last"} & found.keys()
    assert [(one.id, one.capacity) for one in programme.resources] == [("exercise-devices", 1)]


def test_prayers_are_in_it_where_the_programme_says_whose_rule_they_keep(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    (folder / "programme.yaml").write_text(text.partition("\nprayer:")[0] + "\n", encoding="utf-8")
    assert "prayer" not in {one.kind for one in read_programme(folder).activities}


@pytest.mark.parametrize(
    ("days", "later", "meant"),
    [
        ([2, 3, 4, 5, 6], 0, [2, 3, 4, 5, 6]),
        ([2, 3, 4, 5, 6], 3, [2, 3, 4, 5, 6, 7, 8, 9]),  # in a row through the middle: as many more
        ([2, 3, 4, 5, 6], -2, [2, 3, 4]),
        ([7, 8], -2, [5, 6]),  # from the end
        ([7, 8], 2, [9, 10]),
        ([2, 3], -2, [2, 3]),  # from the beginning
        ([3, 6], 2, [3, 8]),
        ([3, 6], -3, [3]),  # both on one day
        ([7, 8], -7, [1]),  # none before docking
    ],
)
def test_days_of_another_stay_count_from_its_ends(days: list[int], later: int, meant: list[int]) -> None:
    assert days_of_stay(days, later, 7) == meant


def test_a_shorter_stay_says_farewell_sooner(tmp_path: Path) -> None:
    found = by_id(read_programme(folder_of(tmp_path, stay="5 d")))
    assert found["farewell"].flight_days == (5, 6)
    assert found["handover"].flight_days == (2, 3, 4)
    assert found["sleep"].flight_days == ()


def test_wrong_names_are_told_with_the_nearest(tmp_path: Path) -> None:
    said = told(folder_of(tmp_path / "a", "crew_day: six-in-handovers"))
    assert re.search(r"programme\.yaml:\d+:\d+ flight\.crew_day: the catalogue has no crew day of this name", said)
    assert "did you mean 'six-in-handover'?" in said
    said = told(folder_of(tmp_path / "b", "crew_day: six-in-handover\n  leave_out: [lunchs]"))
    assert "flight.leave_out[0]: the crew day has no such activity; did you mean 'lunch'?" in said
    said = told(folder_of(tmp_path / "c", "leave_out: [lunch]"))
    assert "flight.leave_out: there is nothing to leave out" in said


def test_it_is_for_as_many_as_it_says(tmp_path: Path) -> None:
    said = told(folder_of(tmp_path, "crew_day: three"))
    assert "flight.crew_day: is for 3 people aboard, and crew_up and crew_aboard are 6" in said


def test_its_own_faults_are_told_at_its_lines(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "crew_day: six-in-handover\n  leave_out: [arrival]")
    assert re.search(
        r"catalogue:six-in-handover/flight\.yaml:\d+:\d+ activities\[\d+\]\.after\[0\]\.of: ", told(folder)
    )
    places = places_in(three(tmp_path / "b"))
    assert re.fullmatch(r"catalogue:three/day\.yaml:\d+:\d+", places["breakfast"][0])


def test_a_plan_that_uses_none_of_it_is_written_as_before() -> None:
    bare = Activity(id="a", title="A", kind="free", duration_min=5, who=())
    assert "source" not in converter().unstructure(bare)
    assert converter().structure(converter().unstructure(bare), Activity) == bare
