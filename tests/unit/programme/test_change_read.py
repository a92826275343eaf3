"""A change file comes out as the nouns say, and one that doesn't is told at its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from change_cases import ADD, CASES, SESSION

from changing import HEAD, small_plan, small_programme
from hamsafar.domain.changes import Change, LandingMove, Record
from hamsafar.errors import InputErrors
from hamsafar.programme import read_change, read_change_text
from hamsafar.timeline import Instant

MARK = "▸"  # where the error should point to


@pytest.mark.parametrize(("text", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_fault_is_told_once_at_its_place(text: str, words: tuple[str, ...]) -> None:
    whole = HEAD + text
    before = whole[: whole.index(MARK)]
    at = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    with pytest.raises(InputErrors) as raised:
        read_change_text(whole.replace(MARK, ""), small_plan())
    (error,) = raised.value.errors
    assert error.where.split(" ")[0] == f"change.yaml:{at}"
    assert all(word in error.what for word in words), error.what


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("now: 2027-01-01\n", "1:1 change", "'change' is missing"),
        ("change: {title: A change}\n", "1:9 change.asked_by", "'asked_by' is missing"),
        ("change: {title: A change, asked_by: hots}\n", "1:37 change.asked_by", "did you mean 'host'"),
        ("change:\n", "1:1 change", "should be a mapping"),
        ("", "1:1", "is empty"),
        ("- change\n", "1:1", "should begin with 'change:'"),
        ("change: {title: [}\n", "1:18", "YAML"),
    ],
)
def test_a_change_says_what_it_is_called_and_who_asked(text: str, at: str, words: str) -> None:
    with pytest.raises(InputErrors) as raised:
        read_change_text(text, small_plan())
    (error,) = raised.value.errors
    assert error.where == f"change.yaml:{at}"
    assert words in error.what


def test_all_faults_of_all_sections_are_told_in_reading_order() -> None:
    text = HEAD + "away: [{person: teachr, from: 2027-01-11}, {person: teacher}]\nnow: today\ndrop: [runn]\nlaunch: 7\n"
    text += ADD % ("sessions", "subject: ship, phase: lst, " + SESSION)
    with pytest.raises(InputErrors) as raised:
        read_change_text(text, small_plan())
    assert [error.where for error in raised.value.errors] == [
        "change.yaml:2:17 away[0].person",
        "change.yaml:2:44 away[1].from",
        "change.yaml:3:6 now",
        "change.yaml:4:8 drop[0]",
        "change.yaml:5:9 launch",
        "change.yaml:8:30 add.sessions[0].phase",
    ]


def test_a_file_is_read_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "slip.yaml"
    path.write_text(HEAD + "now: 2027-01-05\npin: [run#9]\n", encoding="utf-8")
    with pytest.raises(InputErrors) as raised:
        read_change(path, small_plan())
    assert raised.value.errors[0].where == f"{path}:3:7 pin[0]"
    assert read_change(path, small_programme()).pin == ("run#9",)  # a programme has no placements
    with pytest.raises(InputErrors) as raised:
        read_change(tmp_path / "none.yaml", small_plan())
    assert "cannot be read" in raised.value.errors[0].what


def test_days_are_whole_days_of_the_place_they_are_said_of() -> None:
    """Term, station and pad keep Chinese time here; a site of Pakistan gets no say."""
    text = """
now: 2027-01-05
landing: {not_before: 2027-06-20, not_after: 2027-06-21}
windows_closed: [{kind: pass, of: quetta, from: 2027-06-12, to: 2027-06-12}]
away: [{person: teacher, from: 2027-01-11, to: 2027-01-11}, {person: teacher, from: 2027-01-20T06:30+05:00}]
"""
    change = read_change_text(HEAD + text, small_plan())
    assert change.now == Instant.parse("2027-01-04T16:00Z")
    assert change.landing == LandingMove(
        not_before=Instant.parse("2027-06-19T16:00Z"), not_after=Instant.parse("2027-06-21T16:00Z")
    )
    assert change.closed[0].span.seconds == 86_400
    first, second = change.away
    assert first.end is not None
    assert (first.start, first.end.seconds_since(first.start)) == (Instant.parse("2027-01-10T16:00Z"), 86_400)
    assert (second.start, second.end) == (Instant.parse("2027-01-20T01:30Z"), None)


def test_one_relay_alone_may_be_closed() -> None:
    """An outage of one relay names it by its id; without `of` it is all of them."""
    relay = small_programme().relays[0].id
    text = f"windows_closed: [{{kind: relay, of: {relay}, from: 2027-06-12, to: 2027-06-12}}]"
    (one,) = read_change_text(HEAD + text, small_plan()).closed
    assert (one.kind, one.of) == ("relay", relay)


def test_what_is_not_said_is_not_asked() -> None:
    assert read_change_text(HEAD, small_plan()) == Change(title="A change", asked_by="host")


def test_a_record_says_only_what_it_says() -> None:
    text = "happened: [{placement: ship/theory, people: [teacher]}, {placement: run#1, attended: false, why: ill}]"
    assert read_change_text(HEAD + text, small_plan()).happened == (
        Record(placement="ship/theory", people=("teacher",)),
        Record(placement="run#1", outcome="missed", note="ill"),
    )
