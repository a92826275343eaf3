"""The term laid out in ticks: its horizon, its days and weeks, and every placement that must come to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from attrs import field, frozen

from hamsafar.domain.changes import Happened
from hamsafar.domain.people import Person
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import Facility, Phase, Session, Subject, Term
from hamsafar.planning import ticks
from hamsafar.planning.brought import Brought, as_it_was, brought
from hamsafar.planning.ticks import Starts, Stretches
from hamsafar.planning.training.held import given_only_by_others, held_subjects
from hamsafar.planning.training.refreshers import Kept, kept_certificates
from hamsafar.timeline import Instant, local_date

NOT_COUNTED = ("self-study", "travel")  # kinds that don't fill a training day (TRN-04, TRN-05)


@frozen(kw_only=True, eq=False)
class Occurrence:
    """One placement to be made of a session: who attends it, and who may teach and interpret."""

    id: str
    session: Session
    held_for: tuple[str, ...]  # the trainees of the subject whom it is held for
    trainees: tuple[str, ...]  # all trainees in it: those, and trainees who join
    attendees: tuple[str, ...]  # whom it is held for, and whoever joins them
    instructors: tuple[str, ...] | None  # candidates; None where nobody teaches
    interpreters: tuple[str, ...] | None  # candidates; None where nobody interprets
    done: Happened | None = None  # as it was held; trainees and attendees are then those who took part

    @property
    def duration(self) -> int:
        """Length in ticks."""
        if self.done is None:
            return self.session.duration_min
        first, end = as_it_was(self.done)
        return end - first

    @property
    def counted(self) -> bool:
        """Whether it fills the training day and week."""
        return self.session.kind not in NOT_COUNTED


@frozen(kw_only=True, eq=False)
class TermGrid:
    """A programme with a term, and a lift-off, in ticks. Starts lie in `[first, end)`; everything ends by `end`.

    `without` are rules that are not to be obeyed; what can't be taken out of a Problem by its tags is left out here.
    """

    programme: Programme
    term: Term
    launch: Instant
    landing: Instant
    without: frozenset[str] = field(factory=frozenset)

    @cached_property
    def last_day(self) -> date:
        """The day of landing, the later one of the term's and the station's zone."""
        return max(local_date(self.landing, zone) for zone in (self.term.zone, self.programme.station.zone))

    @cached_property
    def held(self) -> tuple[Subject, ...]:
        """The subjects that are held, refreshers apart."""
        return held_subjects(self.programme)

    @cached_property
    def not_given(self) -> frozenset[str]:
        """Certificates that nothing held gives, because nothing aboard asks for them."""
        return given_only_by_others(self.programme, self.held)

    @cached_property
    def kept(self) -> tuple[Kept, ...]:
        """What keeps certificates valid until landing."""
        return tuple(kept_certificates(self))

    @cached_property
    def first(self) -> int:
        """The first tick of the first day that anything could fall on or fell on, rules of the term apart."""
        held = (local_date(one.start, self.term.zone) for one in self.past.done.values())
        return ticks.day_start(min((self.term.start, self.programme.now, *held)), self.term.zone)

    @cached_property
    def end(self) -> int:
        """The last tick not after lift-off."""
        return max(ticks.tick_at_or_before(self.launch), self.first + 1)

    @cached_property
    def past(self) -> Brought:
        """What has happened, and what is pinned."""
        return brought(self.programme)

    @cached_property
    def day_edges(self) -> tuple[int, ...]:
        """Midnights in the term's zone."""
        return ticks.day_edges(self.first, self.end, self.term.zone)

    @cached_property
    def week_edges(self) -> tuple[int, ...]:
        """Midnights before Mondays in the term's zone."""
        return ticks.week_edges(self.first, self.end, self.term.zone)

    def day(self, tick: int) -> date:
        """The training date of a tick."""
        return ticks.date_at(tick, self.term.zone)

    @cached_property
    def facilities(self) -> dict[str, Facility]:
        """Facilities by id."""
        return {facility.id: facility for facility in self.term.facilities}

    @cached_property
    def phases(self) -> dict[str, Phase]:
        """Phases by id."""
        return {phase.id: phase for phase in self.term.phases}

    @cached_property
    def people(self) -> dict[str, Person]:
        """People by id."""
        return {person.id: person for person in self.programme.people}

    @cached_property
    def trainees(self) -> tuple[str, ...]:
        """Everybody who trains, in the order of the programme."""
        return tuple(person.id for person in self.programme.people if person.function == "trainee")

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """Every placement to be made, in the order of the syllabus."""
        held = {subject.id for subject in self.held}
        return tuple(
            occurrence
            for subject in self.term.subjects
            for session in subject.sessions
            for occurrence in self._occurrences_of(subject, session)
            if subject.id in held or occurrence.done is not None or self._refreshes(subject, occurrence)
        )

    def _refreshes(self, subject: Subject, occurrence: Occurrence) -> bool:
        """Whether somebody in it would lose a certificate that flying asks for, but for this subject."""
        return any(one.by == subject.id and one.trainee in occurrence.held_for for one in self.kept)

    @cached_property
    def by_session(self) -> dict[str, tuple[Occurrence, ...]]:
        """Session id → its occurrences."""
        found: dict[str, tuple[Occurrence, ...]] = {}
        for occurrence in self.occurrences:
            found[occurrence.session.id] = (*found.get(occurrence.session.id, ()), occurrence)
        return found

    def attended_by(self, person: str) -> tuple[Occurrence, ...]:
        """The occurrences that somebody attends."""
        return tuple(occurrence for occurrence in self.occurrences if person in occurrence.attendees)

    def trainees_of(self, subject: Subject) -> tuple[str, ...]:
        """The trainees of a subject: all, where it names none."""
        return subject.trainees or self.trainees

    def hours(self, calendar: str) -> Stretches:
        """The opening hours of a calendar over the horizon."""
        if calendar not in self._hours:
            self._hours[calendar] = ticks.open_stretches(self.programme.calendar(calendar), self.first, self.end)
        return self._hours[calendar]

    def starts_in(self, calendar: str, duration: int) -> Starts:
        """The starts for which a session lies in one stretch of a calendar's opening hours."""
        key = (calendar, duration)
        if key not in self._starts:
            self._starts[key] = ticks.fit(self.hours(calendar), duration)
        return self._starts[key]

    def starts_in_season(self, facility: Facility, duration: int) -> Starts:
        """The starts for which a session lies in days of a facility's seasons."""
        days = (edges for edges in ticks.buckets(self.day_edges))
        open_ = (edges for edges in days if any(one.contains(self.day(edges[0])) for one in facility.seasons))
        return ticks.fit(ticks.merged(open_), duration)

    _hours: dict[str, Stretches] = field(factory=dict, init=False, repr=False)
    _starts: dict[tuple[str, int], Starts] = field(factory=dict, init=False, repr=False)

    def _occurrences_of(self, subject: Subject, session: Session) -> Iterator[Occurrence]:
        trainees = self.trainees_of(subject)
        if session.attendance == "together":
            yield self._occurrence(session, session.id, trainees)
        else:
            for trainee in trainees:
                yield self._occurrence(session, f"{session.id}@{trainee}", (trainee,))

    def _occurrence(self, session: Session, id_: str, held_for: tuple[str, ...]) -> Occurrence:
        joining = session.joined_by
        if "TRN-12" in self.without:  # then the first trainee alone will do
            held_for, joining = held_for[:1], ()
        attendees = (*held_for, *(person for person in joining if person not in held_for))
        done = self.past.done.get(id_)
        if done is not None:
            attendees = tuple(person for person in attendees if person in done.people)
        trainees = tuple(person for person in attendees if self.people[person].function == "trainee")
        return Occurrence(
            id=id_,
            session=session,
            held_for=held_for,
            trainees=trainees,
            attendees=attendees,
            instructors=None if done else self._instructors(session, attendees),
            interpreters=None if done else self._interpreters(session, trainees, attendees),
            done=done,
        )

    def _instructors(self, session: Session, attendees: tuple[str, ...]) -> tuple[str, ...] | None:
        if session.instructor is None or session.kind == "self-study" or "TRN-08" in self.without:
            return None
        return self._qualified("instructor", session.instructor, attendees)

    def _interpreters(
        self, session: Session, trainees: tuple[str, ...], attendees: tuple[str, ...]
    ) -> tuple[str, ...] | None:
        lacking = any(session.language not in self.people[trainee].languages for trainee in trainees)
        if not lacking or session.kind == "self-study" or "TRN-09" in self.without:
            return None
        return self._qualified("interpreter", f"interpret-{session.language}", attendees)

    def _qualified(self, function: str, qualification: str, attendees: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            person.id
            for person in self.programme.people
            if person.function == function and qualification in person.qualifications and person.id not in attendees
        )
