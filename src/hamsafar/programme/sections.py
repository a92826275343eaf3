"""The sections of a programme file, one pydantic model each: shape and words only, no reference is followed.

The specification is docs/reference/programme-files.md; the JSON Schema is generated from these models.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from hamsafar.domain.people import AgencyRole, Function
from hamsafar.domain.training import Attendance, Level, MilestoneKind, SessionKind
from hamsafar.programme.entry import (
    BoostEntry,
    Entry,
    GapEntry,
)
from hamsafar.programme.fields import (
    Clock,
    Count,
    Day,
    Days,
    EveryYearsDay,
    FileName,
    Id,
    Minutes,
    Moment,
    OpeningHours,
    PartDays,
    SessionName,
    SomeDays,
    SomeMinutes,
    Text,
    Weekday,
    Zone,
)

_ID = "What the rest of the programme calls it."
_TITLE = "What people read in the plan."


class HostPlanEntry(Entry):
    """A file with what the host has fixed aboard."""

    file: FileName = Field(
        description="The file in this folder: XLSX, CSV or ICS, a row or an appointment an activity."
    )
    zone: Zone | None = Field(None, description="Whose clock it keeps, where the file does not say so itself.")


class ProgrammeSection(Entry):
    """The programme itself: what it is called, from which day and which elements it is planned."""

    id: Id = Field(description="What the programme is called in file names.")
    title: Text = Field(description=_TITLE)
    now: Day = Field(description="The day the plan is made for: nothing is planned before it.")
    as_of: Moment | None = Field(
        None, description="Elements of later epochs are not looked at, as if the plan were made then."
    )
    elements: FileName = Field(description="The file in this folder with the station's elements: TLE or OMM.")
    station: Id = Field(description="The station's name in the catalogue.")
    host_plan: list[HostPlanEntry] = Field([], description="What the host has fixed aboard: the plan goes round it.")
    boosts: list[BoostEntry] = Field([], description="Boosts of the station that its operator has announced.")


class AgencyEntry(Entry):
    """An organisation that takes part."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    role: AgencyRole = Field(description="Whether it hosts the flight or sends the guest.")
    zone: Zone = Field(description="The time zone its people live in, an IANA name.")


class HeldEntry(Entry):
    """A certificate somebody holds already."""

    certificate: Id = Field(description="Which certificate.")
    valid_from: Day = Field(alias="from", description="The first day on which it is valid.")
    valid_until: Day = Field(alias="until", description="The last day on which it is valid.")


class PersonEntry(Entry):
    """Somebody by role. Ids and titles are roles, never names."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    agency: Id = Field(description="The agency they belong to.")
    function: Function = Field(description="What they do in the programme.")
    languages: list[Id] = Field(
        min_length=1, description="Languages a session can be held in without an interpreter, such as en, zh, ur."
    )
    calendars: list[Id] = Field([], description="At work only when all of them are open; none: always at work.")
    backs_up: Id | None = Field(None, description="Whose place they would take.")
    qualifications: list[Id] = Field(
        [], description="What an instructor may teach; of an interpreter the languages, as interpret-LANGUAGE."
    )
    certificates: list[HeldEntry] = Field([], description="Certificates held already.")


class CertificateEntry(Entry):
    """What passing a subject proves, and for how long."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    valid: SomeDays = Field(365, description="How long it is valid, for instance 365 d.")
    for_flight: bool = Field(
        False, description="Whether all who may fly hold it until landing, whatever they do aboard."
    )


class ClosedEntry(Entry):
    """Days off, both ends included."""

    first: Day = Field(alias="from", description="The first of the days.")
    last: Day = Field(alias="to", description="The last of the days.")
    reason: Text = Field("", description="Why; the plan quotes it.")
    provisional: bool = Field(False, description="Whether the dates may still move.")


class ShorterEntry(ClosedEntry):
    """A stretch of days with other hours."""

    hours: list[OpeningHours] = Field(min_length=1, description="The hours of these days, in order.")


class HolidayChoice(Entry):
    """Public holidays of one country, all of them or only some."""

    country: Text = Field(description="ISO 3166 code of two letters, such as PK.")
    only: list[Text] = Field([], description="Only holidays whose English name contains one of these texts.")


def _country_alone(value: Any) -> Any:
    return {"country": value} if isinstance(value, str) else value


