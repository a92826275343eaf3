"""The host's answers: words, times and numbers as they come back, and what contradicts or comes too late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.domain.host import HostRequest
from hamsafar.errors import InputError
from hamsafar.formats.tables import read_tables
from hamsafar.programme.host_answers import read_answers
from hamsafar.timeline import Instant

TEN = Instant.utc(2027, 6, 11, 2)
REQUESTS = (
    HostRequest(number=1, placement="run#1", start=TEN),
    HostRequest(number=2, placement="run#2", start=TEN.plus(days=2)),
    HostRequest(number=3, placement="look#1", state="refused", reason="no"),
)
HEAD = "Request,Activity,Start (BJT),Answer,Moved to (BJT),Reason,By,On\n"


def read(text: str) -> dict[int, tuple[str, str | None, str]]:
    found = read_answers(read_tables(text.encode(), where="a.csv"), REQUESTS)
    moved = {one.answer.request: one.answer.start for one in found}
    starts = {number: None if start is None else str(start)[5:16] for number, start in moved.items()}
    return {one.answer.request: (one.answer.word, starts[one.answer.request], one.answer.reason) for one in found}


def told(text: str) -> list[str]:
    with pytest.raises(InputError) as found:
        read(text)
    return [str(one) for one in getattr(found.value, "errors", [found.value])]


def test_granted_moved_and_refused() -> None:
    text = HEAD + (
        "1,run#1,2027-06-11 10:00,granted,,,host,2027-05-02\n"
        "2,run#2,2027-06-13 10:00,moved,2027-06-13 16:30,the rack,,\n3,look#1,,,,,,\n"
    )
    assert read(text) == {1: ("granted", None, ""), 2: ("moved", "06-13T08:30", "the rack")}
    assert read("No.;Decision;Remark\nR-1;Approved;\nreq 2;denied;busy\n".replace("R-1", "R1")) == {
        1: ("granted", None, ""),
        2: ("refused", None, "busy"),
    }


def test_what_the_plan_knows_already_is_passed_over_and_a_change_of_mind_is_not() -> None:
    assert read(HEAD + "1,run#1,,granted,,,,\n3,look#1,,refused,,no,,\n") == {1: ("granted", None, "")}
    assert read(HEAD + "3,look#1,,moved,2027-06-12 10:00,,,\n") == {3: ("moved", "06-12T02:00", "")}
    assert "answers nothing that the plan doesn't know" in told(HEAD + "3,look#1,,refused,,no,,\n")[0]


@pytest.mark.parametrize(
    ("row", "where", "what"),
    [
        ("9,run#1,,granted,,,,", "2:1 Request", "is no request of this plan; there are 3, up to 3"),
        ("x,run#1,,granted,,,,", "2:1 Request", "should be the number of a request"),
        ("1,run#2,,granted,,,,", "2:3 Activity", "request 1 is run#1, not run#2"),
        ("1,run#1,2027-06-11 11:00,granted,,,,", "2:9 Start (BJT)", "the grant is of an older version"),
        ("1,run#1,,maybe,,,,", "2:10 Answer", "should be granted, moved or refused"),
        ("1,run#1,,moved,,,,", "2:10 Answer", "nothing says to when"),
        ("1,run#1,,moved,10:00,,,", "2:16 Moved to (BJT)", "has no date"),
        ("1,run#1,,refused,2027-06-11 10:00,,,", "2:18 Moved to (BJT)", "is refused, and has a time"),
        ("1,run#1,,granted,2027-06-11 12:00,,,", "2:18 Moved to (BJT)", "is granted, and has another time"),
        ("1,run#1,,,2027-06-11 12:00,,,", "2:10 Answer", "says when, and not the answer"),
        ("1,run#1,,granted,,,,5/6/2027", "2:21 On", "nobody knows which is which"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(row: str, where: str, what: str) -> None:
    (said,) = told(HEAD + row + "\n")
    assert said.startswith(f"a.csv:{where}")
    assert what in said


def test_a_moved_time_needs_a_zone_and_an_older_version_may_still_move_or_refuse() -> None:
    bare = HEAD.replace(" (BJT)", "")
    assert "says no zone" in told(bare + "1,run#1,,moved,2027-06-11 12:00,,,\n")[0]
    assert read(HEAD + "1,run#1,2027-06-11 11:00,refused,,,,\n") == {1: ("refused", None, "")}
    assert read(HEAD + "1,run#1,2027-06-11 11:00,moved,2027-06-11 11:00,,,\n") == {1: ("moved", "06-11T03:00", "")}


def test_two_rows_of_one_request_may_agree_and_not_contradict() -> None:
    twice = HEAD + "1,run#1,,granted,,,,\n1,run#1,,{},,,,\n"
    assert len(read(twice.format("yes"))) == 1
    (said,) = told(twice.format("refused"))
    assert said.startswith("a.csv:3:10 Answer: says refused of request 1, and a.csv:2:10 Answer says granted")


_CELL = st.one_of(
    st.sampled_from(("1", "2", "granted", "moved", "no", "2027-06-11 10:00", "run#1", '"', "=1")), st.text(max_size=9)
)


@given(st.lists(st.lists(_CELL, max_size=8), max_size=4))
def test_no_table_makes_it_stumble(rows: list[list[str]]) -> None:
    text = HEAD + "\n".join(",".join(row) for row in rows)
    try:
        tables = read_tables(text.encode("utf-8", "surrogatepass"), where="a.csv")
        answers = read_answers(tables, REQUESTS)
    except InputError as problem:
        assert "a.csv" in str(problem)  # noqa: PT017  # it may be read as well
    else:
        assert {one.answer.request for one in answers} <= {1, 2, 3}
