"""Milestones in programme files: what they become, what may wait for them, and every way to get one wrong."""

from __future__ import annotations

import tempfile
from datetime import time
from pathlib import Path

import pytest
from attrs import evolve
from breaking import break_text, copy_of_base
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamsafar.domain.programme import Programme
from hamsafar.domain.training import After
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.plan_json import converter
from hamsafar.programme import read_programme
from hamsafar.programme.places import places_in
from hamsafar.programme.syllabi import _sections

FILE = "milestones.yaml"
TEXT = """\
milestones:
  - id: data
    title: Data delivered
    kind: delivery
    from: 20 wk
    to: 15 wk
    duration: 1 h
    calendar: host-office
    owner: guest
  - id: review
    title: Review
    kind: review
    from: 18 wk
    to: 12 wk
    duration: 3 h
    calendar: host-office
    owner: host
    attended_by: [trainee-prime]
    after: [{of: milestone/data, min: 7 d, max: 28 d}, {of: ship/theory}]
    source: a handbook
"""


def folder_with(into: Path) -> Path:
    """The small programme with a road, a session that waits for the review, and something aboard that does."""
    folder = copy_of_base(into)
    (folder / FILE).write_text(TEXT, encoding="utf-8")
    for file, old, new in (
        ("training.yaml", "[mock-up], after_prev", "[mock-up], ▸after: [{of: milestone/review, min: 1 d}], after_prev"),
        ("aboard.yaml", "title: Picture of home", "title: Picture of home, ▸milestone: review"),
    ):
        break_text(folder, file, old, new)
    return folder


def test_milestones_become_nouns_and_things_wait_for_them(tmp_path: Path) -> None:
    found = read_programme(folder_with(tmp_path))
    data, review = found.milestones
    assert (data.placement, data.owner, data.from_d, data.to_d, data.duration_min) == (
        "milestone/data", "guest", 140, 105, 60,
    )  # fmt: skip
    assert review.after == (
        After(of="milestone/data", min_gap_min=10_080, max_gap_min=40_320),
        After(of="ship/theory"),
    )
    assert (review.owner, review.attended_by, review.refused, review.source) == (
        "host", ("trainee-prime",), False, "a handbook",
    )  # fmt: skip
    practice = next(one for one in found.term.subjects[0].sessions if one.id == "ship/practice")
    assert After(of="milestone/review", min_gap_min=1_440) in practice.after
    assert [one.id for one in found.activities if one.milestone == "review"]
    assert places_in(tmp_path / "small")["milestone/review"][0].endswith(f"{FILE}:10:5")


def test_they_are_written_and_read_back_and_older_plans_have_none(tmp_path: Path) -> None:
    found, made = read_programme(folder_with(tmp_path)), converter()
    written = made.unstructure(found)
    assert made.structure(written, Programme) == found
    older = {key: value for key, value in written.items() if key != "milestones"}
    assert made.structure(older, Programme) == evolve(found, milestones=())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: delivery", "kind: ▸deliverance", ("should be one of", "delivery")),
        ("from: 18 wk", "from: ▸11 wk", ("ends before it begins", "from")),
        ("duration: 3 h", "duration: ▸43 d", ("longer than the time between",)),
        ("owner: guest", "owner: ▸gest", ("agency or role", "did you mean 'guest'")),
        ("calendar: host-office\n    owner: guest", "calendar: ▸hosts\n    owner: guest", ("calendar",)),
        ("attended_by: [trainee-prime]", "attended_by: [▸trainee-prim]", ("person", "trainee-prime")),
        ("attended_by: [trainee-prime]", "attended_by: [trainee-prime, ▸trainee-prime]", ("listed twice",)),
        ("of: milestone/data", "of: ▸milestone/dat", ("session", "milestone/data")),
        ("max: 28 d", "max: ▸6 d", ("less than `min`",)),
        ("title: Data delivered", "▸titel: Data\n    title: Data delivered", ("unknown key", "title")),
        ("id: review", "id: ▸data", ("used twice",)),
        ("    source: a handbook", "    refused: ▸maybe", ("true or false",)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, old: str, new: str, words: tuple[str, ...]) -> None:
    folder = folder_with(tmp_path)
    at = break_text(folder, FILE, old, new)
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    told = {error.where.split(" ")[0]: error.what for error in raised.value.errors}
    assert f"{folder}/{FILE}:{at}" in told
    assert all(word in told[f"{folder}/{FILE}:{at}"] for word in words)


def test_a_circle_of_sessions_and_milestones_is_told_where_it_closes(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    break_text(folder, FILE, "{of: ship/theory}", "{of: ▸ship/practice}")
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    (error,) = raised.value.errors
    assert error.where.startswith(f"{folder}/training.yaml:")
    assert error.what.endswith("milestone/review → ship/practice → milestone/review")


def test_who_waits_for_a_milestone_there_is_none_of_is_told(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    at = break_text(folder, "aboard.yaml", "milestone: review", "milestone: ▸revue")
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    (error,) = raised.value.errors
    assert error.where.startswith(f"{folder}/aboard.yaml:{at}")
    assert "is not the name of a milestone; did you mean 'review'" in error.what


def test_a_usual_night_is_two_clock_times_and_has_an_end(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    assert read_programme(folder).term.usual_night is None
    at = break_text(folder, "training.yaml", "quarantine: 14 d", 'quarantine: 14 d\n  usual_night: ["22:30", ▸"22:30"]')
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    (error,) = raised.value.errors
    assert error.where.startswith(f"{folder}/training.yaml:{at}")
    assert "say when it ends" in error.what
    break_text(folder, "training.yaml", '["22:30", "22:30"]', '["22:30", ▸"06:15"]')
    assert read_programme(folder).term.usual_night == (time(22, 30), time(6, 15))


def test_the_bundled_syllabus_brings_the_payload_road_and_a_usual_night() -> None:
    found = _sections("payload-specialist")
    road = {one.id: one.model for one in found["milestones"].entries}
    assert [id_ for id_ in road if id_.startswith("safety-review")] == [f"safety-review-{n}" for n in range(4)]
    assert {"mass-approval", "flight-hardware", "training-models"} <= road.keys()
    (syllabus,) = (one.model for one in found["syllabus"].entries)
    assert syllabus.usual_night == [time(22), time(6)]
    waiting = {
        subject.id
        for subject in (one.model for one in found["subjects"].entries)
        for session in subject.sessions
        if any(after.of == "milestone/training-models" for after in session.after)
    }
    assert {"payload-biology", "payload-fluids", "payload-materials", "payload-radiation"} <= waiting


def test_a_subject_may_not_be_called_so(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    break_text(folder, "training.yaml", "  - id: station\n", "  - id: ▸milestone\n")
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    assert any("means something else in a plan" in error.what for error in raised.value.errors)


_SPICE = st.sampled_from(["", "~", "[", "9e9", "-1 d", "=1+1", "milestone/", "0 wk", "{}", "true", "ی", "99999 wk"])


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.integers(0, len(TEXT)), length=st.integers(0, 9), new=_SPICE)
def test_whatever_is_written_is_a_programme_or_told(at: int, length: int, new: str) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = folder_with(Path(made))
        (folder / FILE).write_text(TEXT[:at] + new + TEXT[at + length :], encoding="utf-8")
        errors: tuple[InputError, ...] = ()
        try:
            read_programme(folder)
        except InputErrors as found:
            errors = found.errors
        assert all(error.where.startswith(str(folder)) and error.what for error in errors)