class CalendarEntry(Entry):
    """When people are at work and places are open."""

    id: Id = Field(description=_ID)
    zone: Zone = Field(description="The time zone of its wall clock, an IANA name.")
    weekdays: list[Weekday] = Field(min_length=1, description="The days of the week that are worked.")
    hours: list[OpeningHours] = Field(min_length=1, description="The hours of a day, in order; gaps are breaks.")
    public_holidays: Annotated[
        HolidayChoice | None, BeforeValidator(_country_alone, json_schema_input_type=str | HolidayChoice | None)
    ] = Field(None, description="Whose public holidays are days off: an ISO code, or a mapping with country and only.")
    closed: list[ClosedEntry] = Field([], description="More days off.")
    shorter: list[ShorterEntry] = Field([], description="Other hours for a stretch of days.")


class LaunchWindow(Entry):
    """Between which instants lift-off is wanted."""

    opens: Moment = Field(alias="from", description="The first instant, with Z or an offset.")
    closes: Moment = Field(alias="to", description="The instant after the last.")


class ShipEntry(Entry):
    """A ship of a type that the catalogue knows."""

    id: Id = Field(description="What the plan calls this ship.")
    type: Id = Field(description="The ship's type in the catalogue.")


class FlightSection(Entry):
    """What is asked of the flight."""

    launch_window: LaunchWindow = Field(description="When lift-off is wanted.")
    stay: SomeMinutes = Field(description="Docking to undocking.")
    stay_tolerance: Minutes = Field(description="How much shorter or longer the stay may be.")
    ship_up: ShipEntry = Field(description="The ship to the station.")
    ship_down: ShipEntry = Field(description="The ship back.")
    pad: Id = Field(description="The launch pad, a site of the catalogue.")
    landing_site: Id = Field(description="Where to land, a site of the catalogue.")
    landing_by_daylight: bool = Field(description="Whether landing must be by daylight.")
    profiles: list[Id] = Field(min_length=1, description="Rendezvous profiles that are accepted, best first.")
    return_profile: Id = Field(description="The ship's way back, a return profile of the catalogue.")
    guest: Id = Field(description="The trainee who flies.")
    crew_up: list[Id] = Field(min_length=1, description="Everybody in the ship up.")
    crew_aboard: list[Id] = Field(description="Those already aboard at docking.")
    crew_down: list[Id] = Field(min_length=1, description="Everybody in the ship down.")
    seats: list[SeatEntry] = Field(
        [],
        description="In which ship those already aboard have seat liner and suit at docking; left out: who goes down "
        "in the ship down, unless it is the ship up, and who stays in a ship that stays.",
    )
    crew_day: Id | None = Field(
        None,
        description="The crew day of the catalogue that the days aboard are built on; own activities and resources of "
        "the same id replace its.",
    )
    leave_out: list[Id] = Field([], description="Activities of that crew day that aren't done.")


class CrewDaySection(Entry):
    """What a crew day is called, whom it is for, and where it comes from."""

    id: Id = Field(description="Its name in the catalogue.")
    title: Text = Field(description=_TITLE)
    source: Text = Field(description="Where its figures come from.")
    licence: Text = Field(description="The licence it is under.")
    date: Day = Field(description="The day as of which it is.")
    crew: Count = Field(description="How many people it is for.")
    stay: SomeMinutes = Field(description="Docking to undocking of the stay that its flight days are written for.")


class HostShareEntry(Entry):
    """What was agreed of one host."""

    person: Id = Field(description="Which host.")
    total: Minutes | None = Field(None, description="All their help in the stay, for instance 240 min.")
    a_day: Minutes | None = Field(None, description="Their help on one day, in place of rule CRW-09's figure.")


class DayShareEntry(Entry):
    """What was agreed of all hosts together on one flight day."""

    flight_day: Annotated[int, Field(ge=1, le=1_000)] = Field(
        description="Which; day 1 is the station-local date of docking."
    )
    total: Minutes = Field(description="The help of all hosts together on it.")


