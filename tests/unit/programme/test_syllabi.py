"""Terms built on a syllabus of the catalogue: what is bundled, what own files replace, what is wrong with either."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from functools import cache
from graphlib import TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

from hamsafar.domain.programme import Programme
from hamsafar.domain.training import Facility, Session
from hamsafar.errors import InputErrors
from hamsafar.planning.training.held import held_subjects
from hamsafar.programme import read_programme
from hamsafar.programme.syllabi import _sections, syllabus_names

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


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    """The same programme on the syllabus of 52 weeks."""
    folder = folder_of(tmp_path_factory.mktemp("year"))
    training = (folder / "training.yaml").read_text(encoding="utf-8")
    (folder / "training.yaml").write_text(training.replace("specialist", "specialist-52-weeks"), encoding="utf-8")
    return read_programme(folder)


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


@pytest.mark.parametrize("of", ["programme", "year"])
def test_no_session_is_filler(of: str, request: pytest.FixtureRequest) -> None:
    programme: Programme = request.getfixturevalue(of)
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


# The variant of 52 weeks


def hours(found: Programme, *classes: str, kind: str = "") -> float:
    """Hours with somebody, in these classes or of this kind."""
    counted = (
        session.duration_min / 60
        for subject in held_subjects(found)
        for session in subject.sessions
        if session.kind not in ("self-study", "travel") and kind in ("", session.kind)
        if not classes or subject.training_class in classes
    )
    return sum(counted)


def test_a_year_is_more_of_every_class_and_not_the_same_spread_thin(programme: Programme, year: Programme) -> None:
    # "90+ courses, 1 500 h in under a year" (al-ain.com, 2019), for a guest of another host: the scale, not a target.
    assert year.term.syllabus.id == "payload-specialist-52-weeks"
    assert max(phase.from_d for phase in year.term.phases) == 52 * 7
    assert {one.id for one in year.term.classes} == {one.id for one in programme.term.classes}
    assert 1_050 <= hours(year) <= 1_500
    for each in programme.term.classes:
        assert hours(year, each.id) >= 1.09 * hours(programme, each.id), each.id
    assert hours(year, kind="language") >= 1.5 * hours(programme, kind="language")
    assert hours(year, "physical") >= 1.5 * hours(programme, "physical")
    assert hours(year, kind="simulation") >= 1.4 * hours(programme, kind="simulation")


def test_a_year_keeps_all_that_half_a_year_holds(programme: Programme, year: Programme) -> None:
    half, whole = ({one.id for one in held_subjects(found)} for found in (programme, year))
    assert half <= whole
    assert len(whole) - len(half) >= 60


def test_its_language_is_examined_at_three_levels(year: Programme) -> None:
    exams = {
        s.id for one in year.term.subjects for s in one.sessions if s.kind == "exam" and s.id.startswith("mandarin-")
    }
    levels = ("mandarin-conversational/oral", "mandarin-lecture-level/check", "mandarin-operational/exam")
    assert set(levels) <= exams
    days = {phase.id: phase.to_d for phase in year.term.phases}
    by = {session.id: session for one in year.term.subjects for session in one.sessions}
    over = [days[by[level].phase] for level in levels]
    assert over == sorted(over, reverse=True)


@pytest.mark.parametrize("of", ["programme", "year"])
def test_what_comes_after_what_goes_round_nowhere_and_fits_the_phases(of: str, request: pytest.FixtureRequest) -> None:
    found: Programme = request.getfixturevalue(of)
    sessions = {session.id: session for one in found.term.subjects for session in one.sessions}
    stretch = {phase.id: (phase.from_d, phase.to_d) for phase in found.term.phases}
    days = {id_: stretch[session.phase] for id_, session in sessions.items()}
    days |= {milestone.placement: (milestone.from_d, milestone.to_d) for milestone in found.milestones}
    after = {id_: session.after for id_, session in sessions.items()}
    after |= {milestone.placement: milestone.after for milestone in found.milestones}
    order = TopologicalSorter({id_: [gap.of for gap in gaps] for id_, gaps in after.items()})
    soonest: dict[str, float] = {}  # days before lift-off, as if rooms, people and hours were no matter
    for id_ in order.static_order():
        waits = [soonest[gap.of] - gap.min_gap_min / 1_440 for gap in after[id_]]
        soonest[id_] = min([days[id_][0], *waits])
        assert soonest[id_] > days[id_][1], id_


def givers(found: Programme) -> dict[str, Session]:
    """Certificate → the session that gives it for the first time."""
    return {one.certificate: one.final for one in found.term.subjects if one.certificate is not None}


def test_every_certificate_is_given_once_and_lasts_until_it_is_needed(year: Programme) -> None:
    given = [one.certificate for one in year.term.subjects if one.certificate is not None]
    assert sorted(given) == sorted(set(given))
    assert {one.id for one in year.certificates} - set(given) == {"station-operator"}  # the crew's own
    valid = {one.id: one.valid_d for one in year.certificates}
    phases = {phase.id: phase for phase in year.term.phases}
    needs = {(s.id, c) for one in held_subjects(year) for s in one.sessions for c in s.needs}
    by = {session.id: session for one in year.term.subjects for session in one.sessions}
    for session, certificate in needs:
        latest, last = (phases[one.phase].to_d for one in (givers(year)[certificate], by[session]))
        assert latest - last < valid[certificate], (session, certificate)
    # But for the balance organ, whose exam is to be late: even one on the first day of its phase lasts.
    for session, certificate in needs:
        earliest, last = phases[givers(year)[certificate].phase].from_d, phases[by[session].phase].to_d
        assert earliest - last < valid[certificate] or certificate == "vestibular-fit", (session, certificate)


def test_what_lapses_in_half_a_year_lies_in_the_second_half(programme: Programme, year: Programme) -> None:
    before, now = ({one.id: one.sessions[0].phase for one in found.term.subjects} for found in (programme, year))
    other = {id_ for id_, phase in before.items() if now[id_] != phase}
    assert {"ship-systems", "suit-user", "centrifuge", "vestibular", "hypobaric"} <= other
    assert {now[id_] for id_ in other} == {"technical"}
    assert {before[id_] for id_ in other} == {"basics"}
    # The syllabus that is extended stays as it is, though both are read once and kept.
    assert {one.model.phase for one in _sections("payload-specialist")["subjects"].entries if one.id in other} == {
        "basics"
    }


def open_days(found: Programme, ground: Facility, lift_off: date) -> int:
    """On how many days a ground is in season, within the phase of what is held there."""
    held = {s.phase for one in found.term.subjects for s in one.sessions if ground.id in s.facilities}
    (phase,) = (phase for phase in found.term.phases if phase.id in held)
    days = (lift_off - timedelta(days=n) for n in range(int(phase.to_d) + 1, int(phase.from_d)))
    return sum(any(season.contains(day) for season in ground.seasons) for day in days)


def test_every_ground_is_in_season_once_whenever_lift_off_falls(programme: Programme, year: Programme) -> None:
    lift_offs = [date(2027, 1, 15) + timedelta(days=10 * n) for n in range(37)]
    whole, half = (
        {
            (ground.id, day): open_days(found, ground, day)
            for ground in found.term.facilities
            if ground.seasons
            for day in lift_offs
        }
        for found in (year, programme)
    )
    assert {ground for ground, _ in whole} > {ground for ground, _ in half} >= {"winter-ground", "sea-ground"}
    assert min(whole.values()) >= 60
    assert min(half.values()) == 0  # in 26 weeks some grounds are shut for some launches


def test_its_second_season_is_another_and_comes_after_the_first(year: Programme) -> None:
    subjects = {one.id: one for one in year.term.subjects}
    summer, spring = subjects["desert-summer"], subjects["desert-survival"]
    assert summer.trip.to == spring.trip.to == "desert"
    assert {s.title for s in summer.sessions if s.kind != "travel"}.isdisjoint(s.title for s in spring.sessions)
    (check,) = (s for s in subjects["survival-second-season"].sessions if s.id.endswith("/compared"))
    assert {"desert-summer/debrief", "survival/debrief"} <= {gap.of for gap in check.after}


def test_its_payload_road_is_the_same_one_with_more_time_between_the_reviews(
    programme: Programme, year: Programme
) -> None:
    half, whole = ({one.id: one for one in found.milestones} for found in (programme, year))
    assert half.keys() == whole.keys()
    reviews = [whole[f"safety-review-{n}"] for n in range(4)]
    assert all(one.to_d > then.to_d for one, then in pairwise(reviews))
    assert all(whole[one.id].from_d > half[one.id].from_d for one in reviews[:3])
    assert whole["flight-hardware"] == half["flight-hardware"]
    for id_, one in whole.items():
        assert {gap.of for gap in one.after} == {gap.of for gap in half[id_].after}
        assert one.owner == half[id_].owner


def test_people_who_can_hold_half_a_year_can_hold_the_year(year: Programme, programme: Programme) -> None:
    half, whole = ({s.instructor for one in found.term.subjects for s in one.sessions} for found in (programme, year))
    assert whole == half


@pytest.mark.parametrize(("what", "said"), [("extends: payload-specialist", "extends"), ("moved: []", "moved")])
def test_only_the_catalogue_extends_a_syllabus(tmp_path: Path, what: str, said: str) -> None:
    own = f"""syllabus:
  id: ours
  title: Ours
  source: ours
  licence: Apache-2.0
  date: 2026-11-21
  {what}
  phases: [{{id: basics, title: Basics, from: 26 wk}}]
"""
    found = told(folder_of(tmp_path, more=own))
    assert f"training.yaml:8:3 syllabus.{said}: is for the catalogue's own syllabi" in found
