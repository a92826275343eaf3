"""Conflicts in plain words: what rules and facts, taken together, can't hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import evolve, frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.history import History, said_of_last_boost
from hamsafar.domain.programme import Programme
from hamsafar.planning.hosts_minutes import ALL_HOSTS, agreed_min, flight_day_of
from hamsafar.planning.pace.lengths import paced, planned_lengths, planned_min
from hamsafar.rules import BOOK
from hamsafar.schedule.tasks import Tag
from hamsafar.timeline import Instant

_WANTED = "CMP-01"
_SHOWN = 4  # details named one by one before the rest is only counted
_Phrase = Callable[[Programme, str], str]


@frozen(kw_only=True)
class Clash:
    """One sentence of a conflict, and the tags that it speaks for: all of one rule."""

    rule: str
    tags: tuple[Tag, ...]
    sentence: str
    where: tuple[str, ...] = ()  # lines of the programme's files that it speaks of, where they are known

    @property
    def source(self) -> str:
        """Who says so: the source of its first tag that has one, else that of the rule."""
        said = next((tag.source for tag in self.tags if tag.source), "")
        return said or (BOOK[self.rule].source if self.rule in BOOK else "")


def describe(programme: Programme, tags: Iterable[Tag]) -> tuple[str, ...]:
    """The sentences of `clashes`."""
    return tuple(clash.sentence for clash in clashes(programme, tags))


def clashes(programme: Programme, tags: Iterable[Tag]) -> tuple[Clash, ...]:
    """One sentence for each rule and place among the tags: rule id, what it asks there, the facts.

    `TRN-05: trainee-prime trains at most 40 h a week; week of 2027-02-08`. What is wanted (CMP-01) comes first, then
    by rule and place.
    """
    grouped: dict[tuple[str, str], list[Tag]] = {}
    for tag in sorted(set(tags)):
        grouped.setdefault((tag.rule, tag.place), []).append(tag)
    wanted = {place: found for (rule, place), found in grouped.items() if rule == _WANTED}
    said: list[Clash] = []
    if len(wanted) > _SHOWN:  # a conflict of load names dozens of sessions: one sentence for all
        every = tuple(tag for found in wanted.values() for tag in found)
        said.append(Clash(rule=_WANTED, tags=every, sentence=_all_wanted(programme, list(wanted))))
    for (rule, place), found in grouped.items():
        if rule == _WANTED and len(wanted) > _SHOWN:
            continue
        details = [tag.detail for tag in found if tag.detail]
        said.append(Clash(rule=rule, tags=tuple(found), sentence=_sentence(programme, rule, place, details)))
    return tuple(said)


def said_of_history(history: History, as_of: Instant | None) -> str:
    """What a forecast knows of the past: `57 element sets since 2026-03-14; boosted by 4.1 km about 8 May; …`."""
    first, used, left_out = history.sets[0].epoch, len(history.sets), len(history.rejected)
    since = f"{used} element sets since {first.iso()[:10]}" if used > 1 else f"One element set, of {first.iso()[:10]}"
    not_trusted = f" ({left_out} more not trusted)" if left_out else ""
    return f"{since}{not_trusted}; {said_of_last_boost(history, as_of)}."


def _sentence(programme: Programme, rule: str, place: str, details: list[str]) -> str:
    phrase = _PHRASES[rule](programme, place) if rule in _PHRASES and place else _from_book(programme, rule, place)
    return f"{rule}: {phrase}" + (f"; {_listed(rule, details)}" if details else "")


def _listed(rule: str, details: list[str]) -> str:
    lead = _LEADS.get(rule, "")
    named = ", ".join(details[:_SHOWN])
    rest = len(details) - _SHOWN
    return f"{lead}{named}" + (f" and {rest} more" if rest > 0 else "")


def _from_book(programme: Programme, rule: str, place: str) -> str:
    """The rule's own sentence with its figures, and the place."""
    sentence = BOOK[rule].sentence.rstrip(".") if rule in BOOK else rule
    figures = ", ".join(f"{_spoken(name)} {_figure(programme, rule, name)}" for name in _params(rule))
    return sentence + (f" ({figures})" if figures else "") + (f"; {place}" if place else "")


