"""A change file of a CubeSat's week → WeekChange, or every error in it at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from hamsafar.domain import lunar as the
from hamsafar.domain.operations import OperationsPlan
from hamsafar.domain.operations_changes import ClosedStation, WeekChange
from hamsafar.programme.draft import root_of
from hamsafar.programme.entry import Entry
from hamsafar.programme.fields import Id, SomeMinutes, Text
from hamsafar.programme.lunar import mission_fields as of
from hamsafar.programme.lunar.mission_model import ImageEntry, ReleaseSection
from hamsafar.programme.lunar.mission_resolve import state_of
from hamsafar.programme.nodes import Node
from hamsafar.programme.problems import Place, Problems, nearest, shown
from hamsafar.programme.shapes import read_shape
from hamsafar.timeline import Span

HEAD = "change"


class ClosedEntry(Entry):
    """A station that can't be had for a while."""

    station: Id = Field(description="Of the mission's stations.")
    begin: of.Moment = Field(alias="from", description="Start.")
    end: of.Moment = Field(alias="to", description="End.")
    note: Text | None = Field(default=None, description="Why.")


class WeekChangeSection(Entry):
    """What changed; everything but `now` may be left out."""

    now: of.Moment = Field(description="What began before stays as it is planned.")
    reason: Text | None = Field(default=None, description="Why, for people.")
    closed: list[ClosedEntry] = Field(default=[], description="Stations that can't be had for a while.")
    lost: list[Id] = Field(default=[], description="Stations that can't be had any more.")
    safe_until: of.Moment | None = Field(default=None, description="In safe mode from now until then: nothing is done.")
    added: list[ImageEntry] = Field(default=[], description="Wishes that are new.")
    withdrawn: list[Id] = Field(default=[], description="Wishes that are none any more.")
    failed: list[Text] = Field(
        default=[], description="Pictures (first-light#1) that were taken and are worth nothing."
    )
    contact_every: SomeMinutes | None = Field(default=None, description="To be heard so often from now on, instead.")
    state: ReleaseSection | None = Field(default=None, description="The orbit, at the week's beginning or before.")


def read_week_change(path: Path, plan: OperationsPlan) -> WeekChange:
    """The change that a file asks of a week's plan.

    Raises InputErrors with every error found, each `file:line:column path`. Nothing is executed or opened besides.
    """
    problems, file = Problems(), str(path)
    root = root_of(Path(path), problems, such_as="change")
    problems.raise_if_any()
    assert root is not None, "a file without a root is a problem"
    _sections_known(root, file, problems)
    own = root.fields.get(HEAD)
    if own is None:
        problems.add(Place(file=file, line=1, column=1, path=HEAD), "section 'change' is missing: at least `now`")
    problems.raise_if_any()
    assert own is not None, "said above"
    section = read_shape(WeekChangeSection, own, file=file, head=HEAD, problems=problems)
    problems.raise_if_any()
    assert section is not None, "a section without a shape is a problem"
    for name, what in _senseless(section, plan):
        node = own.fields.get(name, own)
        problems.add(Place(file=file, line=node.line, column=node.column, path=f"{HEAD}.{name}"), what)
    problems.raise_if_any()
    return _resolved(section)


def _sections_known(root: Node, file: str, problems: Problems) -> None:
    for name in root.fields:
        if name != HEAD:
            line, column = root.keys[name]
            at = Place(file=file, line=line, column=column, path=name[:80])
            problems.add(at, f"unknown section {shown(name)}{nearest(name, [HEAD])}")


def _senseless(one: WeekChangeSection, plan: OperationsPlan) -> Iterator[tuple[str, str]]:
    mission, span = plan.mission, plan.span
    stations = [station.id for station in mission.stations]
    wishes = [wish.id for wish in mission.operations.images] if mission.operations else []
    taken = [task.id for task in plan.tasks if task.kind == "image" and task.start < one.now]
    if not span.start <= one.now <= span.end:
        yield "now", f"lies outside of the week, {span.start.iso()} to {span.end.iso()}"
    for name, ids, known in (
        ("closed", [entry.station for entry in one.closed], stations),
        ("lost", one.lost, stations),
        ("withdrawn", one.withdrawn, wishes),
        ("failed", one.failed, taken),
    ):
        for id_ in ids:
            if id_ not in known:
                what = (
                    "a picture taken before now"
                    if name == "failed"
                    else "a wish"
                    if name == "withdrawn"
                    else "a station"
                )
                yield name, f"{shown(id_)} is not {what} of this plan{nearest(id_, known)}"
    for entry in one.closed:
        if entry.end <= entry.begin:
            yield "closed", f"of {entry.station} ends before it begins"
    for wish in one.added:
        if wish.id in wishes:
            yield "added", f"the wish {shown(wish.id)} is there already; withdraw it first, or choose another id"
        if wish.target not in [target.id for target in mission.targets]:
            yield "added", f"{shown(wish.target)} is no target{nearest(wish.target, [t.id for t in mission.targets])}"
        if wish.camera not in [camera.id for camera in mission.cameras]:
            yield "added", f"{shown(wish.camera)} is no camera{nearest(wish.camera, [c.id for c in mission.cameras])}"
    if one.safe_until is not None and one.safe_until <= one.now:
        yield "safe_until", "is not after now"
    if one.state is not None and one.state.epoch > span.start:
        yield "state", f"should be told at the week's beginning, {span.start.iso()}, or before"
    if (
        one.state is not None
        and one.state.elements is None
        and (one.state.position is None or one.state.velocity is None)
    ):
        yield "state", "needs elements, or position and velocity"


def _resolved(one: WeekChangeSection) -> WeekChange:
    return WeekChange(
        now=one.now,
        reason=one.reason or "",
        closed=tuple(
            ClosedStation(station=entry.station, span=Span(entry.begin, entry.end), note=entry.note or "")
            for entry in one.closed
        ),
        lost=tuple(one.lost),
        safe_until=one.safe_until,
        added=tuple(
            the.Image(
                id=wish.id, target=wish.target, camera=wish.camera, count=wish.count, value=wish.value, by=wish.by
            )
            for wish in one.added
        ),
        withdrawn=tuple(one.withdrawn),
        failed=tuple(one.failed),
        contact_every_min=one.contact_every,
        state=None if one.state is None else state_of(one.state),
    )
