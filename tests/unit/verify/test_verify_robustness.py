"""Whatever a plan says: it is refused on reading, or judged. Nothing else happens, and it happens soon."""

from __future__ import annotations

import copy
import json
import random
import time
from typing import Any

import pytest
from attrs import evolve

from hamsafar.domain.plan import Judgement, Plan
from hamsafar.errors import InputError
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.rules import BOOK
from hamsafar.timeline import Instant
from hamsafar.verify import verify
from handmade import GUEST, far_plan, near_plan

STRANGE: tuple[Any, ...] = (
    None, "", "nobody", "no/such@thing#1", -1, 0, 1, 10**9, 1e308, -1e-300, True, [], {}, "UTC", "Mars/Olympus",
    "1972-01-01T00:00:00Z", "9999-12-31T23:59:00Z", "1066-10-14T09:00:00Z", "0001-01-01", "9999-12-31", "25:00",
    "00:00", "far", "near", "each", "together", "once", "sleep", "meal", "prayer", "darkness", "ascending",
)  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    found: list[tuple[Any, Any]] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found.append((value, key))
        found.extend(places(inner))
    return found


def disturb(body: dict[str, Any], luck: random.Random) -> None:
    """One small violence against a plan."""
    container, key = luck.choice(places(body))
    match luck.randrange(5):
        case 0 | 1:
            container[key] = luck.choice(STRANGE)
        case 2:
            other, its_key = luck.choice(places(body))
            container[key] = copy.deepcopy(other[its_key])
        case 3 if isinstance(container, list):
            container.insert(key, copy.deepcopy(container[key]))
        case _:
            if isinstance(container[key], list) and container[key]:
                container[key].pop(luck.randrange(len(container[key])))
            elif isinstance(container[key], (int, float)) and not isinstance(container[key], bool):
                container[key] = container[key] * luck.choice((-1, 2, 1_000, 0))
            elif isinstance(container[key], str):
                container[key] = container[key][:-1]


@pytest.mark.parametrize("make", [far_plan, near_plan])
@pytest.mark.parametrize("number", [20, pytest.param(500, marks=pytest.mark.slow)])
def test_a_disturbed_plan_is_refused_or_judged(make: Any, number: int) -> None:
    text, luck = write_plan(light(make())), random.Random(5)
    judged = 0
    for _ in range(number):
        body = json.loads(text)
        for _ in range(luck.randint(1, 2)):
            disturb(body, luck)
        try:
            plan = read_plan(json.dumps(body))
        except InputError:
            continue
        judgement = verify(plan)
        judged += 1
        assert isinstance(judgement, Judgement)
        assert {finding.rule for finding in judgement.findings} >= set(BOOK)
        assert read_back(judgement)
    assert judged > number / 6


def light(plan: Plan) -> Plan:
    """The plan with a few of its windows, so that many can be judged in a test's time."""
    return evolve(plan, windows=tuple(evolve(w, spans=w.spans[:2]) for w in plan.windows))


def read_back(judgement: Judgement) -> bool:
    """Whether the verdict is what the findings say, and every figure can be written as JSON."""
    statuses = {finding.status for finding in judgement.findings}
    verdict = "broken" if "broken" in statuses else "incomplete" if "not_checked" in statuses else "holds"
    json.dumps([(f.by, dict(f.params), f.sentence) for f in judgement.findings], allow_nan=False)
    return verdict == judgement.verdict


EMPTY_PLACES = ("people", "agencies", "sites", "relays", "calendars", "certificates", "elements", "activities")


@pytest.mark.parametrize("what", [*EMPTY_PLACES, "resources", "limits"])
def test_an_empty_programme_is_judged(what: str) -> None:
    plan = light(far_plan())
    judgement = verify(evolve(plan, programme=evolve(plan.programme, **{what: ()})))
    assert read_back(judgement)
    assert not [f.sentence for f in judgement.findings if "the verifier itself failed" in f.sentence]


def test_an_empty_plan_is_broken_and_not_feared() -> None:
    plan = evolve(far_plan(), placements=(), windows=(), rules=())
    judgement = verify(plan)
    assert judgement.verdict == "broken"
    assert not [f.sentence for f in judgement.findings if "the verifier itself failed" in f.sentence]


def test_a_stay_of_centuries_is_judged_soon() -> None:
    plan = light(far_plan())
    flight = evolve(plan.flight, landing=evolve(plan.flight.landing, undocking=Instant.utc(9999, 6, 1)))
    windows = tuple(
        evolve(w, spans=tuple(evolve(s, end=Instant.utc(9000, 1, 1)) for s in w.spans)) for w in plan.windows
    )
    began = time.perf_counter()
    judgement = verify(evolve(plan, flight=flight, windows=windows))
    assert time.perf_counter() - began < 5
    assert judgement.verdict == "broken"
    assert "not_checked" in {f.status for f in judgement.findings if f.rule == "WIN-01"}


def test_what_cannot_be_checked_is_said_and_makes_it_incomplete() -> None:
    plan = far_plan()
    station = evolve(plan.programme.station, relays=("relay-east", "relay-gone"))
    judgement = verify(evolve(plan, programme=evolve(plan.programme, station=station)))
    assert judgement.verdict == "incomplete"
    assert {f.rule for f in judgement.findings if f.status == "not_checked"} == {"WIN-01"}


def test_neither_the_solvers_word_nor_an_earlier_verdict_is_read() -> None:
    plan = far_plan()
    assert verify(evolve(plan, stages=(), objective=(), verdict="broken")) == verify(plan)


def test_a_thousand_placements_are_judged_in_seconds() -> None:
    """Ten crews' worth of housekeeping on top, and every window of the stay sampled."""
    plan = far_plan()
    first = next(p for p in plan.placements if p.of == "upkeep")
    start = first.start
    more = tuple(
        evolve(first, id=f"upkeep@2#{n + 2}", start=start.plus(minutes=5 * n), end=start.plus(minutes=5 * n + 40))
        for n in range(1_000)
    )
    relay = next(w for w in plan.windows if w.kind == "relay")
    long_ = evolve(relay, spans=tuple(evolve(s, end=s.start.plus(days=1)) for s in relay.spans[:8]))
    began = time.perf_counter()
    judgement = verify(evolve(plan, placements=(*plan.placements, *more), windows=(*plan.windows, long_)))
    assert time.perf_counter() - began < 5
    assert GUEST in {id_ for f in judgement.findings for id_ in f.where} or judgement.verdict == "broken"