def _params(rule: str) -> tuple[str, ...]:
    return tuple(BOOK[rule].params) if rule in BOOK else ()


_UNITS = {"_min": "min", "_h": "h", "_d": "d", "_s": "s", "_deg": "deg", "_km": "km", "_kg": "kg"}


def _spoken(name: str) -> str:
    """A parameter's name without its unit: `max_day_min` → `max day`."""
    suffix = next((end for end in _UNITS if name.endswith(end)), "")
    return name.removesuffix(suffix).replace("_", " ")


def _figure(programme: Programme, rule: str, name: str) -> str:
    """A rule's figure in this programme, with its unit; whole hours as hours."""
    value = _limit(programme, rule, name)
    unit = next((unit for end, unit in _UNITS.items() if name.endswith(end)), "")
    return _hours(value) if unit == "min" else f"{value:g} {unit}".rstrip()


def _limit(programme: Programme, rule: str, name: str) -> float:
    """The programme's figure; the rule book's where the programme carries none."""
    try:
        return programme.limit(rule, name)
    except (KeyError, StopIteration):
        return BOOK[rule].params[name].default


def _by_figure(words: str, name: str, per: str) -> Callable[[str], _Phrase]:
    def of_rule(rule: str) -> _Phrase:
        return lambda programme, place: f"{place} {words} {_figure(programme, rule, name)}{per}"

    return of_rule


def _all_wanted(programme: Programme, places: list[str]) -> str:
    lengths = [length for place in places if (length := _length(programme, place)) is not None]
    named = f"{', '.join(places[:_SHOWN])} and {len(places) - _SHOWN} more"
    return f"{_WANTED}: {len(places)} placements, {_hours(sum(lengths))} in all, must be in the plan; {named}"


def _wanted(programme: Programme, place: str) -> str:
    """`diving/dive (180 min) must be in the plan`, for sessions and activities alike; of an activity, its order."""
    if any(one.id == place for one in programme.activities):
        return f"the times of {place} follow each other by their numbers"
    length = _length(programme, place)
    if length is None:
        return f"{place} must be in the plan"
    longer = newcomers_min(programme, place)
    pace = "" if longer is None else f", {longer} at a newcomer's pace"
    return f"{place} ({length} min{pace}) must be in the plan"


def newcomers_min(programme: Programme, place: str) -> int | None:
    """Minutes planned for the guest's first time of something (CRW-10, CRW-20); None where no longer."""
    found = _learned(programme, place)
    longer = None if found is None else planned_min(programme, found, 1)
    return longer if longer is not None and found is not None and longer > found.duration_min else None


def ground_min(programme: Programme, place: str, minutes: int) -> int:
    """What something of so many minutes takes those who know it: a newcomer's time back to the ground figure."""
    found = _learned(programme, place)
    return minutes if found is None or minutes not in planned_lengths(programme, found) else found.duration_min


def most_ground_min(programme: Programme, place: str, minutes: int) -> int:
    """The longest ground figure for which a newcomer's first time is planned within so many minutes; 0 if none is."""
    found = _learned(programme, place)
    if found is None:
        return minutes
    lengths = range(minutes, 0, -1)
    return next((one for one in lengths if planned_min(programme, evolve(found, duration_min=one), 1) <= minutes), 0)


def _learned(programme: Programme, place: str) -> Activity | None:
    """The activity that a placement is an occurrence of, where the guest may learn it by repetition."""
    guest, of = programme.flight.guest, place.partition("@")[0].partition("#")[0]
    found = next((one for one in programme.activities if one.id == of and paced(one)), None)
    return found if found is not None and any(guest in need.candidates for need in found.who) else None


def _length(programme: Programme, place: str) -> int | None:
    """Minutes of the session or activity that a placement is an occurrence of."""
    of = place.partition("@")[0].partition("#")[0]
    for activity in programme.activities:
        if activity.id == of:
            return activity.duration_min
    sessions = [] if programme.term is None else [one for found in programme.term.subjects for one in found.sessions]
    for milestone in programme.milestones:
        if milestone.placement == of:
            return milestone.duration_min
    return next((session.duration_min for session in sessions if session.id == of), None)


