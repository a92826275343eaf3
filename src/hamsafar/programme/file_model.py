"""A programme file as a whole: every section, all of them optional, because a programme may be spread over files."""

from __future__ import annotations

from typing import Any

from pydantic import Field, create_model

from hamsafar.programme import sections as the
from hamsafar.programme import sections_aboard as aboard
from hamsafar.programme.catalogue_section import catalogue_model
from hamsafar.programme.entry import Entry
from hamsafar.programme.rules_section import RulesSection

# Sections that occur once, and sections that are lists; in the order in which people read them.
ONCE: dict[str, tuple[type[Entry], str]] = {
    "programme": (the.ProgrammeSection, "The programme itself (once)."),
    "flight": (the.FlightSection, "What is asked of the flight (once)."),
    "hosts_minutes": (the.HostsMinutesSection, "The hosts' help for the guest's programme that was agreed (once)."),
    "training": (the.TrainingSection, "The frame of the term (once); left out when the term is done."),
    "syllabus": (the.SyllabusSection, "What the syllabus in these files is called, and where it comes from (once)."),
    "crew_day": (the.CrewDaySection, "What the crew day in these files is called, and where it comes from (once)."),
    "prayer": (aboard.PrayerSection, "Whose rule gives the prayer times (once)."),
    "rules": (RulesSection, "Other figures for rules (once)."),
    "catalogue": (catalogue_model(), "What the catalogue says, said otherwise or added (once)."),
}
LISTS: dict[str, tuple[type[Entry], str]] = {
    "agencies": (the.AgencyEntry, "The organisations that take part."),
    "people": (the.PersonEntry, "Everybody, by role."),
    "certificates": (the.CertificateEntry, "What passing a subject proves."),
    "calendars": (the.CalendarEntry, "When people are at work and places are open."),
    "training_sites": (the.TrainingSiteEntry, "The places where training is held; the first is the base."),
    "classes": (the.ClassEntry, "The classes of the syllabus."),
    "facilities": (the.FacilityEntry, "Rooms, devices and grounds for training."),
    "subjects": (the.SubjectEntry, "The subjects and their sessions."),
    "milestones": (the.MilestoneEntry, "The road to the flight beside the training: reviews, deliveries, approvals."),
    "resources": (aboard.ResourceEntry, "What is shared aboard."),
    "activities": (aboard.ActivityEntry, "What is done aboard."),
    "cargo": (aboard.CargoEntry, "What goes up and down for the guest whatever is done aboard."),
}
NEEDED = ("programme", "agencies", "people", "flight")


def _file_model() -> type[Entry]:
    fields: dict[str, Any] = {name: (model, Field(None, description=about)) for name, (model, about) in ONCE.items()}
    for name, (model, about) in LISTS.items():
        fields[name] = (list[model], Field([], description=about))  # type: ignore[valid-type]  # of a table
    about = "One file of a Hamsafar programme: any of its sections. See docs/reference/programme-files.md."
    made: type[Entry] = create_model("ProgrammeFile", __base__=Entry, __doc__=about, **fields)
    return made


ProgrammeFile = _file_model()
