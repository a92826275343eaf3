"""A sound programme comes out as the nouns say: defaults filled, groups named, figures in our units."""

from __future__ import annotations

import time
from datetime import date
from datetime import time as clock
from pathlib import Path

import pytest
from breaking import BASE, break_text, copy_of_base

from hamsafar.domain.aboard import Pace
from hamsafar.domain.hosts_minutes import DayShare, HostShare, HostsMinutes
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import After, Session
from hamsafar.errors import InputErrors
from hamsafar.programme import read_programme
from hamsafar.programme.change_form import activity_form
from hamsafar.programme.cycles import cycles
from hamsafar.rules import BOOK
from hamsafar.timeline import Instant

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def small() -> Programme:
    return read_programme(BASE)


def sessions(programme: Programme) -> dict[str, Session]:
    assert programme.term is not None
    return {session.id: session for subject in programme.term.subjects for session in subject.sessions}


def test_what_a_session_leaves_out_is_as_its_subject_says(small: Programme) -> None:
    theory, practice = sessions(small)["ship/theory"], sessions(small)["ship/practice"]
    assert (theory.phase, theory.language, theory.attendance, theory.instructor) == (
        "basics", "zh", "together", "ship-systems",
    )  # fmt: skip
    assert (theory.facilities, practice.facilities) == (("classroom",), ("mock-up",))
    assert (sessions(small)["station/tour"].phase, sessions(small)["station/exam"].phase) == ("last", "basics")


def test_self_study_has_neither_instructor_nor_classroom(small: Programme) -> None:
    reading = sessions(small)["ship/reading"]
    assert (reading.instructor, reading.facilities) == (None, ())


def test_order_becomes_after(small: Programme) -> None:
    found = sessions(small)
    assert found["ship/theory"].after == ()
    assert found["ship/practice"].after == (After(of="ship/theory", min_gap_min=1_440, max_gap_min=20_160),)
    assert found["ship/reading"].after == (After(of="ship/practice"),)
    assert found["station/tour"].after == (After(of="ship/practice", min_gap_min=1_440, max_gap_min=86_400),)
    assert found["station/exam"].after == ()  # in_order: false


def test_all_trainees_attend_unless_some_are_named(small: Programme) -> None:
    assert small.term is not None
    assert [subject.trainees for subject in small.term.subjects] == [
        ("trainee-prime", "trainee-backup"),
        ("trainee-prime",),
    ]


def test_phases_count_back_in_days(small: Programme) -> None:
    assert small.term is not None
    assert [(phase.from_d, phase.to_d) for phase in small.term.phases] == [(182.0, 70.0), (70.0, 0.0)]


def test_groups_become_people_in_the_order_of_the_crews(small: Programme) -> None:
    assert small.activity("run").who[0].candidates == ("trainee-prime",)
    assert small.activity("run").who[1].candidates == ("commander-up", "commander-aboard")
    assert small.activity("sleep").who[0].candidates == ("commander-up", "trainee-prime", "commander-aboard")


