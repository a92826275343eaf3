"""A draft without a fault → the domain's Programme: defaults filled, groups named, quantities in our units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hamsafar.catalog import Catalogue, ship_of_type
from hamsafar.domain.aboard import (
    Activity,
    ActivityKind,
    Cargo,
    CrewDaySource,
    ListItem,
    Need,
    Pace,
    PrayerBlock,
    PrayerTimes,
    Resource,
    Sample,
    Use,
    WindowNeed,
)
from hamsafar.domain.calendars import Calendar, ShorterDays
from hamsafar.domain.elements import Elements
from hamsafar.domain.hosts_minutes import HostsMinutes
from hamsafar.domain.people import Agency, Certificate, HeldCertificate, Limits, Person
from hamsafar.domain.places import Relay, Site
from hamsafar.domain.programme import FlightRequest, PlannedBoost, Programme, Seat
from hamsafar.domain.vehicles import Station
from hamsafar.programme import sections as the
from hamsafar.programme import sections_aboard as aboard
from hamsafar.programme.campaigns import flight_days_of, times_of
from hamsafar.programme.draft import Draft
from hamsafar.programme.entry import Entry
from hamsafar.programme.hosts_minutes import hosts_minutes_of
from hamsafar.programme.prayer_authorities import AUTHORITIES
from hamsafar.programme.public_holidays import public_holidays
from hamsafar.programme.resolve_term import after_of, milestone_of, range_of, term_of
from hamsafar.programme.rules_section import RulesSection, figures
from hamsafar.programme.sense_activities import candidates
from hamsafar.programme.sense_frame import years_that_matter
from hamsafar.timeline import Span

_Model = TypeVar("_Model", bound=Entry)


def resolved(draft: Draft, catalogue: Catalogue, elements: tuple[Elements, ...]) -> Programme:
    """The programme; the draft has no problems."""
    programme = _once(draft, "programme", the.ProgrammeSection)
    flight = _once(draft, "flight", the.FlightSection)
    years = years_that_matter(draft)
    assert years is not None
    station = catalogue.station(programme.station)
    written = tuple(entry for _, entry in draft.of("activities", aboard.ActivityEntry))
    activities = tuple(activity_of(entry, flight) for entry in written if not entry.task_list)
    resources = tuple(_resource(entry) for _, entry in draft.of("resources", aboard.ResourceEntry))
    prayer = _prayer(draft)
    return Programme(
        id=programme.id,
        title=programme.title,
        as_of=programme.as_of,
        now=programme.now,
        agencies=tuple(_agency(entry) for _, entry in draft.of("agencies", the.AgencyEntry)),
        people=tuple(_person(entry) for _, entry in draft.of("people", the.PersonEntry)),
        certificates=tuple(
            Certificate(id=entry.id, title=entry.title, valid_d=entry.valid, for_flight=entry.for_flight)
            for _, entry in draft.of("certificates", the.CertificateEntry)
        ),
        calendars=tuple(_calendar(entry, years) for _, entry in draft.of("calendars", the.CalendarEntry)),
        sites=_sites(catalogue, flight, (*activities, *resources), prayer),
        relays=_relays(catalogue, station),
        station=station,
        elements=elements,
        flight=_flight(flight, catalogue),
        term=term_of(draft),
        resources=resources,
        activities=activities,
        prayer=prayer,
        limits=_limits(draft),
        hosts_minutes=_hosts_minutes(draft),
        milestones=tuple(milestone_of(draft, entry) for _, entry in draft.of("milestones", the.MilestoneEntry)),
        cargo=tuple(
            Cargo(id=entry.id, title=entry.title, mass_g=entry.mass, way=entry.way)
            for _, entry in draft.of("cargo", aboard.CargoEntry)
        ),
        crew_day=_crew_day(draft),
        task_list=tuple(_list_item(entry, flight) for entry in written if entry.task_list),
        boosts=tuple(PlannedBoost(span=Span(one.opens, one.closes), reason=one.reason) for one in programme.boosts),
    )


def _once(draft: Draft, name: str, model: type[_Model]) -> _Model:
    found = draft.once(name, model)
    assert found is not None, f"a draft without problems has the section {name}"
    return found[1]


def _crew_day(draft: Draft) -> CrewDaySource | None:
    found = draft.once("crew_day", the.CrewDaySection)
    if found is None:
        return None
    said = found[1]
    return CrewDaySource(id=said.id, title=said.title, source=said.source, licence=said.licence, as_of=said.date)


def _limits(draft: Draft) -> tuple[Limits, ...]:
    found, minutes = draft.once("rules", RulesSection), draft.once("hosts_minutes", the.HostsMinutesSection)
    every = figures(found[1] if found else None)
    if minutes is not None and minutes[1].a_day is not None:
        every["CRW-09"] = {"max_host_min": float(minutes[1].a_day)}
    return tuple(Limits(rule=rule, params=params) for rule, params in every.items())


def _hosts_minutes(draft: Draft) -> HostsMinutes | None:
    found = draft.once("hosts_minutes", the.HostsMinutesSection)
    return None if found is None else hosts_minutes_of(found[1])


def _agency(entry: the.AgencyEntry) -> Agency:
    return Agency(id=entry.id, name=entry.title, role=entry.role, zone=entry.zone)


def _person(entry: the.PersonEntry) -> Person:
    return Person(
        id=entry.id,
        title=entry.title,
        agency=entry.agency,
        function=entry.function,
        languages=tuple(entry.languages),
        qualifications=tuple(entry.qualifications),
        certificates=tuple(
            HeldCertificate(certificate=held.certificate, valid_from=held.valid_from, valid_until=held.valid_until)
            for held in entry.certificates
        ),
        calendars=tuple(entry.calendars),
        backs_up=entry.backs_up,
    )


def _calendar(entry: the.CalendarEntry, years: tuple[int, int]) -> Calendar:
    choice = entry.public_holidays
    holidays = public_holidays(choice.country, choice.only, years) if choice is not None else ()
    closed = sorted([*map(range_of, entry.closed), *holidays], key=lambda days: (days.first, days.last, days.reason))
    return Calendar(
        id=entry.id,
        zone=entry.zone,
        weekdays=tuple(sorted(entry.weekdays)),
        hours=tuple(entry.hours),
        closed=tuple(closed),
        shorter=tuple(ShorterDays(days=range_of(stretch), hours=tuple(stretch.hours)) for stretch in entry.shorter),
    )


def _flight(flight: the.FlightSection, catalogue: Catalogue) -> FlightRequest:
    return FlightRequest(
        launch_window=Span(flight.launch_window.opens, flight.launch_window.closes),
        stay_min=flight.stay,
        stay_tolerance_min=flight.stay_tolerance,
        ship_up=ship_of_type(catalogue, flight.ship_up.type, flight.ship_up.id),
        ship_down=ship_of_type(catalogue, flight.ship_down.type, flight.ship_down.id),
        pad=flight.pad,
        landing_site=flight.landing_site,
        landing_by_daylight=flight.landing_by_daylight,
        profiles=tuple(flight.profiles),
        return_profile=flight.return_profile,
        crew_up=tuple(flight.crew_up),
        crew_aboard=tuple(flight.crew_aboard),
        crew_down=tuple(flight.crew_down),
        guest=flight.guest,
        seats=tuple(Seat(person=seat.person, ship=seat.ship) for seat in flight.seats),
    )


def _sites(
    catalogue: Catalogue, flight: the.FlightSection, needs: Sequence[Activity | Resource], prayer: PrayerTimes | None
) -> tuple[Site, ...]:
    """The sites that something in the programme refers to, in the catalogue's order."""
    named = {flight.pad, flight.landing_site}
    named |= {a.window.of for a in needs if a.window and a.window.kind != "prayer" and a.window.of}
    named |= {prayer.place} if prayer else set()
    return tuple(site for site in catalogue.sites if site.id in named)


