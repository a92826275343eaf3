"""A change written out reads back equal; and whatever the bytes of a change file are, it is a Change or InputErrors."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from test_mutations import EDIT, mutated

from changing import small_plan
from hamsafar.domain.aboard import Activity, Need, Sample, Use
from hamsafar.domain.changes import (
    Absence,
    Change,
    LandingMove,
    Lasting,
    LaunchMove,
    Outage,
    Record,
    Shut,
)
from hamsafar.domain.people import Limits
from hamsafar.domain.programme import Programme
from hamsafar.errors import InputError, InputErrors
from hamsafar.planning.changed import changed
from hamsafar.programme import read_change_text, read_programme, write_change
from hamsafar.programme.change_form import activity_form, subject_form
from hamsafar.programme.nodes import read_nodes
from hamsafar.programme.resolve import activity_of
from hamsafar.programme.sections import FlightSection
from hamsafar.programme.sections_aboard import ActivityEntry
from hamsafar.rules import BOOK, Param
from hamsafar.timeline import NS_PER_S, Instant, Span

SAMPLE = (Path(__file__).parent / "change_sample.yaml").read_text(encoding="utf-8")
EXAMPLES = Path(__file__).parents[3] / "examples"
FIRST, LAST = Instant.utc(2027, 1, 1), Instant.utc(2028, 1, 1)


def again(change: Change) -> Change:
    return read_change_text(write_change(change), small_plan())


def test_the_sample_has_something_in_every_section_and_reads_back_equal() -> None:
    change = read_change_text(SAMPLE, small_plan())
    unsaid = {"unpin", "docking"}  # nothing is pinned yet, and the ship has not lifted off
    assert all(getattr(change, name) for name in Change.__slots__ if name[0] != "_" and name not in unsaid)
    assert again(change) == change
    assert write_change(again(change)) == write_change(change)
    assert [one.placement for one in changed(small_plan(), change).happened] == [
        "ship/theory", "ship/practice", "ship/reading", "station/exam@trainee-prime",
    ]  # fmt: skip


def test_a_docking_told_by_the_host_reads_back_equal() -> None:
    head = "change: {title: Late, asked_by: host}\n"
    change = read_change_text(head + "now: 2027-06-10T06:00Z\ndocking: 2027-06-11T10:30Z\n", small_plan())
    assert change.docking == Instant.parse("2027-06-11T10:30Z")
    assert again(change) == change


def test_every_activity_and_subject_of_the_examples_can_be_written_as_a_programme_has_it() -> None:
    """Written, and read by the programme's own reader, each is what it was."""
    from hamsafar.programme.draft import Draft
    from hamsafar.programme.problems import Problems
    from hamsafar.programme.resolve import activity_of
    from hamsafar.programme.resolve_term import subject_of
    from hamsafar.programme.sections import FlightSection, SubjectEntry
    from hamsafar.programme.sections_aboard import ActivityEntry

    for name in ("tiangong-guest", "tiangong-eve"):
        programme = read_programme(EXAMPLES / name)
        request = programme.flight
        flight = FlightSection.model_construct(
            guest=request.guest,
            crew_up=list(request.crew_up),
            crew_aboard=list(request.crew_aboard),
            crew_down=list(request.crew_down),
        )
        for activity in programme.activities:
            assert activity_of(ActivityEntry.model_validate(activity_form(activity)), flight) == activity
        draft = Draft(folder=Path(), problems=Problems())
        for subject in programme.term.subjects if programme.term is not None else ():
            assert subject_of(draft, SubjectEntry.model_validate(subject_form(subject))) == subject


def test_texts_that_look_like_something_else_stay_texts() -> None:
    numbers = ("null", "true", "8", "0x1F", "1e3", ".inf", "~")
    odd = ("- a", "a: b", "a #b", "'a'", '"', "a\n\n b", "a\u2028ا", "a\x85b", "\0")
    for text in (*numbers, *odd):
        change = Change(title=f"a{text}", why=text, asked_by="host", now=FIRST)
        assert again(change) == change


# Changes of all kinds, made without a file