def test_what_somebody_outside_waits_for_is_promised_unless_it_is_said_otherwise(
    tmp_path: Path, small: Programme
) -> None:
    """Exams and joint sessions, links and outreach; the small programme says nothing of it."""
    assert {id_ for id_, session in sessions(small).items() if session.promised} == {"station/exam"}
    assert not any(activity.promised for activity in small.activities)
    folder = copy_of_base(tmp_path)
    for file, old, new in (
        ("training.yaml", "kind: exam, ", "kind: exam, promised: false, "),
        ("training.yaml", "kind: simulation, ", "kind: simulation, joined_by: [commander-up], "),
        ("training.yaml", "kind: self-study, ", "kind: self-study, promised: true, "),
        (
            "aboard.yaml",
            "id: picture, title: Picture of home, kind: photography",
            "id: picture, title: P, kind: outreach",
        ),
        ("aboard.yaml", "title: Fajr, kind: prayer, ", "title: Fajr, kind: link, promised: false, "),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    found = read_programme(folder)
    assert {id_ for id_, session in sessions(found).items() if session.promised} == {"station/tour", "ship/reading"}
    assert [activity.id for activity in found.activities if activity.promised] == ["picture"]


def test_an_activity_in_full(small: Programme) -> None:
    run = small.activity("run")
    assert (run.duration_min, run.spacing_min, run.times, run.flight_days) == (90, 1_200, 3, (2, 4, 6))
    assert (run.starts_between, run.prefer) == ((clock(8), clock(18)), clock(10))
    assert run.after == (After(of="setup", min_gap_min=0, max_gap_min=10_080),)
    assert small.activity("fajr").work is False


def test_limits_are_the_books_with_the_programmes_own(small: Programme) -> None:
    assert small.limit("TRN-04", "max_day_min") == 420
    assert small.limit("TRN-05", "max_week_min") == 2_400
    assert small.limit("CRW-08", "first_share") == 0.6
    assert {limits.rule for limits in small.limits} == {rule.id for rule in BOOK.values() if rule.params}
    for limits in small.limits:
        assert set(limits.params) == set(BOOK[limits.rule].params)


def test_what_was_agreed_of_the_hosts_minutes(small: Programme) -> None:
    commander = HostShare(person="commander-up", total_min=450, a_day_min=75)
    aboard = HostShare(person="commander-aboard", a_day_min=80)
    days = (DayShare(flight_day=3, total_min=50),)
    agreed = HostsMinutes(agreed="Protocol 7, section 4", total_min=900, people=(commander, aboard), days=days)
    assert small.hosts_minutes == agreed
    assert [small.host_day_min(one) for one in ("commander-up", "commander-aboard", "other")] == [75, 80, 90]


def test_minutes_a_day_of_each_host_are_the_figure_of_the_rule(tmp_path: Path) -> None:
    break_text(copy_of_base(tmp_path), "aboard.yaml", "  total: 15 h\n", "  total: 15 h\n  a_day: 70 min▸\n")
    changed = read_programme(tmp_path / "small")
    assert changed.limit("CRW-09", "max_host_min") == changed.host_day_min("other") == 70


def test_the_minutes_of_each_host_a_day_are_said_once(tmp_path: Path) -> None:
    folder = copy_of_base(tmp_path)
    break_text(folder, "programme.yaml", "  CRW-08: {first_share: 0.6}", "  CRW-09: {max_host: 80 min}▸")
    at = break_text(folder, "aboard.yaml", "  total: 15 h\n", "  total: 15 h\n  a_day: ▸70 min\n")
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    (error,) = raised.value.errors
    assert error.where == f"{folder}/aboard.yaml:{at} hosts_minutes.a_day"
    assert "max_host of CRW-09" in error.what


def test_only_sites_that_are_referred_to_are_kept_and_the_stations_relays(small: Programme) -> None:
    assert {site.id for site in small.sites} == {"jiuquan", "dongfeng", "quetta"}
    assert {relay.id for relay in small.relays} == set(small.station.relays)
    assert small.station.relay_cone_deg == 60.0
    assert (small.flight.ship_up.id, small.flight.ship_up.name) == ("ship-up", "Shenzhou")


def test_the_flight_in_our_units(small: Programme) -> None:
    assert small.flight.launch_window.start == Instant.utc(2027, 6, 5)
    assert (small.flight.stay_min, small.flight.stay_tolerance_min) == (10_080, 1_080)


def test_public_holidays_become_days_off_and_estimated_ones_provisional(small: Programme) -> None:
    closed = small.calendar("office").closed
    fitr = next(days for days in closed if days.contains(date(2027, 3, 10)))
    assert (fitr.reason, fitr.provisional, (fitr.last - fitr.first).days) == ("Eid al-Fitr", True, 2)
    assert {days.reason for days in closed} == {"Eid al-Fitr", "Eid al-Adha", "Spring festival week"}
    assert list(closed) == sorted(closed, key=lambda days: days.first)
    assert {days.first.year for days in closed} == {2025, 2026, 2027, 2028}
    national = small.calendar("host-office").closed
    assert any(days.reason == "National Day" and days.contains(date(2027, 10, 1)) for days in national)


def test_elements_that_may_be_looked_at_are_kept_the_newest_last(tmp_path: Path) -> None:
    folder = copy_of_base(tmp_path)
    latest = (folder / "elements.tle").read_text(encoding="ascii")
    earlier = latest.replace("26261.29773936", "26260.29773936").replace("20659-3 0  9990", "20659-3 0  9999")
    (folder / "elements.tle").write_text(latest + earlier, encoding="ascii")
    kept = [one.epoch.iso()[:16] for one in read_programme(folder).elements]
    assert kept == ["2026-09-17T07:08", "2026-09-18T07:08"]
    path = folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("elements: el", "as_of: 2026-09-18T00:00Z\n  elements: el"), encoding="utf-8")
    assert [one.epoch.iso()[:16] for one in read_programme(folder).elements] == ["2026-09-17T07:08"]