def said_length(minutes: float) -> str:
    """`7 d 3 h 20 min`: a length of time as people say it; parts that are 0 are left out."""
    whole = round(minutes)
    parts = ((whole // 1_440, "d"), (whole // 60 % 24, "h"), (whole % 60, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"


def _hours(minutes: float) -> str:
    return f"{minutes / 60:g} h" if minutes >= 60 and minutes % 60 == 0 else f"{minutes:g} min"


_PHRASES: dict[str, _Phrase] = {
    "PPL-01": lambda _, place: f"{place} does one thing at a time",
    "PPL-02": lambda _, place: f"{place} is planned for nothing while away",
    "RES-02": lambda _, place: f"{place} is not used while it is shut",
    "RES-03": lambda _, place: f"{place} is used only while it is there",
    "RES-04": lambda programme, place: f"{place} holds no more than {_capacity(programme, place)} at a time",
    "PIN-01": lambda _, place: f"{place} stays where it is",
    "HST-01": lambda _, place: f"{place} lies where the host has fixed it",
    "HST-02": lambda _, place: f"{place} is as the host answered",
    "PST-01": lambda _, place: (
        "nothing begins before now" if place == "now" else f"{place} is in the plan as it happened"
    ),
    "RES-01": lambda programme, place: f"{place} takes no more than {_capacity(programme, place)} at a time",
    "ORD-01": lambda _, place: f"{place} keeps its gap after what comes before it",
    "CMP-01": _wanted,
    "CER-01": lambda _, place: f"{place} holds the certificate that is needed",
    "CER-02": lambda _, place: f"{place} holds until landing what the flight asks for",
    "WIN-01": lambda _, place: f"{place} lies wholly inside one of its windows",
    "CRW-01": _by_figure("sleeps at least", "min_sleep_min", " every night, unbroken")("CRW-01"),
    "CRW-02": lambda programme, place: (
        f"{place} stays awake at most {_figure(programme, 'CRW-02', 'max_awake_min')}, and on the days of launch and "
        f"landing {_figure(programme, 'CRW-02', 'max_awake_event_min')}"
    ),
    "CRW-03": _by_figure("goes to sleep at most", "max_shift_min", " sooner or later than the night before")("CRW-03"),
    "CRW-04": _by_figure("starts meals at least", "min_gap_min", " apart")("CRW-04"),
    "CRW-05": _by_figure("exercises no sooner than", "min_gap_min", " after a meal")("CRW-05"),
    "CRW-06": _by_figure("has no link or interview sooner than", "min_gap_min", " after exercise")("CRW-06"),
    "CRW-07": _by_figure("works at most", "max_work_min", " a day")("CRW-07"),
    "CRW-09": lambda programme, place: (
        f"{place} helps the guest's programme for at most {_hours(programme.host_day_min(place))} a day"
    ),
    "CRW-11": lambda _, place: f"nobody exercises during {place}",
    "CRW-12": lambda _, place: f"{place} falls on its days and starts in its hours",
    "CRW-13": lambda _, place: f"repeats of {place} keep their spacing",
    "CRW-14": lambda _, place: f"{place} is aboard for it",
    "CRW-15": lambda _, place: f"{place} has everybody whom it needs",
    "CRW-17": lambda _, place: f"{place} is done on waking",
    "CRW-18": lambda _, place: f"nothing is eaten for so long before {place}",
    "CRW-19": _by_figure("eats no sooner than", "min_gap_min", " after exercise")("CRW-19"),
    "CRW-21": lambda programme, place: _help_agreed(programme, place),
    "CRW-25": lambda _, place: f"{place} is done by the people it is to be done by",
    "CRW-26": lambda _, place: f"{place} is kept apart",
    "CRW-27": lambda _, place: f"{place}, which needs quiet, keeps clear of docking, undocking and boosts",
    "STO-01": lambda programme, place: f"of {place} no more than {_stock(programme, place)} are used up",
    "SMP-01": lambda _, place: f"{place} lies in cold stowage in time",
    "SMP-02": lambda _, place: f"{place} is packed before the hatch closes, and after it was taken",
    "SMP-03": lambda _, place: f"{place} lands before its life is over",
    "CAR-01": lambda programme, place: (
        f"what goes {place} for the guest weighs no more than {_share(programme, place)}"
    ),
    "SEA-04": lambda _, place: f"{place} has tried the seat in the ship down in time",
    "SEA-05": lambda _, place: f"{place} stays, and has seat liner and suit in a ship that stays",
    "SEA-06": lambda _, place: f"{place} has a seat in a ship that can leave, or is accepted to have none",
    "TRN-01": lambda _, place: f"{place} trains only in working hours",
    "TRN-02": lambda _, place: f"{place} is used only while it is open",
    "TRN-03": lambda _, place: f"sessions keep to their stretch of the term, {place}",
    "TRN-04": _by_figure("trains at most", "max_day_min", " a day")("TRN-04"),
    "TRN-05": _by_figure("trains at most", "max_week_min", " a week")("TRN-05"),
    "TRN-06": _by_figure("rests at least", "min_rest_min", " between two days")("TRN-06"),
    "TRN-07": lambda _, place: f"nothing demanding while recovering from {place}",
    "TRN-08": lambda _, place: f"whoever teaches {place} is qualified for it",
    "TRN-09": lambda _, place: f"who lacks the language gets an interpreter, {place}",
    "TRN-10": lambda _, place: (
        f"{place} keeps out what isn't meant for quarantine"
        if place == "quarantine"
        else f"{place} is outside quarantine"
    ),
    "TRN-11": _by_figure("sits at most", "max_exams", " exams a day")("TRN-11"),
    "TRN-13": _by_figure("trains at most", "max_days_in_row", " days in a row")("TRN-13"),
    "TRN-14": lambda programme, place: (
        f"{place} is at one site at a time"
        if any(person.id == place for person in programme.people)
        else f"what is held at {place} lies in one journey there and back"
    ),
    "TRN-15": lambda _, place: f"{place} is sat again in its time",
    "TRN-16": lambda _, place: f"{place} sleeps every night of quarantine, one way only towards lift-off",
    "MIL-01": lambda _, place: (
        "no milestone is held before the day the plan is made for"
        if place == "today"
        else f"the milestone {place} is held in its time"
    ),
    "MIL-02": lambda _, place: f"{place} waits for its milestone",
}
_LEADS = {
    "CRW-07": "day ",
    "CRW-08": "day ",
    "CRW-09": "day ",
    "TRN-01": "calendar ",
    "TRN-04": "day ",
    "TRN-05": "week of ",
    "TRN-11": "day ",
    "ORD-01": "after ",
}


def _help_agreed(programme: Programme, place: str) -> str:
    """What was agreed of the hosts' help: of all of them or of one in the stay, or of all on a flight day."""
    budget = programme.hosts_minutes
    minutes = None if budget is None else agreed_min(budget, place)
    most = "so much as was agreed" if minutes is None else said_length(minutes)
    one = place != ALL_HOSTS and flight_day_of(place) is None
    who = f"{place} helps" if one else "all hosts together help"
    return f"{who} the guest's programme for at most {most} {help_span(place)}"


def help_span(place: str) -> str:
    """`in the stay`, or `on flight day 3`: what the place of rule CRW-21 is counted in."""
    return "in the stay" if flight_day_of(place) is None else f"on {place}"


def _share(programme: Programme, way: str) -> str:
    """The guest's share up or down, with its figure."""
    figures = {"up": "max_up_kg", "down": "max_down_kg"}
    return _figure(programme, "CAR-01", figures[way]) if way in figures else "their share"


def _stock(programme: Programme, place: str) -> int:
    return next((one.stock or 0 for one in programme.resources if one.id == place), 0)


def _capacity(programme: Programme, place: str) -> int:
    found = {resource.id: resource.capacity for resource in programme.resources}
    if programme.term is not None:
        found |= {facility.id: facility.capacity for facility in programme.term.facilities}
    return found.get(place, 1)