_TEXT = st.text(min_size=1, max_size=60).map(str.strip).filter(bool)
_WHY = st.one_of(st.just(""), _TEXT)
_INSTANT = st.integers(FIRST.tai_ns, LAST.tai_ns).map(Instant) | st.integers(0, 500_000).map(
    lambda minutes: FIRST.plus(minutes=minutes)
)
_SPAN = st.tuples(_INSTANT, _INSTANT).filter(lambda two: two[0] != two[1]).map(lambda two: Span(min(two), max(two)))
_DAYS = st.integers(-3_660, 3_660).filter(bool)
_PEOPLE = st.sampled_from([person.id for person in small_plan().programme.people])
_PLACEMENTS = [placement.id for placement in small_plan().placements]
_RELAYS = [relay.id for relay in small_plan().programme.relays]
_WORK = [activity.id for activity in small_plan().programme.activities] + ["ship/theory", "station/tour"]


def _some(names: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), unique=True, max_size=3).map(tuple)


def _many(things: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(things, max_size=3).map(tuple)


def _figure(about: Param, param: str) -> st.SearchStrategy[float]:
    if about.least is not None or about.most is not None:
        return st.floats(about.least or 0, 1e6 if about.most is None else about.most)
    return st.floats(0, 1) if param.endswith("_share") else st.floats(0, 1e6) | st.integers(0, 9_999).map(float)


def _limits() -> st.SearchStrategy[Limits]:
    pairs = [(rule.id, param) for rule in BOOK.values() for param in rule.params]
    figures = st.sampled_from(pairs).flatmap(
        lambda pair: st.tuples(st.just(pair), _figure(BOOK[pair[0]].params[pair[1]], pair[1]))
    )
    return figures.map(lambda found: Limits(rule=found[0][0], params={found[0][1]: round(found[1], 9)}))


def _in_book_order(limits: list[Limits]) -> tuple[Limits, ...]:
    """As a reader finds them, whatever the order of the file."""
    return tuple(sorted(limits, key=lambda one: list(BOOK).index(one.rule)))


def _record() -> st.SearchStrategy[Record]:
    times = st.just((None, None)) | _SPAN.map(lambda span: (span.start, span.end))
    people = st.none() | st.lists(_PEOPLE, min_size=1, max_size=3, unique=True).map(tuple)
    missed = st.builds(Record, placement=st.sampled_from(_PLACEMENTS), outcome=st.just("missed"), note=_WHY)
    took_place = st.builds(
        lambda placement, outcome, times, people, note: Record(
            placement=placement, outcome=outcome, start=times[0], end=times[1], people=people, note=note
        ),
        st.sampled_from(_PLACEMENTS),
        st.sampled_from(["done", "failed"]),
        times,
        people,
        _WHY,
    )
    return missed | took_place


def _activity() -> st.SearchStrategy[Activity]:
    need = Need(function="operator", candidates=("commander-up", "trainee-prime"))
    return st.builds(
        Activity,
        id=st.just("made"),
        title=_TEXT,
        kind=st.sampled_from(["experiment", "link", "meal"]),
        duration_min=st.integers(1, 10_000),
        who=st.just((need,)),
        times=st.integers(1, 1_000),
        flight_days=st.lists(st.integers(1, 8), unique=True, max_size=3).map(sorted).map(tuple),
        prefer=st.none() | st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
        spacing_min=st.integers(0, 10_000),
        work=st.booleans(),
        quiet=st.booleans(),
        optional=st.booleans(),
        value=st.integers(0, 1_000),
        promised=st.booleans(),
    )


def _launch() -> st.SearchStrategy[LaunchMove]:
    return (
        st.builds(LaunchMove, by_days=_DAYS)
        | st.builds(LaunchMove, not_before=_INSTANT)
        | st.builds(LaunchMove, window=_SPAN)
    )


def _landing() -> st.SearchStrategy[LandingMove]:
    between = _SPAN.map(lambda span: LandingMove(not_before=span.start, not_after=span.end))
    longer = st.integers(1, 3_660)  # in a shorter stay, what is added might lie beyond its end
    return st.builds(LandingMove, by_days=longer) | st.builds(LandingMove, not_after=_INSTANT) | between


CHANGE = st.builds(
    Change,
    title=_TEXT,
    asked_by=_PEOPLE,
    asked_on=st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    why=_WHY,
    now=st.none() | _INSTANT,
    launch=st.none() | _launch(),
    landing=st.none() | _landing(),
    elements=st.none() | st.sampled_from(["new.tle", "null", "1"]),
    closed=_many(
        st.builds(Outage, kind=st.just("relay"), of=st.none() | st.sampled_from(_RELAYS), span=_SPAN, reason=_WHY)
        | st.builds(Outage, kind=st.just("darkness"), of=st.none(), span=_SPAN, reason=_WHY)
    ),
    away=_many(st.builds(Absence, person=_PEOPLE, start=_INSTANT, reason=_WHY)),
    shut=_many(st.builds(Shut, of=st.sampled_from(["rack", "mock-up"]), span=_SPAN, reason=_WHY)),
    durations=_some(_WORK).map(lambda names: tuple(Lasting(of=of, duration_min=7 * len(of)) for of in names)),
    limits=st.lists(_limits(), max_size=3, unique_by=lambda one: one.rule).map(_in_book_order),
    activities=_activity().map(lambda one: (one,)) | st.just(()),
    drop=_some([*_WORK, "ship", "station"]),
    pin=_some(_PLACEMENTS),
    unpin=_some(_PLACEMENTS),
    promise=_some(_WORK),
    unpromise=_some(_WORK),
    happened=st.lists(_record(), max_size=3, unique_by=lambda one: one.placement).map(tuple),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(CHANGE)
def test_any_change_reads_back_equal(change: Change) -> None:
    assert again(change) == change


@settings(max_examples=60, deadline=None, derandomize=True)
@given(CHANGE)
def test_any_change_is_applied_or_told(change: Change) -> None:
    """And what is applied keeps what a programme promises of its past."""
    told: tuple[InputError, ...] = ()
    try:
        programme: Programme | None = changed(small_plan(), change)
    except InputErrors as found:
        told = found.errors
        programme = None
    if programme is None:
        assert all(error.where and error.what for error in told)
        return
    assert programme.past_until == change.now
    done = {one.placement for one in programme.happened if one.outcome == "done"}
    assert all(one.start < change.now for one in programme.happened if change.now is not None)
    for placement in small_plan().placements:
        if change.now is not None and placement.start < change.now:
            said = any(record.placement == placement.id for record in change.happened)
            assert placement.id in done or said
    assert not done & {pin.placement for pin in programme.pins}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(edits=st.lists(EDIT, min_size=1, max_size=3))
def test_mutations_give_a_change_or_input_errors(edits: list[tuple[int, int, bytes]]) -> None:
    raw = mutated(SAMPLE.encode(), edits)
    told: tuple[InputError, ...] = ()
    try:
        change = read_change_text(raw.decode("utf-8", errors="surrogateescape"), small_plan())
        assert again(change) == change
        changed(small_plan(), change)
    except InputErrors as found:
        told = found.errors
    assert all(error.where.startswith("change.yaml") and error.what for error in told)


def test_the_written_form_is_what_the_reader_of_nodes_sees() -> None:
    """Nothing is lost between the dump and our own parser: nanoseconds, quotes, line ends."""
    moment = Instant(FIRST.tai_ns + 1 + 30 * NS_PER_S)
    change = evolve(read_change_text(SAMPLE, small_plan()), now=moment, why="ends in a colon:")
    root = read_nodes(write_change(change).encode(), where="change.yaml")
    assert root is not None
    assert root.fields["now"].scalar == moment.exact_iso()
    assert root.fields["change"].fields["why"].scalar == "ends in a colon:"


def test_what_an_added_activity_needs_reads_back_equal() -> None:
    need = Need(function="operator", candidates=("commander-up", "trainee-prime"))
    sample = Sample(sample="seeds", mass_g=5, stowed_min=60, kept_in=Use(resource="freezer", amount=3))
    made = Activity(
        id="made",
        title="Made",
        kind="experiment",
        duration_min=30,
        who=(need,),
        repeat="each-day",
        times=2,
        days_before_end=(0, 1, 2),
        spacing_min=60,
        spacing_max_min=900,
        same_people_as=("made",),
        other_people_than=("run",),
        apart_from=("run",),
        yields=(sample,),
        stows=("seeds",),
    )
    form = activity_form(made)
    assert form["campaign"] == {"around": "undocking", "days_before": 2}
    assert form["spacing"] == {"min": "60 min", "max": "900 min"}
    assert form["yields"][0]["kept_in"] == {"resource": "freezer", "amount": 3}
    entry = ActivityEntry.model_validate(form)
    flight = FlightSection.model_construct(guest="trainee-prime", crew_up=["commander-up", "trainee-prime"])
    flight = flight.model_copy(update={"crew_aboard": [], "crew_down": []})
    assert activity_of(entry, flight) == made
