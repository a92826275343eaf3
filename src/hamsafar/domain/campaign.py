"""A selection campaign: organisations, people by role, what is asked, stages, boards, who owes what to whom when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import attrs
from attrs import frozen

from hamsafar.domain.people import Agency

Right = Literal["office", "assessor", "board", "medical", "auditor", "data-protection"]
FieldKind = Literal["text", "number", "date", "choice", "choices", "yes-no"]
Combining = Literal["hurdles", "compensatory", "mixed"]
Reach = Literal["prime", "backup", "each", "any"]


@frozen(kw_only=True)
class Role:
    """Somebody who works in the campaign, by role. Ids are roles (`assessor-07`), never names."""

    id: str
    title: str
    organisation: str
    rights: tuple[Right, ...]
    languages: tuple[str, ...] = ()
    expertise: tuple[str, ...] = ()  # tests or fields they can judge; any if empty
    away: tuple[tuple[date, date], ...] = ()  # first and last day of each absence
    most_candidates: int | None = None  # in one stage
    home: str | None = None  # place they travel from; None: no travel


@frozen(kw_only=True)
class Option:
    """One answer of a choice, in the order in which they are ranked where a criterion says `at_least`."""

    id: str
    title: str
    also: tuple[str, ...] = ()  # other spellings in exports


@frozen(kw_only=True)
class Field:
    """One thing an application says."""

    id: str
    title: str
    kind: FieldKind
    unit: str | None = None  # of a number: the unit it is kept in
    options: tuple[Option, ...] = ()
    columns: tuple[str, ...] = ()  # headings it comes under, besides id and title
    required: bool = False
    identifies: bool = False  # tells who somebody is: kept from assessors and boards
    same_person: bool = False  # two applications with the same value may be of one person
    group: bool = False  # fairness is looked at by it; never shown to assessors


@frozen(kw_only=True)
class Criterion:
    """One condition on one field. A value within `band` of a limit, on either side, goes to a second look."""

    id: str
    title: str
    field: str
    minimum: float | None = None  # number: in the field's unit; date: age in whole years, reached on `on`
    maximum: float | None = None  # inclusive; of ages: the last whole year still allowed
    on: date | None = None  # the day ages count on
    at_least: str | None = None  # an option: it or a later one
    one_of: tuple[str, ...] = ()  # options or texts
    holds: bool | None = None  # of yes-no
    band: float = 0.0  # number: in the field's unit; age: in years
    only_for: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)  # field → options it is asked of
    source: str = ""


@frozen(kw_only=True)
class Item:
    """One thing that is marked in a test, with its weight within the test."""

    id: str
    title: str
    weight: float = 1.0


@frozen(kw_only=True)
class Test:
    """One test, interview or paper: its items are marked on one scale by so many assessors a candidate."""

    id: str
    title: str
    items: tuple[Item, ...]
    lowest: float = 0.0
    highest: float = 100.0
    assessors: int = 1  # who mark each candidate; 0: a machine or a paper gives the score (assessor id = test id)
    pass_mark: float | None = None  # a hurdle on the test's weighted mean
    weight: float = 1.0  # among the stage's tests where they compensate
    duration_min: int | None = None  # of a candidate's appointment; None: none is made
    room: str | None = None  # kind of room or facility it needs
    language: str | None = None  # of its instructions
    skill: str | None = None  # what a good score shows, in the words of the flight's needs


@frozen(kw_only=True)
class Room:
    """A room or facility of some kind where so many candidates are seen at once."""

    id: str
    title: str
    kind: str
    place: str
    capacity: int = 1


@frozen(kw_only=True)
class Board:
    """Who decides: the ranking advises, the board answers for it."""

    id: str
    title: str
    chair: str  # a role
    members: tuple[str, ...]  # roles, the chair among them or not
    quorum: int


@frozen(kw_only=True)
class HandOver:
    """What one organisation passes to the other after a stage, and until when."""

    to: str  # an organisation
    fields: tuple[str, ...]  # of the applications
    scores: bool  # adjusted scores with their intervals
    due: date


@frozen(kw_only=True)
class Stage:
    """One stage: who runs it, when, what it looks at, how it is combined, who decides, who waits for what."""

    id: str
    title: str
    run_by: str  # an organisation
    begins: date
    ends: date
    answer_due: date  # until then each candidate knows
    criteria: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()
    combining: Combining = "hurdles"
    places: int | None = None  # how many may go on; None: all who pass
    reserves: int = 0
    board: str | None = None  # None: the criteria decide
    medical: bool = False  # needs a medical verdict: fit, fit with waiver, not fit
    mixing: int = 0  # least number of candidates that any two assessors of a test should both reach, through others too
    rooms: tuple[str, ...] = ()
    day_begins_min: int = 9 * 60  # of test days, on the running organisation's clock
    day_ends_min: int = 17 * 60
    breaks_min: tuple[tuple[int, int], ...] = ((12 * 60, 13 * 60),)  # in which nobody is seen, on the same clock
    passes_on: HandOver | None = None


@frozen(kw_only=True)
class SkillNeed:
    """What the flight needs of the pair: a skill, how good, and of whom."""

    skill: str
    title: str
    at_least: float  # on the scale of the test that shows it, or 1 for a skill simply had
    of: Reach = "any"
    weight: float = 1.0  # of what is above the least
    source: str = ""


@frozen(kw_only=True)
class CohortRule:
    """How the last choice is made: seats, and the skills they cover together."""

    seats: tuple[str, ...]  # ids of the trainees they become: trainee-prime, trainee-backup
    needs: tuple[SkillNeed, ...] = ()
    programme: str | None = None  # folder of the flight's programme, beside the campaign


@frozen(kw_only=True)
class PopulationShare:
    """How a field is spread in a group of people who might apply, so that exclusion shows before anybody does."""

    field: str
    group: Mapping[str, str]  # {sex: female}
    mean: float | None = None  # of numbers and ages: normal
    sd: float | None = None
    shares: Mapping[str, float] = attrs.field(factory=dict)  # of choices: option → share
    source: str = ""


@frozen(kw_only=True)
class Retention:
    """Until when personal data are kept: of those not chosen and of those chosen."""

    not_chosen: date
    chosen: date


@frozen(kw_only=True)
class Campaign:
    """All that is fixed before anybody applies."""

    id: str
    title: str
    opens: date
    closes: date  # last day applications count, in the zone of the first stage's organisation
    organisations: tuple[Agency, ...]
    roles: tuple[Role, ...]
    fields: tuple[Field, ...]
    criteria: tuple[Criterion, ...]
    stages: tuple[Stage, ...]
    boards: tuple[Board, ...]
    rooms: tuple[Room, ...]
    retention: Retention
    cohort: CohortRule | None = None
    population: tuple[PopulationShare, ...] = ()
    template: str | None = None  # of the catalogue, that it was built on
