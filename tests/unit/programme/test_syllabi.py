"""Terms built on a syllabus of the catalogue: what is bundled, what own files replace, what is wrong with either."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from hamsafar.domain.programme import Programme
from hamsafar.errors import InputErrors
from hamsafar.planning.training.held import held_subjects
from hamsafar.programme import read_programme
from hamsafar.programme.syllabi import syllabus_names

GUEST = Path(__file__).parents[3] / "examples" / "tiangong-guest"
STAFF = """people:
  - {id: orbits, title: Orbits, agency: host, function: instructor, languages: [zh], qualifications: [orbital]}
  - {id: law, title: Law, agency: host, function: instructor, languages: [zh], qualifications: [protocol]}
  - {id: suits, title: Suits, agency: host, function: instructor, languages: [zh], qualifications: [suit]}
  - {id: waters, title: Water, agency: host, function: instructor, languages: [zh], qualifications: [water]}
"""
TRAINING = "training: {start: 2026-12-07, zone: Asia/Shanghai, quarantine: 14 d, syllabus: payload-specialist%s}\n"


def folder_of(tmp_path: Path, training: str = "", more: str = "") -> Path:
    """The guest's programme on the syllabus."""
    for file in GUEST.iterdir():
        if not file.name.startswith(("syllabus", "training")):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "staff.yaml").write_text(STAFF, encoding="utf-8")
    (tmp_path / "training.yaml").write_text(TRAINING % training + more, encoding="utf-8")
    return tmp_path


@cache
def on_the_syllabus(tmp_path: Path) -> Programme:
    return read_programme(folder_of(tmp_path))


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    return on_the_syllabus(tmp_path_factory.mktemp("syllabus"))


def told(folder: Path) -> str:
    with pytest.raises(InputErrors) as found:
        read_programme(folder)
    return str(found.value)


def test_it_is_as_large_as_the_host_says_of_its_own(programme: Programme) -> None:
    # "over 200 subjects" (CCTV 2023); some 800 to 1,000 hours for half a year, see facts: ours.
    assert "payload-specialist" in syllabus_names()
    held = held_subjects(programme)
    assert len(held) >= 200
    assert {subject.training_class for subject in held} == {one.id for one in programme.term.classes}
    assert len(programme.term.classes) == 8
    assert sum(len(subject.sessions) for subject in held) >= 500
    counted = [s for subject in held for s in subject.sessions if s.kind not in ("self-study", "travel")]
    assert 700 <= sum(s.duration_min for s in counted) / 60 <= 900


def test_no_session_is_filler(programme: Programme) -> None:
    titles = Counter(session.title for subject in programme.term.subjects for session in subject.sessions)
    assert [title for title in titles if re.search(r"\b(lesson|session|part|run) \d+$", title, re.IGNORECASE)] == []
    assert [title for title, times in titles.items() if times > 2] == []
    assert len({session.duration_min for subject in programme.term.subjects for session in subject.sessions}) >= 10


def test_payloads_follow_the_flight(programme: Programme) -> None:
    held, every = {one.id for one in held_subjects(programme)}, {one.id for one in programme.term.subjects}
    assert {"payload-biology", "payload-fluids"} <= held
    assert {"payload-ecology", "payload-combustion"} <= every - held


def test_what_lapses_before_a_year_is_over_can_be_refreshed(programme: Programme) -> None:
    valid = {one.id: one.valid_d for one in programme.certificates}
    asked = {
        n.certificate for a in programme.activities for n in a.who if n.certificate and "trainee-prime" in n.candidates
    }
    refreshed = {one.refreshes for one in programme.term.subjects}
    assert {one for one in asked if valid[one] < 400} <= refreshed


def test_where_it_comes_from_is_in_the_programme(programme: Programme) -> None:
    source = programme.term.syllabus
    assert source is not None
    assert (source.id, source.licence) == ("payload-specialist", "Apache-2.0")
    assert "ours" in source.source


def test_own_entries_replace_its_and_subjects_can_be_left_out(tmp_path: Path) -> None:
    own = """subjects:
  - id: rockets
    title: Rockets, our way
    class: basic-theory
    phase: arrival
    language: en
    attendance: together
    sessions: [{id: launcher, title: The launcher, kind: theory, duration: 50 min}]
"""
    changed = read_programme(folder_of(tmp_path, ", leave_out: [public-pressure]", own))
    assert "public-pressure" not in {one.id for one in changed.term.subjects}
    (rockets,) = [one for one in changed.term.subjects if one.id == "rockets"]
    assert [session.duration_min for session in rockets.sessions] == [50]


def test_a_wrong_name_is_told_with_the_nearest(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    text = (folder / "training.yaml").read_text(encoding="utf-8").replace("payload-specialist", "payload-specialists")
    (folder / "training.yaml").write_text(text, encoding="utf-8")
    assert "the catalogue has no syllabus of this name; did you mean 'payload-specialist'?" in told(folder)


def test_a_subject_it_does_not_have_cannot_be_left_out(tmp_path: Path) -> None:
    said = told(folder_of(tmp_path, ", leave_out: [rocket]"))
    assert "training.yaml:1" in said
    assert "the syllabus has no such subject; did you mean 'rockets'?" in said


def test_what_nobody_can_teach_is_told_at_its_line_in_the_syllabus(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "staff.yaml").write_text(STAFF.replace("qualifications: [suit]", "qualifications: []"), encoding="utf-8")
    said = told(folder)
    assert re.search(r"catalogue:payload-specialist/\S+\.yaml:\d+:\d+ subjects\[\d+\]\.instructor: nobody", said)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("refreshes: survival, certificate: survival", "gives a certificate or refreshes one, not both"),
        ("only_when_needed: true", "nothing can need it: it gives no certificate"),
        ("skill: sailing", "skill and level are said together"),
        ("trip: {to: acc, duration: 3 d}", "is the base; nobody travels there"),
        ("trip: {to: sea, duration: 8 h}", "is no longer than both ways (480 min)"),
        ("trip: {to: see, duration: 3 d}", "did you mean 'sea'?"),
        ("facilities: [sea-ground, classroom]", "its facilities lie at acc and sea; a session is held at one site"),
    ],
)
def test_what_makes_no_sense_is_told(tmp_path: Path, subject: str, said: str) -> None:
    own = f"""subjects:
  - {{id: sailing, title: Sailing, class: physical, phase: basics, language: en, attendance: together, {subject},
     sessions: [{{id: one, title: One, kind: practice, duration: 2 h}}]}}
"""
    assert said in told(folder_of(tmp_path, more=own))


def test_only_an_exam_is_sat_again(tmp_path: Path) -> None:
    own = """subjects:
  - id: sailing
    title: Sailing
    class: physical
    phase: basics
    language: en
    attendance: together
    sessions: [{id: one, title: One, kind: practice, duration: 2 h, resit: {min: 3 d}}]
"""
    assert "only an exam is sat again; say `kind: exam`" in told(folder_of(tmp_path, more=own))


def test_who_joins_elsewhere_has_travelled_there(tmp_path: Path) -> None:
    own = """subjects:
  - id: pad-walk
    title: A walk at the pad
    class: rescue-survival
    phase: campaign
    language: zh
    attendance: together
    facilities: [pad-area]
    sessions: [{id: one, title: One, kind: practice, duration: 2 h, joined_by: [scientist-aboard, commander-up]}]
"""
    said = told(folder_of(tmp_path, more=own))
    assert "joined_by[0]: is on no journey to launch-site" in said
    assert "joined_by[1]" not in said
