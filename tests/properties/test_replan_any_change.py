"""Whatever is asked of a small plan: a plan that the verifier holds, a conflict, or bad input; no surprise."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.answer import NoPlan, Undecided
from hamsafar.planning.make import Options
from hamsafar.planning.replan import Replanned, replan
from hamsafar.programme import read_change_text
from hamsafar.schedule.nearest import MOVED
from hamsafar.verify import verify
from handmade import far_plan

pytestmark = pytest.mark.slow


@cache
def small() -> Plan:
    return read_plan(write_plan(far_plan()))


@st.composite
def changes(draw: st.DrawFn) -> str:
    """A change file's text: one to three sections, sensible in form, anything in what they ask."""
    plan = small()
    placements = st.sampled_from([one.id for one in plan.placements])
    term = plan.programme.term
    assert term is not None
    sessions = [one.id for subject in term.subjects for one in subject.sessions]
    work = st.sampled_from([*sessions, *(one.id for one in plan.programme.activities)])
    training_day = st.dates(*(plan.placements[n].start.datetime().date() for n in (0, 11)))
    days = st.integers(0, 3)

    def stretch() -> str:
        first = draw(training_day)
        return f"from: {first}, to: {first.fromordinal(first.toordinal() + draw(days))}"

    def hours() -> str:
        start = plan.flight.docking.plus(minutes=draw(st.integers(0, 6_000)))
        return f"from: {start.iso()}, to: {start.plus(minutes=draw(st.integers(1, 600))).iso()}"

    sections = {
        "shut": lambda: f"[{{what: {draw(st.sampled_from([one.id for one in term.facilities]))}, {stretch()}}}]",
        "away": lambda: (
            f"[{{person: {draw(st.sampled_from([one.id for one in plan.programme.people]))}, {stretch()}}}]"
        ),
        "windows_closed": lambda: f"[{{kind: relay, {hours()}}}]",
        "durations": lambda: f"[{{of: {draw(work)}, minutes: {draw(st.integers(1, 240))}}}]",
        "drop": lambda: f"[{draw(work)}]",
        "pin": lambda: f"[{draw(placements)}]",
        "promise": lambda: f"[{draw(work)}]",
        "now": lambda: draw(st.sampled_from(plan.placements)).start.iso(),
    }
    named = draw(st.lists(st.sampled_from(sorted(sections)), min_size=1, max_size=3, unique=True))
    asked = [f"{name}: {sections[name]()}" for name in named]
    if "now" in named:
        asked.append(f"happened: [{{placement: {draw(placements)}, attended: false}}]")
    return "\n".join(["change: {title: Anything, asked_by: host}", *asked]) + "\n"


@given(changes())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_change_ends_in_a_plan_that_holds_or_in_words(text: str) -> None:
    try:
        answer = replan(small(), read_change_text(text, small()), Options(workers=1, effort=2.0))
    except InputError:
        return
    if isinstance(answer, NoPlan):
        assert answer.conflict
        return
    if isinstance(answer, Undecided):
        return
    assert isinstance(answer, Replanned)
    judgement = verify(read_plan(write_plan(answer.plan)))
    assert judgement.verdict == "holds", [one for one in judgement.findings if one.status != "holds"]
    told = sum(term.value for term in answer.plan.objective if term.name == MOVED)
    assert told == len(answer.causes)
    assert {move.placement for move in answer.plan.moved} == {one.placement.id for one in answer.differences.each}