def _relays(catalogue: Catalogue, station: Station) -> tuple[Relay, ...]:
    return tuple(relay for relay in catalogue.relays if relay.id in station.relays)


def promised_activity(kind: ActivityKind) -> bool:
    """Whether an activity counts as promised where nobody says: somebody on the ground waits for it."""
    return kind in ("link", "outreach")


def activity_of(entry: aboard.ActivityEntry, flight: the.FlightSection) -> Activity:
    """The activity of a sound entry, its groups as people."""
    between = entry.starts_between
    flight_days, days_before_end = flight_days_of(entry, flight)
    return Activity(
        id=entry.id,
        title=entry.title,
        kind=entry.kind,
        duration_min=entry.duration,
        who=tuple(_need(need, flight) for need in entry.who),
        repeat=entry.repeat,
        times=times_of(entry),
        flight_days=flight_days,
        days_before_end=days_before_end,
        starts_between=(between[0], between[1]) if between is not None else None,
        prefer=entry.prefer,
        uses=tuple(Use(resource=use.resource, amount=use.amount) for use in entry.uses),
        window=_window(entry.window),
        after=tuple(map(after_of, entry.after)),
        spacing_min=entry.spacing.min,
        spacing_max_min=entry.spacing.max,
        same_people_as=tuple(entry.same_people_as),
        other_people_than=tuple(entry.other_people_than),
        apart_from=tuple(entry.apart_from),
        work=entry.work,
        guest_programme=entry.guest_programme,
        quiet=entry.quiet,
        optional=entry.optional,
        value=entry.value,
        promised=promised_activity(entry.kind) if entry.promised is None else entry.promised,
        milestone=entry.milestone,
        on_waking_min=entry.on_waking,
        fasting_min=entry.fasting,
        consumes=tuple(Use(resource=use.resource, amount=use.amount) for use in entry.consumes),
        yields=tuple(map(_sample, entry.yields)),
        stows=tuple(entry.stows),
        packs=tuple(entry.packs),
        moves_liners=candidates(entry.moves_liners, flight),
        checks_fit=candidates(entry.checks_fit, flight),
        pace=None if entry.pace is None else Pace(**entry.pace.model_dump()),
        source=entry.source,
        flexible=entry.flexible,
        get_ahead=entry.get_ahead,
    )