class HostsMinutesSection(Entry):
    """The hosts' minutes for the guest's programme that the agencies agreed."""

    agreed: Text = Field(description="The document that says so, and when; the plan quotes it.")
    total: Minutes | None = Field(None, description="The help of all hosts together in the stay, for instance 15 h.")
    a_day: Minutes | None = Field(
        None, description="The help of each host on one day: the same as max_host of rule CRW-09 in `rules`."
    )
    people: list[HostShareEntry] = Field([], description="Hosts of whom something else was agreed.")
    days: list[DayShareEntry] = Field([], description="Flight days of which something was agreed.")


class SeatEntry(Entry):
    """Where somebody's seat liner and suit are."""

    person: Id = Field(description="Who is aboard already.")
    ship: Id = Field(description="The ship: the id of ship_up or ship_down, or of another one at the station.")


class PhaseEntry(Entry):
    """A stretch of the term, counted back from lift-off."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    begins: PartDays = Field(alias="from", description="How long before lift-off it begins, for instance 26 wk.")
    ends: PartDays = Field(0.0, alias="to", description="How long before lift-off it ends.")
    begun: Day | None = Field(
        None,
        description="It had begun on this day when lift-off moved; it begins no later. A change says so by itself.",
    )


class TrainingSection(Entry):
    """The frame of the term."""

    start: Day = Field(description="The first day of training.")
    zone: Zone = Field(description="The time zone of training dates, an IANA name.")
    quarantine: Days = Field(description="How long before lift-off quarantine begins, in whole days.")
    syllabus: Id | None = Field(
        None,
        description="The syllabus of the catalogue that the term is built on; own entries of the same id replace its.",
    )
    leave_out: list[Id] = Field([], description="Subjects of that syllabus that aren't held.")
    usual_night: Annotated[list[Clock], Field(min_length=2, max_length=2)] | None = Field(
        None,
        description="When people usually sleep; the nights in quarantine are planned. Left out: as the syllabus says.",
    )
    phases: list[PhaseEntry] = Field([], description="The phases of the term; left out: those of the syllabus.")


class MovedEntry(Entry):
    """Subjects that lie in another phase than in the syllabus that is extended."""

    phase: Id = Field(description="The phase of this syllabus.")
    subjects: list[Id] = Field(min_length=1, description="Subjects of the extended one; the rest of them stays.")


class SyllabusSection(Entry):
    """What a syllabus is called and where it comes from."""

    id: Id = Field(description="Its name in the catalogue.")
    title: Text = Field(description=_TITLE)
    source: Text = Field(description="Where its figures come from.")
    licence: Text = Field(description="The licence it is under.")
    date: Day = Field(description="The day as of which it is.")
    extends: Id | None = Field(None, description="The syllabus of the catalogue that this one adds to, or changes.")
    moved: list[MovedEntry] = Field([], description="Subjects of that syllabus that lie in another phase here.")
    phases: list[PhaseEntry] = Field(min_length=1, description="The phases of a term built on it.")
    usual_night: Annotated[list[Clock], Field(min_length=2, max_length=2)] | None = Field(
        None, description="When people usually sleep; the nights in quarantine are planned."
    )


class TrainingSiteEntry(Entry):
    """A place where training is held; the first one is the base."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    zone: Zone = Field(description="The time zone of its wall clock, an IANA name.")
    from_base: Minutes = Field(0, description="How long the way from the base takes, and back.")


class ClassEntry(Entry):
    """A class of the syllabus."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)


class SeasonEntry(Entry):
    """A part of every year, both days included."""

    first: EveryYearsDay = Field(alias="from", description="Its first day, as month-day.")
    last: EveryYearsDay = Field(alias="to", description="Its last day, as month-day.")


class FacilityEntry(Entry):
    """A room, device or ground that sessions need."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    calendar: Id = Field(description="When it is open.")
    capacity: Count = Field(1, description="How many sessions at a time.")
    closed: list[ClosedEntry] = Field([], description="Days on which it is closed besides.")
    open_in_quarantine: bool = Field(False, description="Whether it lies inside the quarantine.")
    site: Id | None = Field(None, description="The training site it lies at; left out: the base.")
    season: list[SeasonEntry] = Field([], description="Open every year only then; left out: all the year.")


class AfterSession(GapEntry):
    """A session that comes before this one."""

    of: SessionName = Field(description="The earlier session, as subject/session; a milestone as milestone/ID.")


