"""The two shipped programmes, planned whole: what a user gets."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date, time
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import icalendar
import pytest
from attrs import evolve

from hamsafar.app.planning import NoPlan, Options, Planned, plan
from hamsafar.app.verifying import verify_plan
from hamsafar.domain.people import Limits
from hamsafar.domain.plan import Plan
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.make import make_plan
from hamsafar.planning.training.held import asked_by_the_flight
from hamsafar.programme import read_programme
from hamsafar.rules import BOOK
from hamsafar.timeline import local_date
from refreshable import KEPT
from small_example import small_example

EXAMPLES = Path(__file__).parents[2] / "examples"
THREE_HOURS = {"max_week_min": 180.0}
LITTLE = 0.1  # effort: a feasible plan; how good it is, is not asked here


@cache
def planned(name: str) -> Planned:
    answer = plan(EXAMPLES / name, out=Path(mkdtemp()) / name, options=Options(effort=LITTLE))
    assert isinstance(answer, Planned), answer
    return answer


NAMES = ("tiangong-guest", pytest.param("tiangong-eve", marks=pytest.mark.slow))


@pytest.mark.parametrize("name", NAMES)
def test_an_example_holds_and_nothing_is_left_unchecked(name: str) -> None:
    judgement = planned(name).judgement
    assert judgement.verdict == "holds", [f for f in judgement.findings if f.status != "holds"]
    assert {finding.rule for finding in judgement.findings} == set(BOOK)
    assert all(finding.status == "holds" for finding in judgement.findings)


def test_nobody_studies_through_the_midday_meal_unless_in_the_field() -> None:
    """Every room of the whole syllabus but the field grounds is closed from 12:00 to 13:00 at least."""
    known = read_programme(EXAMPLES / "tiangong-term")
    assert known.term is not None
    calendars = {one.id: one for one in known.calendars}
    for room in known.term.facilities:
        if room.calendar != "host-field":
            hours = calendars[room.calendar].hours
            assert all(one.closes <= time(12) or one.opens >= time(13) for one in hours), room.id


@pytest.mark.slow
def test_the_whole_syllabus_is_planned_and_holds() -> None:
    """Some 770 placements on the ground: with the example's own effort, so about a minute."""
    answer = plan(EXAMPLES / "tiangong-term", out=Path(mkdtemp()) / "term", options=Options())
    assert isinstance(answer, Planned), answer
    assert answer.judgement.verdict == "holds", [f for f in answer.judgement.findings if f.status != "holds"]
    assert sum(one.stage == "training" for one in answer.plan.placements) > 700
    late, busiest = (term for term in answer.plan.objective if term.name in ("too late for a re-sit", "busiest week"))
    assert late.value == 0
    assert busiest.value <= 44 * 60