def _need(need: aboard.NeedEntry, flight: the.FlightSection) -> Need:
    return Need(
        function=need.function,
        candidates=candidates(need.candidates, flight),
        count=need.count,
        certificate=need.certificate,
    )


def _list_item(entry: aboard.ActivityEntry, flight: the.FlightSection) -> ListItem:
    return ListItem(
        id=entry.id,
        title=entry.title,
        kind=entry.kind,
        duration_min=entry.duration,
        who=_need(entry.who[0], flight),
        due_day=entry.due,
        uses=tuple(Use(resource=use.resource, amount=use.amount) for use in entry.uses),
        source=entry.source,
    )


def _sample(entry: aboard.SampleEntry) -> Sample:
    return Sample(
        sample=entry.sample,
        mass_g=entry.mass,
        life_min=entry.life,
        stowed_min=entry.stowed,
        returns=entry.returns,
        kept_in=None if entry.kept_in is None else Use(resource=entry.kept_in.resource, amount=entry.kept_in.amount),
    )


def _window(entry: aboard.WindowEntry | None) -> WindowNeed | None:
    return None if entry is None else WindowNeed(kind=entry.kind, of=entry.of)


def _resource(entry: aboard.ResourceEntry) -> Resource:
    """Of a stock, all may be in hand at a time, where nobody says otherwise."""
    capacity = entry.capacity or entry.stock or 1
    return Resource(
        id=entry.id,
        title=entry.title,
        capacity=capacity,
        unit=entry.unit,
        stock=entry.stock,
        calendar=entry.calendar,
        window=_window(entry.window),
        source=entry.source,
    )


def _prayer(draft: Draft) -> PrayerTimes | None:
    found = draft.once("prayer", aboard.PrayerSection)
    if found is None:
        return None
    prayer = found[1]
    blocks = tuple(PrayerBlock(id=b.id, title=b.title, opens=b.opens, closes=b.closes) for b in prayer.blocks)
    known = AUTHORITIES.get(prayer.authority)
    twilight_deg = prayer.twilight if prayer.twilight is not None else known.twilight_deg if known is not None else None
    assert twilight_deg is not None, "an authority that nobody knows is a problem"
    return PrayerTimes(
        authority=prayer.authority if known is None else known.title,
        place=prayer.place,
        twilight_deg=twilight_deg,
        blocks=blocks,
        source=known.source if known is not None and prayer.twilight is None else "",
    )