def test_a_term_left_out_is_done(tmp_path: Path) -> None:
    """What is left of the syllabus gives no certificates any more; they are held or missing."""
    folder = copy_of_base(tmp_path)
    (folder / "training.yaml").unlink()
    people = folder / "people.yaml"
    held = "\n    certificates: [{certificate: station-user, from: 2027-01-01, until: 2028-01-01}]"
    text = people.read_text(encoding="utf-8").replace("calendars: [office]", "calendars: [office]" + held)
    people.write_text(text, encoding="utf-8")
    assert read_programme(folder).term is None


def test_sections_may_be_spread_over_files(tmp_path: Path, small: Programme) -> None:
    folder = copy_of_base(tmp_path)
    people = (folder / "people.yaml").read_text(encoding="utf-8")
    head, rest = people.split("  - id: commander-up\n")
    (folder / "people.yaml").write_text(head, encoding="utf-8")
    (folder / "people-aboard.yaml").write_text("people:\n  - id: commander-up\n" + rest, encoding="utf-8")
    again = read_programme(folder)
    assert next(person.id for person in again.people) == "commander-up"  # people-aboard.yaml comes before people.yaml
    assert set(again.people) == set(small.people)


@pytest.mark.parametrize("name", ["tiangong-guest", "tiangong-eve"])
def test_the_examples_are_read(name: str) -> None:
    assert read_programme(EXAMPLES / name).id == name


def test_five_hundred_sessions_are_read_in_time(tmp_path: Path) -> None:
    folder = copy_of_base(tmp_path)
    rows = ["subjects:"]
    for subject in range(100):
        rows += [f"  - id: more-{subject}", "    title: More", "    class: technical", "    phase: last"]
        rows += ["    language: en", "    attendance: together", "    facilities: [classroom]", "    sessions:"]
        rows += [
            f"      - {{id: s{n}, title: Practice, kind: practice, duration: 2 h, recovery: 12 h, demanding: true,"
            " after: [{of: ship/practice, min: 1 d}], after_previous: {min: 1 d, max: 14 d}}"
            for n in range(5)
        ]
    text = "\n".join(rows).replace("id: s0, ", "id: s0, ").replace(", after_previous: {min: 1 d, max: 14 d}}", "}")
    (folder / "zz-more.yaml").write_text(text, encoding="utf-8")
    started = time.process_time()
    programme = read_programme(folder)
    spent_s = time.process_time() - started
    assert len(sessions(programme)) == 505
    assert spent_s < 4.0  # the target is 1.5 s on a free machine; tests share theirs


def test_cycles_are_found_once_each_and_in_order() -> None:
    graph = {"a": {"c"}, "b": {"a"}, "c": {"b", "x"}, "x": set(), "y": {"a"}, "p": {"p"}, "q": {"r"}, "r": {"q"}}
    assert sorted(cycles(graph)) == [["a", "b", "c"], ["p"], ["q", "r"]]
    assert list(cycles({"a": set(), "b": {"a"}})) == []


def test_a_pace_is_read_and_written_as_it_was_said(tmp_path: Path) -> None:
    folder = copy_of_base(tmp_path)
    aboard = folder / "aboard.yaml"
    text = aboard.read_text(encoding="utf-8")
    paced = text.replace('prefer: "10:00"', 'prefer: "10:00"\n    pace: {first_mean: 1.8, first_p90: 2.6}')
    assert paced != text
    aboard.write_text(paced, encoding="utf-8")
    read = read_programme(folder).activity("run")
    assert read.pace == Pace(first_mean=1.8, first_p90=2.6)
    assert activity_form(read)["pace"] == {"fixed": False, "first_mean": 1.8, "first_p90": 2.6}
    assert read_programme(BASE).activity("run").pace is None
    assert "pace" not in activity_form(read_programme(BASE).activity("run"))
