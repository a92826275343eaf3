"""A folder of programme files → Programme, or every error in it at once."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from hamsafar.catalog import Catalogue
from hamsafar.domain.programme import Programme
from hamsafar.programme.crew_days import with_crew_day
from hamsafar.programme.draft import read_catalogue_draft, read_draft
from hamsafar.programme.hosts_minutes import tell_hosts_minutes
from hamsafar.programme.outside import changed_catalogue, chosen_elements, with_host_plan
from hamsafar.programme.references import names_of, tell_dangling
from hamsafar.programme.resolve import resolved
from hamsafar.programme.sense_activities import tell_activities
from hamsafar.programme.sense_frame import tell_calendars, tell_flight, tell_people, tell_term
from hamsafar.programme.sense_samples import tell_seats
from hamsafar.programme.sense_syllabus import tell_syllabus
from hamsafar.programme.sense_training import tell_training
from hamsafar.programme.syllabi import with_syllabus
from hamsafar.timeline import Instant


def read_programme(folder: Path, *, as_of: Instant | None = None) -> Programme:
    """The programme that a folder holds (docs/reference/programme-files.md), resolved against the catalogue.

    `as_of`, where given, stands for the programme's own: elements of later epochs are not looked at.
    Raises InputErrors with every error found in all files, in reading order, each `file:line:column path`, the
    file under the folder's name as given. Nothing is executed and nothing outside the folder is opened.
    """
    draft = with_crew_day(with_syllabus(read_draft(Path(folder))))
    catalogue = changed_catalogue(draft)
    tell_dangling(draft, names_of(draft, catalogue))
    tell_calendars(draft)
    tell_people(draft)
    tell_flight(draft, catalogue)
    tell_seats(draft)
    tell_hosts_minutes(draft)
    tell_term(draft)
    tell_training(draft)
    tell_syllabus(draft)
    tell_activities(draft, catalogue)
    elements = chosen_elements(draft, catalogue, as_of)
    draft.problems.raise_if_any()
    assert elements is not None, "missing elements are a problem"
    programme = with_host_plan(draft, resolved(draft, catalogue, elements))
    draft.problems.raise_if_any()
    return programme if as_of is None else evolve(programme, as_of=as_of)


def read_catalogue(path: Path) -> Catalogue:
    """The bundled catalogue, changed as a file says that is one section `catalogue`, written as in a programme.

    Raises InputErrors with every error found in it, in reading order, each `file:line:column path`.
    """
    draft = read_catalogue_draft(Path(path))
    catalogue = changed_catalogue(draft)
    draft.problems.raise_if_any()
    return evolve(catalogue, file=str(path))