@pytest.mark.slow
def test_a_term_of_a_year_is_planned_and_holds(tmp_path: Path) -> None:
    """Some 990 placements on the ground on the people and rooms of half a year: one to two minutes."""
    folder = tmp_path / "year"
    shutil.copytree(EXAMPLES / "tiangong-term", folder)
    for file, before, after in (
        ("training.yaml", "start: 2026-12-07", "start: 2026-11-30"),
        ("training.yaml", "syllabus: payload-specialist", "syllabus: payload-specialist-52-weeks"),
        (
            "programme.yaml",
            "from: 2027-06-05T00:00Z, to: 2027-07-05T00:00Z",
            "from: 2027-11-29T00:00Z, to: 2027-12-20T00:00Z",
        ),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(before) == 1
        (folder / file).write_text(text.replace(before, after), encoding="utf-8")
    (folder / "backup-crew.yaml").unlink()  # the syllabus as it is
    answer = plan(folder, out=tmp_path / "out", options=Options())
    assert isinstance(answer, Planned), answer
    assert answer.judgement.verdict == "holds", [f for f in answer.judgement.findings if f.status != "holds"]
    training = [one for one in answer.plan.placements if one.stage == "training"]
    assert len(training) > 950
    first, lift_off = (local_date(at, "UTC") for at in (training[0].start, answer.plan.flight.launch.launch))
    assert (lift_off - first).days >= 51 * 7
    late, busiest = (term for term in answer.plan.objective if term.name in ("too late for a re-sit", "busiest week"))
    assert late.value == 0
    assert busiest.value <= 36 * 60


def test_the_experiments_hang_on_the_payload_road() -> None:
    """What is refused is not flown, nor what comes after it, nor trained for; what needs nothing brought stays."""
    programme = read_programme(EXAMPLES / "tiangong-term")
    waits = {one.id: one.milestone for one in programme.activities if one.kind == "experiment"}
    assert [id_ for id_, milestone in waits.items() if milestone is None] == ["airglow"]  # the station's own window
    assert set(waits.values()) - {None} == {"flight-hardware", "late-samples", "safety-review-3"}
    for refused, lost in (
        ("late-samples", set[str]()),  # biology has seeds as well, fluids have the cell
        ("mass-approval", {"payload-biology", "payload-fluids", "payload-materials", "payload-radiation"}),
        (
            "safety-review-3",
            {"payload-biology", "payload-fluids", "payload-materials", "payload-radiation", "payload-medicine"},
        ),
    ):
        road = tuple(evolve(one, refused=one.id == refused) for one in programme.milestones)
        assert asked_by_the_flight(programme) - asked_by_the_flight(evolve(programme, milestones=road)) == lost, refused


def test_three_of_the_crew_are_shared_by_both_trainees() -> None:
    programme = read_programme(EXAMPLES / "tiangong-term")
    joined = {session.id: set(session.joined_by) for one in programme.term.subjects for session in one.sessions}
    assert set().union(*joined.values()) == {"commander-up", "engineer-up", "commander-backup"}
    assert {one.split("/")[0] for one, who in joined.items() if "commander-backup" in who} == {
        "meeting-the-crew", "joint-procedures", "crew-simulations", "crew-abort",
    }  # fmt: skip


def test_the_backup_crews_subjects_are_those_of_the_syllabus_but_for_who_joins(tmp_path: Path) -> None:
    folder = tmp_path / "term"
    shutil.copytree(EXAMPLES / "tiangong-term", folder)
    (folder / "backup-crew.yaml").unlink()
    plain = {one.id: one for one in read_programme(folder).term.subjects}
    for one in read_programme(EXAMPLES / "tiangong-term").term.subjects:
        bare = tuple(
            evolve(s, joined_by=tuple(n for n in s.joined_by if n != "commander-backup")) for s in one.sessions
        )
        assert evolve(one, sessions=bare) == plain[one.id]


@pytest.mark.parametrize("name", NAMES)
def test_the_files_are_there_and_the_written_plan_is_the_plan(name: str) -> None:
    answer = planned(name)
    folder = answer.files[0].parent
    names = {str(path.relative_to(folder)) for path in answer.files}
    assert {"plan.json", "report.html", "activities.xlsx", "activities.csv", "station.oem", "timings.json"} <= names
    assert "calendars/trainee-prime.ics" in names
    text = (folder / "plan.json").read_text(encoding="utf-8")
    read = read_plan(text)
    assert read == answer.plan
    assert write_plan(read) == text
    assert verify_plan(folder).verdict == "holds"
    assert "seconds" not in json.loads(text)


@pytest.mark.parametrize("name", NAMES)
def test_every_placement_of_a_person_is_in_their_calendar(name: str) -> None:
    answer = planned(name)
    calendar = icalendar.Calendar.from_ical((answer.files[0].parent / "calendars" / "trainee-prime.ics").read_bytes())
    starts = sorted(event.start for event in calendar.walk("VEVENT"))
    mine = [one.start.datetime() for one in answer.plan.placements if "trainee-prime" in one.person_ids]
    assert starts == sorted(mine)
    with (answer.files[0].parent / "activities.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(answer.plan.placements)


def attended(made: Plan, trainee: str) -> int:
    return sum(one.stage == "training" and trainee in one.person_ids for one in made.placements)


def test_the_term_seen_from_afar_is_a_real_one() -> None:
    made = planned("tiangong-guest").plan
    assert made.programme.term is not None
    assert attended(made, "trainee-prime") >= 120
    assert attended(made, "trainee-backup") >= 120
    days = {one.start.datetime().date() for one in made.placements if one.stage == "training"}
    assert min(days) >= date(2026, 12, 7)
    reasons = " ".join(
        range_.reason
        for calendar in made.programme.calendars
        for range_ in (*calendar.closed, *(stretch.days for stretch in calendar.shorter))
    )
    for holiday in ("Spring Festival", "Ramadan", "Eid al-Fitr", "Eid al-Adha", "Labo"):
        assert holiday in reasons, reasons
    assert made.flight.launch.basis == "far"
    assert made.flight.launch.phase_deg is None
    assert 300 < made.flight.launch.sigma_s < 3_600  # tens of minutes
    assert any("rovisional" in warning for warning in made.warnings)
    assert all(span.sigma_s is None for w in made.windows if w.basis == "far" for span in w.spans)


@pytest.mark.slow
def test_the_eve_knows_its_windows_with_a_sigma_that_grows() -> None:
    made = planned("tiangong-eve").plan
    assert made.trajectory.basis == "near"
    assert made.trajectory.elements.epoch < made.programme.as_of  # type: ignore[operator]  # the eve has one
    links = next(windows for windows in made.windows if windows.kind == "relay")
    sigmas = [span.sigma_s for span in links.spans]
    assert all(sigma is not None for sigma in sigmas)
    assert sigmas == sorted(sigmas)  # type: ignore[type-var]  # none is None
    assert sigmas[0] < 5 < sigmas[-1] < 300  # type: ignore[operator]  # s
    eid = [one for one in made.placements if one.of in ("eid-prayer", "eid-greeting")]
    assert all(local_date(one.start, made.programme.station.zone) == date(2026, 5, 27) for one in eid)


@pytest.mark.parametrize("name", NAMES)
def test_experiments_links_and_the_way_home_are_in_the_plan(name: str) -> None:
    made = planned(name).plan
    experiments = {one.of for one in made.placements if one.kind == "experiment"}
    assert len(experiments) >= 12
    for day in range(2, 7):
        assert sum(one.id.startswith(f"live-link@{day}#") for one in made.placements) == 2
    assert {"liner#1", "pack-down#1", "farewell#1"} <= {one.id for one in made.placements}


def same_twice(folder: Path, out: Path) -> None:
    first, again = (plan(folder, out=out / n, options=Options(effort=LITTLE)) for n in ("first", "again"))
    assert isinstance(first, Planned)
    assert isinstance(again, Planned)
    for name in ("plan.json", "report.html"):
        assert (out / "first" / name).read_bytes() == (out / "again" / name).read_bytes()


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    """With a meal a day, for which the search is stopped by its effort, not by a proof."""
    same_twice(small_example("tiangong-eve", tmp_path / "eve", (*KEPT, "lunch")), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_same_examples_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    same_twice(EXAMPLES / name, tmp_path)


@pytest.mark.slow
def test_more_training_than_weeks_is_a_conflict_in_words() -> None:
    known = read_programme(EXAMPLES / "tiangong-guest")
    assert known.term is not None
    mandarin = [subject for subject in known.term.subjects if subject.id == "mandarin-foundation"]  # 14 h in five weeks
    limits = (*(each for each in known.limits if each.rule != "TRN-05"), Limits(rule="TRN-05", params=THREE_HOURS))
    free = tuple(evolve(each, for_flight=False) for each in known.certificates)
    alone = evolve(
        known, term=evolve(known.term, subjects=tuple(mandarin)), limits=limits, activities=(), certificates=free
    )
    answer = make_plan(alone, Options())
    assert isinstance(answer, NoPlan)
    assert answer.stage == "training"
    assert {"CMP-01", "TRN-03", "TRN-05"} <= {tag.rule for tag in answer.tags}
    assert any("3 h a week" in sentence for sentence in answer.conflict)


@pytest.mark.slow
def test_more_training_than_weeks_in_the_whole_term_leaves_no_file(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "tiangong-guest", folder := tmp_path / "too-much")
    with (folder / "programme.yaml").open("a", encoding="utf-8") as stream:
        stream.write("\nrules:\n  TRN-05: {max_week: 6 h}\n")
    answer = plan(folder, out=tmp_path / "out", options=Options(effort=2.0))
    assert isinstance(answer, NoPlan)
    assert answer.stage == "training"
    assert "TRN-05" in {tag.rule for tag in answer.tags}
    assert any("6 h a week" in sentence for sentence in answer.conflict)
    assert not (tmp_path / "out").exists()
