"""Whatever a plan of operations says, the second opinion says something of every rule, and never falls over."""

from __future__ import annotations

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamsafar.domain.lunar import Booking, Mode, Spread
from hamsafar.domain.operations import (
    OperationsPlan,
    OperationsSpan,
    OperationsTask,
    OperationsWindow,
    Sent,
    StateRow,
    Undone,
)
from hamsafar.rules.operations import OPERATIONS_BOOK
from hamsafar.timeline import Instant, Span
from hamsafar.verify.operations import judge, verify_operations
from operated_day import START, asking, orbit, plan

# Near the hour that is planned, far from it, and where no table reaches.
moments = st.one_of(
    st.integers(-7_200, 14_400).map(lambda s: START.plus(seconds=s)),
    st.integers(-(10**18), 9 * 10**18).map(lambda ns: Instant(max(ns, -800_000_000 * 10**9))),
)
ids = st.sampled_from(["deploy", "hello", "calibrate", "plain", "home", "nothing", "", "x#1"])
task_ids = st.sampled_from(["deploy#1", "plain#1", "home#1", "a", "b", "telemetry", ""])
numbers = st.floats(allow_nan=True, allow_infinity=True)
stations = st.sampled_from([None, "east", "west", "nowhere"])

tasks = st.builds(
    OperationsTask,
    id=task_ids,
    of=ids,
    kind=st.sampled_from(["commissioning", "upkeep", "image", "transmission"]),
    title=st.just("something"),
    start=moments,
    end=moments,
    mode=st.sampled_from(["rest", "talk", "no such"]),
    station=stations,
    sends=st.lists(st.builds(Sent, of=task_ids, kbit=numbers), max_size=2).map(tuple),
    stored_kbit=numbers,
)
openings = st.builds(OperationsSpan, start=moments, end=moments, sigma_s=st.one_of(st.none(), numbers))
lists = st.builds(
    OperationsWindow,
    kind=st.sampled_from(["contact", "sunlight", "target"]),
    of=st.one_of(st.none(), st.sampled_from(["east", "west", "plain", "home", "nowhere"])),
    spans=st.lists(openings, max_size=2).map(tuple),
)
vectors = st.one_of(st.sampled_from([row.position_km for row in orbit()[:5]]), st.tuples(numbers, numbers, numbers))
rows = st.builds(StateRow, at=moments, position_km=vectors, velocity_km_s=vectors)
triples = st.tuples(numbers, numbers, numbers)
spreads = st.one_of(
    st.just(Spread(velocity_m_s=(0.1, 0.1, 0.1), solar_share=0.2)),
    st.builds(Spread, position_km=triples, velocity_m_s=triples, solar_share=st.floats(0.0, allow_nan=False)),
)
left_out = st.builds(Undone, id=task_ids, of=ids, title=st.just("something"), value=st.just(1), reason=st.just("so"))


@st.composite
def plans(draw: st.DrawFn) -> OperationsPlan:
    """The hour of a plan with anything in it."""
    start = draw(st.one_of(st.just(START), moments))
    span = Span(start, start.plus(seconds=draw(st.sampled_from([1.0, 3_600.0, 1e8]))))
    base = draw(st.sampled_from([plan(), asking(plan(), images=(), commissioning=(), downlink="none")]))
    if draw(st.booleans()):
        base = evolve(base, mission=evolve(base.mission, operations=None))
    elif draw(st.booleans()):
        modes = (Mode(id="rest", pointing="nadir", load_w=1e300),)
        base = evolve(base, mission=evolve(base.mission, power=evolve(base.mission.power, modes=modes, panels=())))
    elif draw(st.booleans()):
        west = evolve(base.mission.stations[1], antennas=(), booked=(Booking(span=span),))
        base = evolve(base, mission=evolve(base.mission, stations=(west,), cameras=(), targets=(), links=()))
    if draw(st.booleans()):
        state = evolve(base.mission.state, frame=draw(st.sampled_from(["ICRF", "MOON_PA", "TEME", "x"])))
        base = evolve(base, mission=evolve(base.mission, spread=draw(spreads), state=state))
    return evolve(
        base,
        span=span,
        undone=draw(st.lists(left_out, max_size=3).map(tuple)),
        failed=draw(st.lists(task_ids, max_size=2).map(tuple)),
        orbit=draw(st.one_of(st.just(orbit()[:31]), st.just(()), st.lists(rows, max_size=3).map(tuple))),
        windows=draw(st.lists(lists, max_size=3).map(tuple)),
        tasks=draw(st.lists(tasks, max_size=3).map(tuple)),
        home=draw(st.lists(task_ids, max_size=2).map(tuple)),
        rules=draw(st.sampled_from([plan().rules, plan().rules[1:], ()])),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans())
def test_every_rule_is_judged_and_nothing_is_raised(any_plan: OperationsPlan) -> None:
    judgement = verify_operations(any_plan)
    assert {each.rule for each in judgement.findings} >= set(OPERATIONS_BOOK)
    assert [each.sentence for each in judgement.findings if judge.UNEXPECTED in each.sentence] == []
    assert judgement.verdict in ("holds", "broken", "incomplete")
