"""A change file → Change, or every error in it at once: shapes, names that nothing has, times that run backwards.

Whether it fits the plan (what has happened, what is dropped) is judged where it is applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from hamsafar.domain.aboard import OF_A_BLOCK, OF_A_SITE
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
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Programme
from hamsafar.errors import InputError
from hamsafar.programme import change_sections as the
from hamsafar.programme.change_added import Added, added
from hamsafar.programme.change_draft import ChangeDraft, shaped
from hamsafar.programme.change_host import answers_of, fixed_of, minutes_of
from hamsafar.programme.change_names import Known
from hamsafar.programme.change_ships import on_days_of, optional_of, ships_of
from hamsafar.programme.change_times import begin_of, end_of
from hamsafar.programme.draft import Entry, root_of
from hamsafar.programme.nodes import Node, read_nodes
from hamsafar.programme.problems import Place, Problems
from hamsafar.programme.rules_section import RulesSection, said_figures
from hamsafar.programme.shapes import Step, joined
from hamsafar.timeline import Instant, Span


def read_change(path: Path, of: Plan | Programme) -> Change:
    """The change that a file asks of a plan (docs/reference/change-files.md).

    Of a programme alone no placements are known, so their ids are not looked at.
    Raises InputErrors with every error found in it, in reading order, each `file:line:column path`. Nothing is
    executed, and no other file is opened.
    """
    problems = Problems()
    root = root_of(Path(path), problems, such_as="change")
    return _read(root, of, str(path), problems)


def read_change_text(text: str, of: Plan | Programme, *, where: str = "change.yaml") -> Change:
    """The same of a text that was such a file."""
    problems = Problems()
    root: Node | None = None
    try:
        root = read_nodes(text.encode("utf-8", errors="surrogatepass"), where=where)
    except InputError as problem:
        problems.add_error(problem, Place(file=where, line=1))
    if root is not None and root.kind != "mapping":
        problems.add(
            Place(file=where, line=root.line, column=root.column), "should begin with 'change:'", got=root.plain()
        )
        root = None
    if root is None and not problems:
        problems.add(Place(file=where, line=1, column=1), "is empty")
    return _read(root, of, where, problems)


def _read(root: Node | None, of: Plan | Programme, file: str, problems: Problems) -> Change:
    if root is None:
        problems.raise_if_any()
    assert root is not None, "a file without a root is a problem"
    draft = shaped(root, file, problems)
    known = Known.of(of, problems)
    change = _Reading(draft=draft, known=known, added=added(draft, known.programme)).change()
    problems.raise_if_any()
    assert change is not None, "a change without a problem can be made"
    return change


@frozen(kw_only=True, eq=False)
class _Reading:
    """A draft against the plan that it is to change."""

    draft: ChangeDraft
    known: Known
    added: Added

    def change(self) -> Change | None:
        """The change; None, with the reason told, where its head is not sound."""
        parts: dict[str, Any] = {
            "now": self._now(),
            "launch": self._launch(),
            "landing": self._landing(),
            "docking": self.draft.plain("docking"),
            "ships": ships_of(self.draft, self.known, self._now()),
            "elements": self.draft.plain("elements"),
            "closed": tuple(self._closed()),
            "away": tuple(self._away()),
            "shut": tuple(self._shut()),
            "durations": tuple(self._durations()),
            "flight_days": tuple(on_days_of(self.draft, self.known)),
            "optional": tuple(optional_of(self.draft, self.known)),
            "limits": self._limits(),
            "hosts_minutes": minutes_of(self.draft, self.known),
            "happened": tuple(self._happened()),
            **self._of_the_host(),
            **{name: tuple(self._names(name)) for name in the.NAMES},
        }
        head = self._head()
        if head is None or self.draft.problems:
            return None
        made = self.added
        return Change(
            title=head.title,
            asked_by=head.asked_by,
            asked_on=head.asked_on,
            why=head.why,
            activities=made.activities(),
            sessions=made.sessions(),
            subjects=made.subjects(),
            sites=made.sites(),
            where=dict(_places(self.draft.root, self.draft.file)),
            **parts,
        )

    # Each section

    def _head(self) -> the.ChangeSection | None:
        found = self.draft.value("change", the.ChangeSection)
        if found is None:
            return None
        entry, head = found
        at = entry.place("change", "asked_by")
        self.known.tell_unknown(at, head.asked_by, self.known.askers, "an agency or a person")
        return head

    def _now(self) -> Instant | None:
        value = self.draft.plain("now")
        return None if value is None else begin_of(value, self._people_zone)

    def _launch(self) -> LaunchMove | None:
        found = self.draft.value("launch", the.LaunchEntry)
        if found is None:
            return None
        entry, asked = found
        if [asked.by_days, asked.not_before, asked.window].count(None) != 2:
            self.draft.problems.add(entry.place("launch"), "should have one of by_days, not_before and window")
            return None
        if not self._moves(entry, ("launch", "by_days"), asked.by_days):
            return None
        zone_name = self._site_zone(self.programme.flight.pad)
        window = None
        if (
            asked.window is not None
            and (window := self._span(entry, ("launch", "window"), asked.window, zone_name)) is None
        ):
            return None
        not_before = None if asked.not_before is None else begin_of(asked.not_before, zone_name)
        return LaunchMove(by_days=asked.by_days, not_before=not_before, window=window)

    def _landing(self) -> LandingMove | None:
        found = self.draft.value("landing", the.LandingEntry)
        if found is None:
            return None
        entry, asked = found
        between = asked.not_before is not None or asked.not_after is not None
        if between == (asked.by_days is not None):
            what = "should have by_days, or one or both of not_before and not_after"
            self.draft.problems.add(entry.place("landing"), what)
            return None
        if not self._moves(entry, ("landing", "by_days"), asked.by_days):
            return None
        zone_name = self._site_zone(self.programme.flight.landing_site)
        begin = None if asked.not_before is None else begin_of(asked.not_before, zone_name)
        end = None if asked.not_after is None else end_of(asked.not_after, zone_name)
        if begin is not None and end is not None and end <= begin:
            self.draft.problems.add(entry.place("landing", "not_after"), f"ends before it starts ({asked.not_before})")
            return None
        return LandingMove(by_days=asked.by_days, not_before=begin, not_after=end)

    def _moves(self, entry: Entry[Any], path: tuple[Step, ...], by_days: int | None) -> bool:
        if by_days == 0:
            self.draft.problems.add(entry.place(*path), "moves nothing; leave it out", got=by_days)
        return by_days != 0

    def _closed(self) -> Iterator[Outage]:
        for entry, asked in self.draft.of("windows_closed", the.ClosedWindowsEntry):
            self._closed_of(entry, asked)
            if (span := self._span(entry, (), asked, self.programme.station.zone)) is not None:
                yield Outage(kind=asked.kind, of=asked.of, span=span, reason=asked.why)

    def _closed_of(self, entry: Entry[Any], asked: the.ClosedWindowsEntry) -> None:
        if asked.of is None:
            return
        if asked.kind in OF_A_SITE:
            known = {site.id for site in (*self.programme.sites, *self.added.all_sites)}
            self.known.tell_unknown(entry.place("of"), asked.of, known, "a site")
        elif asked.kind in OF_A_BLOCK:
            self.known.tell_unknown(entry.place("of"), asked.of, self.known.blocks, "a block")
        elif asked.kind == "relay":
            self.known.tell_unknown(entry.place("of"), asked.of, self.known.relays, "a relay satellite")
        else:
            what = f"a {asked.kind} window is not of anything; leave `of` out"
            self.draft.problems.add(entry.place("of"), what, got=asked.of)

    def _away(self) -> Iterator[Absence]:
        for entry, asked in self.draft.of("away", the.AwayEntry):
            self.known.tell_unknown(entry.place("person"), asked.person, self.known.people, "a person")
            begin = begin_of(asked.begins, self._people_zone)
            end = None if asked.ends is None else end_of(asked.ends, self._people_zone)
            if end is not None and end <= begin:
                self._backwards(entry, ("to",), asked.begins)
            else:
                yield Absence(person=asked.person, start=begin, end=end, reason=asked.why)

    def _shut(self) -> Iterator[Shut]:
        rooms, aboard = self.known.rooms, self.known.resources
        for entry, asked in self.draft.of("shut", the.ShutEntry):
            self.known.tell_unknown(entry.place("what"), asked.what, rooms | aboard, "a facility or a resource")
            zone_name = self._people_zone if asked.what in rooms else self.programme.station.zone
            if (span := self._span(entry, (), asked, zone_name)) is not None:
                yield Shut(of=asked.what, span=span, reason=asked.why)

    def _durations(self) -> Iterator[Lasting]:
        seen: set[str] = set()
        for entry, asked in self.draft.of("durations", the.DurationEntry):
            known = self.known.activities | self.known.sessions
            self.known.tell_unknown(entry.place("of"), asked.of, known, "an activity or a session")
            self.known.tell_twice(entry.place("of"), asked.of, seen)
            yield Lasting(of=asked.of, duration_min=asked.minutes)

    def _limits(self) -> tuple[Limits, ...]:
        found = self.draft.value("limits", RulesSection)
        if found is None:
            return ()
        figures = said_figures(found[1])
        if not figures:
            self.draft.problems.add(found[0].place("limits"), "says no figure")
        return tuple(Limits(rule=rule, params=params) for rule, params in figures.items())

    def _happened(self) -> Iterator[Record]:
        seen: set[str] = set()
        for entry, asked in self.draft.of("happened", the.HappenedEntry):
            self.known.tell_impossible(entry.place("placement"), asked.placement)
            self.known.tell_twice(entry.place("placement"), asked.placement, seen)
            if (record := self._record(entry, asked)) is not None:
                yield record

    def _record(self, entry: Entry[Any], asked: the.HappenedEntry) -> Record | None:
        seen: set[str] = set()
        for index, person in enumerate(asked.people or ()):
            self.known.tell_unknown(entry.place("people", index), person, self.known.people, "a person")
            self.known.tell_twice(entry.place("people", index), person, seen)
        if not asked.attended and (asked.begins or asked.ends or asked.people or not asked.passed):
            self.draft.problems.add(entry.place("attended"), "what was missed has no times, people or result")
            return None
        times = self._times(entry, asked)
        if times is None:
            return None
        return Record(
            placement=asked.placement,
            outcome="missed" if not asked.attended else "done" if asked.passed else "failed",
            start=times[0],
            end=times[1],
            people=None if asked.people is None else tuple(asked.people),
            note=asked.why,
        )

    def _times(self, entry: Entry[Any], asked: the.HappenedEntry) -> tuple[Instant | None, Instant | None] | None:
        """As flown, both or none; None, with the reason told, where they make no sense."""
        begin, end = asked.begins, asked.ends
        if begin is None and end is None:
            return None, None
        if begin is None or end is None:
            self.draft.problems.add(entry.place(), "should have both 'from' and 'to', or neither")
            return None
        if not isinstance(begin, Instant) or not isinstance(end, Instant):
            name = "to" if isinstance(begin, Instant) else "from"
            what = "should be an instant, such as 2027-06-05T09:30Z: what happened is known to the minute"
            self.draft.problems.add(entry.place(name), what, got=entry.value(name))
            return None
        if end <= begin:
            self._backwards(entry, ("to",), begin)
            return None
        return begin, end

    def _of_the_host(self) -> dict[str, Any]:
        aboard = frozenset((*self.programme.flight.crew_up, *self.programme.flight.crew_aboard))
        return {
            "host_plan": tuple(fixed_of(self.draft, self.known, aboard)),
            "answers": tuple(answers_of(self.draft, self.known)),
        }

    def _names(self, name: str) -> Iterator[str]:
        seen: set[str] = set()
        known = self.known.activities | self.known.sessions
        for at, found in self.draft.names(name):
            if name in ("pin", "unpin"):
                self.known.tell_not_placed(at, found)
            elif name == "drop":
                what = "an activity, a subject or a session"
                self.known.tell_unknown(at, found, known | self.known.subjects, what)
            else:
                self.known.tell_unknown(at, found, known | self.added.names, "an activity or a session")
            self.known.tell_twice(at, found, seen)
            yield found

    # Places and zones

    @property
    def programme(self) -> Programme:
        """The programme of the plan."""
        return self.known.programme

    @property
    def _people_zone(self) -> str:
        """The zone of the term; of the station, where the term is done."""
        return self.programme.term.zone if self.programme.term is not None else self.programme.station.zone

    def _site_zone(self, id_: str) -> str:
        return next((site.zone for site in self.programme.sites if site.id == id_), "UTC")

    def _backwards(self, entry: Entry[Any], path: tuple[Step, ...], begins: object) -> None:
        self.draft.problems.add(entry.place(*path), f"ends before it starts ({begins})", got=entry.value(*path))

    def _span(self, entry: Entry[Any], path: tuple[Step, ...], asked: the.StretchEntry, zone_name: str) -> Span | None:
        begin, end = begin_of(asked.begins, zone_name), end_of(asked.ends, zone_name)
        if end <= begin:
            self._backwards(entry, (*path, "to"), asked.begins)
            return None
        return Span(begin, end)


def _places(node: Node, file: str, path: tuple[Step, ...] = ()) -> Iterator[tuple[str, str]]:
    """`away[0].person` → `change.yaml:7:13 away[0].person`, of everything written, in reading order."""
    if path:
        said = joined("", path)
        yield said, f"{file}:{node.line}:{node.column} {said}"
    for name, below in node.fields.items():
        yield from _places(below, file, (*path, name))
    for index, below in enumerate(node.items):
        yield from _places(below, file, (*path, index))
