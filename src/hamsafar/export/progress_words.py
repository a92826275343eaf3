"""Progress, risks and readiness in people's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from hamsafar.domain.plan import Plan
from hamsafar.domain.progress import Gap, Mishap, Readiness, Risk
from hamsafar.export.words import clean, dated
from hamsafar.timeline import zone

_DAY = "%-d %b %Y"


def day_text(day: date) -> str:
    """`22 Feb 2027`."""
    return dated(day, _DAY)


def risk_text(risk: Risk) -> str:
    """What may go wrong, or has."""
    day = "" if risk.day is None else day_text(risk.day)
    return {
        "missed": "missed, and not placed again",
        "failed": "failed, and not placed again",
        "not placed": "asked for, and not in the plan",
        "not valid": f"needed on {day}, and not valid then",
        "late certificate": f"comes {_ahead(risk.spare_d or 0)} it is needed, {day}",
        "no room for a re-sit": f"if it is failed, it can't be sat again by {day}",
        "last possible day": f"on the last day on which it can be held, {day}",
    }[risk.kind]


def gap_text(gap: Gap) -> str:
    """What the backup lacks, and when."""
    when = f"from {day_text(gap.first)} to {day_text(gap.last)}"
    if gap.kind == "certificate":
        return clean(f"the certificate {gap.title} is not valid {when}")
    return clean(f"the session {gap.title} ({gap.of}) was not held for them: lacking {when}")


def readiness_text(plan: Plan, readiness: Readiness) -> str:
    """`Backup trainee can fly instead of Prime trainee, on whichever day from 10 Apr 2027 to 4 Jun 2027 they leave.`"""
    titles = {one.id: one.title for one in plan.programme.people}
    who = clean(f"{titles[readiness.backup]} can fly instead of {titles[readiness.prime]}")
    first, last = (day_text(readiness.days[n].day) for n in (0, -1))
    open_ = [one.day for one in readiness.days if one.feasible]
    if len(open_) == len(readiness.days):
        return f"{who}, on whichever day from {first} to {last} the swap falls."
    lacking = "; ".join(gap_text(gap) for gap in readiness.gaps)
    if not open_:
        return f"{who} on no day from {first} to {last}: {lacking}."
    return f"{who} where the swap falls on {_stretches(open_)}; on the other days from {first} to {last}: {lacking}."


def _stretches(days: Sequence[date]) -> str:
    """`10 Apr 2027 to 3 May 2027 and 9 May 2027`."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return " and ".join(_run(run) for run in runs)


def _run(run: Sequence[date]) -> str:
    return day_text(run[0]) if len(run) == 1 else f"{day_text(run[0])} to {day_text(run[-1])}"


def _ahead(days: int) -> str:
    return "on the very day on which" if days == 0 else f"{days} day{'s' if days != 1 else ''} before the day on which"


def mishap_text(one: Mishap, zone_name: str) -> str:
    """`failed on Tue 15 Dec 2026 (mark 42), to be sat again on Sat 19 Dec 2026 17:00`."""
    when = dated(one.when.start.datetime(zone(zone_name)), f"%a {_DAY}")
    note = f" ({one.note})" if one.note else ""
    return clean(f"{one.outcome} on {when}{note}, {_again(one, zone_name)}")


def _again(one: Mishap, zone_name: str) -> str:
    if one.again is None:
        return "not placed again"
    word = "sat again" if one.outcome == "failed" else "made up"
    when = dated(one.again.start.datetime(zone(zone_name)), f"%a {_DAY} %H:%M")
    return f"{word} on {when}" if one.made_up else f"to be {word} on {when}"


def titles_of(gaps: Iterable[Gap]) -> str:
    """The names of what is lacking."""
    return clean("; ".join(gap.title for gap in gaps))
