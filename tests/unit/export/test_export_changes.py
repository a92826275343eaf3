"""The report's section on what changed: there from the second version on, and only told texts in it."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from export_plan import judgement_of, rich_plan, track
from hamsafar.domain.changes import Move, Version
from hamsafar.domain.plan import Plan
from hamsafar.export.changes import what_changed
from hamsafar.export.page import report_html

ATTACK = "<script>alert(1)</script>"


def second_version(stay_moved_d: int = 0, title: str = "The launch slips", why: str = "the pad was not ready") -> Plan:
    plan = rich_plan(sessions_each=8)
    own = Version(
        number=2,
        parent="0123456789abcdef" * 4,
        title=title,
        asked_by="host",
        asked_on=date(2027, 2, 20),
        stay_moved_d=stay_moved_d,
    )
    session = next(one for one in plan.placements if one.stage == "training")
    aboard = next(one for one in plan.placements if one.stage == "flight")
    moves = tuple(
        Move(placement=one.id, title=one.title, before=before, after=after, why=why, promised=one is aboard)
        for one, before, after in (
            (session, session.span.widened(3_600, -3_600), session.span),
            (aboard, aboard.span.widened(864_000, -864_000), aboard.span),
            (evolve(session, id="gone"), session.span, None),
            (evolve(session, id="new"), None, session.span),
        )
    )
    return evolve(plan, versions=(*plan.versions, own), moved=moves)


def test_a_first_version_says_nothing_of_changes() -> None:
    plan = rich_plan(sessions_each=8)
    assert what_changed(plan) is None
    assert b"What changed" not in report_html(plan, judgement_of(plan), track(2))


def test_what_moved_came_and_went_is_told_with_its_reason() -> None:
    plan = second_version(stay_moved_d=10)
    found = what_changed(plan)
    assert found is not None
    what = {row.id: row.what for row in found.rows}
    # What is ten days later with the stay is altered.
    assert sorted(what.values()) == ["added", "altered", "moved", "not asked for any more"]
    assert found.counts == "1 moved, 1 altered, 1 not asked for any more, 1 added"
    assert what["gone"] == "not asked for any more"
    assert found.stay == "The whole stay is 10 days later"
    page = report_html(plan, judgement_of(plan), track(2)).decode()
    assert 'href="#changed"' in page
    assert "Version 2: <bdi>The launch slips</bdi>, asked by <bdi>host</bdi> on 2027-02-20" in page
    assert "0123456789ab" in page
    assert page.count("the pad was not ready") == 4
    assert "altered, promised" in page


def test_a_session_is_not_moved_by_the_stay() -> None:
    rows = what_changed(second_version(stay_moved_d=0))
    assert rows is not None
    assert sorted(row.what for row in rows.rows) == ["added", "moved", "moved", "not asked for any more"]
    assert rows.stay == ""


def test_texts_of_a_change_run_nothing() -> None:
    plan = second_version(title=ATTACK, why=ATTACK)
    page = report_html(plan, judgement_of(plan), track(2)).decode()
    assert ATTACK not in page
    assert page.count("&lt;script&gt;alert(1)") >= 5
