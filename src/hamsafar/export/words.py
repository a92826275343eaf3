"""Words and marks: what people read for kinds, durations and sigmas, and texts made safe to print."""

from __future__ import annotations

import unicodedata
from datetime import date
from math import floor

from attrs import frozen

from hamsafar.domain.plan import Basis, Placement, Plan


@frozen
class Group:
    """Kinds drawn alike: a colour and a pattern (by the group's key in the style sheet)."""

    key: str
    title: str
    kinds: tuple[tuple[str, str], ...]  # kind, its two letters for narrow bars


CREW_GROUPS = (
    Group("slp", "Sleep", (("sleep", "Sl"),)),
    Group("eat", "Meals and care", (("meal", "Me"), ("hygiene", "Hy"), ("medical", "Md"))),
    Group("exr", "Exercise", (("exercise", "Ex"),)),
    Group("own", "Own time", (("prayer", "Pr"), ("family", "Fa"), ("free", "Fr"))),
    Group("exp", "Experiments", (("experiment", "Xp"),)),
    Group("lnk", "Links and outreach", (("link", "Li"), ("outreach", "Ou"), ("photography", "Ph"))),
    Group(
        "xch",
        "Arrival, handover, return",
        (
            ("arrival", "Ar"),
            ("safety", "Sa"),
            ("handover", "Ho"),
            ("transfer", "Tr"),
            ("descent", "De"),
            ("farewell", "Fw"),
        ),
    ),
    Group("upk", "Station and planning", (("conference", "Co"), ("housekeeping", "Hk"), ("station-work", "Sw"))),
)
TRAINING_GROUPS = (
    Group("thy", "Theory, self-study", (("theory", "Th"), ("self-study", "Ss"))),
    Group("lng", "Language", (("language", "La"),)),
    Group("prc", "Practice", (("practice", "Pc"),)),
    Group("sim", "Simulation, drill", (("simulation", "Si"), ("drill", "Dr"))),
    Group("bod", "Physical, medical", (("physical", "Py"), ("medical", "Md"))),
    Group("exm", "Exam", (("exam", "Xm"),)),
    Group("trv", "Travel", (("travel", "Tv"),)),
)
_UNKNOWN = ("oth", "··")


def _by_kind(groups: tuple[Group, ...]) -> dict[str, tuple[str, str]]:
    return {kind: (group.key, code) for group in groups for kind, code in group.kinds}


_CAMPAIGN = {"milestone": ("oth", "Ms"), "sleep": _by_kind(CREW_GROUPS)["sleep"]}  # in the term, but no training
_MARKS = {"flight": _by_kind(CREW_GROUPS), "training": _by_kind(TRAINING_GROUPS) | _CAMPAIGN}


def mark(placement: Placement) -> tuple[str, str]:
    """(group key, two letters) that a placement is drawn with."""
    return _MARKS[placement.stage].get(placement.kind, _UNKNOWN)


_NEVER = "\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def clean(text: str, line_end: str = " ") -> str:
    """The text without control characters, which no file format we write may carry; line ends become spaces.

    Nor with those that turn the direction of what stands after them (U+202A to U+202E, U+2066 to U+2069): a title
    would rearrange what is written beside it. Marks and joiners, which scripts need, stay.
    """
    if text.isprintable():  # nothing in it that could have to go
        return text
    return "".join(line_end if c in "\n\r\t\u2028\u2029" else c for c in text if c in "\n\r\t" or _printable(c))


def _printable(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _NEVER


def sigma_text(sigma_s: float | None) -> str:
    """`±41 s`, `±12 min`, `±3.2 h`, `±2.5 d`; `sigma unknown` where the phase is not known."""
    if sigma_s is None:
        return "sigma unknown"
    for limit, size, unit in ((120, 1, "s"), (7_200, 60, "min"), (172_800, 3_600, "h")):
        if sigma_s < limit:
            value = sigma_s / size
            return f"±{value:.1f} {unit}" if value < 10 and unit != "s" else f"±{value:.0f} {unit}"
    return f"±{sigma_s / 86_400:.1f} d"


def duration_text(minutes: float) -> str:
    """`35 min`, `2 h`, `2 h 30 min`."""
    hours, rest = divmod(round(minutes), 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
    return " ".join(parts)


def dated(moment: date, pattern: str) -> str:
    """`strftime`, with `%-d` (the day without a zero in front) on every system."""
    return moment.strftime(pattern.replace("%-d", str(moment.day)))


def basis_of(plan: Plan, placement: Placement) -> Basis | str:
    """What a placement's time rests on: `calendar` on the ground, the trajectory's basis aboard."""
    return plan.trajectory.basis if placement.stage == "flight" else "calendar"


def people_text(plan: Plan, placement: Placement) -> str:
    """`Prime trainee (operator), Flight engineer (assistant)`."""
    titles = {person.id: person.title for person in plan.programme.people}
    return ", ".join(f"{titles.get(one.person, one.person)} ({one.function})" for one in placement.people)


def people_short(plan: Plan, placement: Placement) -> str:
    """The same without the functions that go without saying: attending, and teaching by an instructor."""
    by_id = {person.id: person for person in plan.programme.people}
    named = []
    for one in placement.people:
        person = by_id.get(one.person)
        plain = one.function == "attendee" or (person is not None and one.function == person.function)
        title = person.title if person else one.person
        named.append(title if plain else f"{title} ({one.function})")
    return ", ".join(named)


def facility_titles(plan: Plan) -> dict[str, str]:
    """Ids of facilities and shared resources to what people call them."""
    term = plan.programme.term
    facilities = {facility.id: facility.title for facility in term.facilities} if term else {}
    return facilities | {resource.id: resource.title for resource in plan.programme.resources}


def text_width_px(text: str, size_px: float) -> float:
    """How wide a text is in a usual sans-serif face, a little generously; wide (CJK) characters are an em."""
    return sum(map(_width_em, text)) * size_px


def _width_em(character: str) -> float:
    for characters, width in _WIDTHS_EM:
        if character in characters:
            return width
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.59


# Advance widths of Noto Sans, rounded up; system faces are as wide or narrower.
_WIDTHS_EM = (("ijlI.,:;'!|() ", 0.3), ("frt-/J·", 0.42), ("ABCDGHKNOQRUVX&", 0.73), ("mMwW@%—…", 0.94))


def fit(text: str, width_px: float, size_px: float) -> str:
    """The text cut to a width, ending in an ellipsis when cut; empty when fewer than three letters would stay."""
    if text_width_px(text, size_px) <= width_px:
        return text
    room = width_px - 0.94 * size_px
    for length in range(min(len(text), floor(max(room, 0) / (0.3 * size_px)) + 1), 2, -1):
        if text_width_px(text[:length], size_px) <= room:
            return text[:length].rstrip() + "…"
    return ""