class SessionEntry(Entry):
    """One block of training. What is left out is as the subject says."""

    id: Id = Field(description="Its name within the subject; elsewhere it is called subject/session.")
    title: Text = Field(description=_TITLE)
    kind: SessionKind = Field(description="What kind of session.")
    duration: SomeMinutes = Field(description="How long it takes.")
    phase: Id | None = Field(None, description="The phase it lies in.")
    language: Id | None = Field(None, description="The language it is held in.")
    attendance: Attendance | None = Field(None, description="Once for all trainees together, or once for each.")
    facilities: list[Id] | None = Field(None, description="All the facilities it needs.")
    instructor: Id | None = Field(None, description="The qualification of who teaches; empty: nobody does.")
    joined_by: list[Id] = Field([], description="People who attend besides the trainees.")
    after: list[AfterSession] = Field([], description="Sessions that come before it.")
    after_previous: GapEntry | None = Field(None, description="The gap to the session before it in this list.")
    needs: list[Id] = Field([], description="Certificates that attending trainees must hold by then.")
    recovery: Minutes = Field(0, description="Nothing demanding for so long afterwards.")
    demanding: bool = Field(False, description="Whether it must keep clear of recovery from other sessions.")
    in_quarantine: bool = Field(False, description="Whether it may be held in quarantine.")
    promised: bool | None = Field(
        None, description="Whether somebody outside counts on it; left out: exams, and what others join, are promised."
    )
    resit: GapEntry | None = Field(None, description="Of an exam: how long after a failed one it is sat again.")


class TripEntry(Entry):
    """One journey."""

    to: Id = Field(description="The training site.")
    duration: SomeMinutes | None = Field(
        None, description="How long it takes, both ways included; left out: nobody comes back before lift-off."
    )


class SubjectEntry(Entry):
    """A subject: its sessions in order, defaults for them, and the certificate that the last one gives."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    training_class: Id = Field(alias="class", description="The class of the syllabus it belongs to.")
    certificate: Id | None = Field(None, description="The certificate that its last session gives.")
    trainees: list[Id] | None = Field(None, min_length=1, description="Who attends; left out: all trainees.")
    phase: Id | None = Field(None, description="For its sessions: the phase they lie in.")
    language: Id | None = Field(None, description="For its sessions: the language they are held in.")
    attendance: Attendance | None = Field(None, description="For its sessions: together, or once for each trainee.")
    facilities: list[Id] = Field([], description="For its sessions: all the facilities they need.")
    instructor: Id | None = Field(None, description="For its sessions: the qualification of who teaches.")
    in_order: bool = Field(True, description="Whether each session comes after the one before it.")
    only_when_needed: bool = Field(
        False, description="Held only where an activity aboard, or a subject that is held, needs its certificate."
    )
    refreshes: Id | None = Field(
        None, description="The certificate that its last session makes valid anew; held only where it would lapse."
    )
    skill: Id | None = Field(None, description="What whoever has done it can do.")
    level: Level | None = Field(None, description="How well.")
    trip: TripEntry | None = Field(
        None,
        description="The one journey in which its sessions at another site are held; its ways are sessions of kind "
        "travel, added where they aren't the first and the last one listed.",
    )
    source: Text = Field("", description="The public figure behind it; left out: ours.")
    sessions: list[SessionEntry] = Field(min_length=1, description="Its sessions.")


class MilestoneEntry(Entry):
    """A date on the road to the flight beside the training: a review, a delivery, an approval."""

    id: Id = Field(description="Its name; what comes after it calls it milestone/ID.")
    title: Text = Field(description=_TITLE)
    kind: MilestoneKind = Field(description="What kind of milestone.")
    begins: PartDays = Field(alias="from", description="How long before lift-off it may be held, for instance 20 wk.")
    ends: PartDays = Field(alias="to", description="How long before lift-off it is over.")
    duration: SomeMinutes = Field(description="How long it takes.")
    calendar: Id = Field(description="In whose hours it is held.")
    owner: Id = Field(description="The agency that answers for it, or host or guest.")
    after: list[AfterSession] = Field([], description="Sessions and milestones that come before it.")
    attended_by: list[Id] = Field([], description="People who take part.")
    refused: bool = Field(
        False, description="Whether the answer was no: then what waits for it is neither held nor flown."
    )
    source: Text = Field("", description="The public figure behind it; left out: ours.")
