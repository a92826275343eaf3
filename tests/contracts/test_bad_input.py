"""Programmes that ask for what can't be: told at the door with file and line, or as a conflict with its way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from small_example import small_example

KEPT = ("sleep", "safety-brief", "arrival", "emergency-drill", "liner", "welcome-call", "vibration")
CALL, VIBRATION = "title: First words home, kind: link, duration: 10 min", "certificate: payload-materials"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The eve with seven activities, in the empty folder in which commands run."""
    return small_example("tiangong-eve", tmp_path / "eve", KEPT)


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file.name, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


def line_of(file: Path, what: str) -> int:
    """The line of a file, from 1, on which something is said."""
    return next(n for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if what in line)


def refused(run: Any, folder: Path) -> str:
    """What `plan` says of the one thing that is wrong; nothing is written."""
    done = run("plan", folder.name)
    assert done.code == 1
    assert "1 error; nothing was written." in done.err
    assert not (folder.parent / "out").exists()
    (told,) = [line for line in done.err.splitlines() if ".yaml:" in line or "host." in line]
    return told


def declared(folder: Path) -> None:
    changed(
        folder / "people.yaml", "\ncertificates:\n", "\ncertificates:\n  - {id: optics, title: Optics, valid: 270 d}\n"
    )


def held_by_a_host(folder: Path) -> None:
    declared(folder)
    own = "certificates: &operator\n"
    changed(
        folder / "people.yaml",
        own,
        f"{own}      - {{certificate: optics, from: 2025-12-01, until: 2026-12-31}}\n",
    )


@pytest.mark.parametrize(
    ("prepared", "said"),
    [
        (lambda folder: None, "is not the name of a certificate"),
        (declared, "no subject gives this certificate and nobody holds it"),
        (held_by_a_host, "nobody of trainee-prime holds this certificate or attends a subject that gives it; 1 needed"),
    ],
    ids=["unknown", "given by no course", "held by others only"],
)
def test_an_experiment_that_needs_a_certificate_no_course_gives(
    run: Any, folder: Path, prepared: Callable[[Path], None], said: str
) -> None:
    aboard = folder / "aboard.yaml"
    changed(aboard, VIBRATION, "certificate: optics")
    prepared(folder)
    told = refused(run, folder)
    assert told.startswith(f"eve/aboard.yaml:{line_of(aboard, 'certificate: optics')}:")
    assert ".who[0].certificate: " in told
    assert said in told
    assert told.endswith("(got 'optics')")


def test_a_link_where_the_station_has_no_relays(run: Any, folder: Path) -> None:
    (folder / "catalogue.yaml").write_text(
        "catalogue:\n  stations:\n    - {id: tiangong, relays: []}\n", encoding="utf-8"
    )
    told = refused(run, folder)
    assert told.startswith(f"eve/aboard.yaml:{line_of(folder / 'aboard.yaml', 'welcome-call')}:")
    assert "window.kind: Tiangong has no relay satellites in the catalogue (got 'relay')" in told


@pytest.mark.slow
def test_a_link_that_no_relay_carries_as_long_is_a_conflict_with_its_least_relaxations(run: Any, folder: Path) -> None:
    """The longest link of those days is found as the least that the call would have to give."""
    aboard = folder / "aboard.yaml"
    changed(aboard, CALL, CALL.replace("10 min", "90 min"))
    done = run("plan", "eve", "--json", "--effort", "0.3")
    assert done.code == 3, done.err
    conflict = {clash["rule"]: clash for clash in done.document["conflict"]}
    assert conflict.keys() == {"CMP-01", "WIN-01"}
    assert "welcome-call#1 lies wholly inside one of its windows; relay" in conflict["WIN-01"]["sentence"]
    people = run("plan", "eve", "--effort", "0.3")
    line = line_of(aboard, "welcome-call")
    assert f"see eve/aboard.yaml:{line}:5" in people.err
    least = next(told for told in people.err.splitlines() if "make welcome-call" in told)
    shorter, possible = (int(word) for word in least.replace("(", " ").split() if word.isdigit() and word != "90")
    assert shorter + possible == 90
    assert 40 < possible < 90
    assert "leave out welcome-call#1" in people.err
    assert "one more window relay of 90 min" in people.err
    changed(aboard, "link, duration: 90 min", f"link, duration: {possible} min")
    assert run("plan", "eve", "--effort", "0.3").code == 0  # what is said to be possible is
    changed(aboard, f"link, duration: {possible} min", f"link, duration: {possible + 1} min")
    assert run("plan", "eve", "--effort", "0.3").code == 3  # and the least


def test_an_unknown_prayer_authority(run: Any, folder: Path) -> None:
    programme = folder / "programme.yaml"
    changed(programme, "  twilight: 18 deg\n", "")
    changed(programme, "Times of the launch site; twilight 18 deg (Karachi convention)", "karachee")
    told = refused(run, folder)
    assert told.startswith(f"eve/programme.yaml:{line_of(programme, 'karachee')}:14 prayer.authority: ")
    assert "is no authority known by name; did you mean 'karachi'?; or say `twilight`" in told


CSV = "Activity,Start,End,Crew\nDock inspection,2026-05-28 10:00,2026-05-28 11:00,engineer-aboard\n"
ICS = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//host//EN\nBEGIN:VEVENT\nUID:1@host\nDTSTAMP:20260520T000000Z\n"
    "DTSTART:20260528T100000\nDTEND:20260528T110000\nSUMMARY:Dock inspection\n"
    "ATTENDEE;CN=engineer-aboard:mailto:e@host\nEND:VEVENT\nEND:VCALENDAR\n"
)


@pytest.mark.parametrize(
    ("name", "content", "at", "how"),
    [
        ("host.csv", CSV, "2:17 Start", "name it in the heading, as in 'Start (UTC)'"),
        ("host.ics", ICS, "4", "write it with a Z (UTC) or a TZID, or name it beside the file"),
    ],
)
def test_a_host_file_with_times_in_an_unstated_zone(
    run: Any, folder: Path, name: str, content: str, at: str, how: str
) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    changed(
        folder / "programme.yaml", "  station: tiangong\n", f"  station: tiangong\n  host_plan: [{{file: {name}}}]\n"
    )
    told = refused(run, folder)
    assert told.startswith(f"eve/{name}:{at}: says no zone, so nobody knows when 2026-05-28 10:00 is; {how}")
