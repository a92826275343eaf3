"""Hamsafar plans a guest astronaut's flight, from the first training day to the landing, and verifies the plan.

The names below are the public Python API; they mirror the commands one to one and load what they need when used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from hamsafar._version import __version__

_PUBLIC = {
    "plan": "hamsafar.app.planning",
    "Options": "hamsafar.app.planning",
    "Planned": "hamsafar.app.planning",
    "NoPlan": "hamsafar.app.planning",
    "Undecided": "hamsafar.app.planning",
    "verify_plan": "hamsafar.app.verifying",
    "refresh": "hamsafar.app.refreshing",
    "Refresh": "hamsafar.app.refreshing",
    "replan": "hamsafar.app.replanning",
    "Replan": "hamsafar.app.replanning",
    "attendance": "hamsafar.app.attending",
    "Attendance": "hamsafar.app.attending",
    "requests": "hamsafar.app.requesting",
    "Requests": "hamsafar.app.requesting",
    "why": "hamsafar.app.asking_why",
    "Why": "hamsafar.app.asking_why",
    "pace": "hamsafar.app.pace",
    "Overruns": "hamsafar.app.pace",
    "diff": "hamsafar.app.diffing",
    "Diff": "hamsafar.app.diffing",
    "versions": "hamsafar.app.versions",
    "Versions": "hamsafar.app.versions",
    "sheets": "hamsafar.app.sheets",
    "new": "hamsafar.app.starting",
    "passes": "hamsafar.app.passing",
    "Passes": "hamsafar.app.passing",
    "pass_table": "hamsafar.app.passing",
    "light": "hamsafar.app.lighting",
    "Light": "hamsafar.app.lighting",
    "ephemeris": "hamsafar.app.ephemeris",
    "Ephemeris": "hamsafar.app.ephemeris",
    "boosts": "hamsafar.app.boosting",
    "Boosts": "hamsafar.app.boosting",
    "launches": "hamsafar.app.launching",
    "Launches": "hamsafar.app.launching",
    "landings": "hamsafar.app.landing",
    "Landings": "hamsafar.app.landing",
    "solve": "hamsafar.app.solving",
    "Scheduled": "hamsafar.app.solving",
    "NoSchedule": "hamsafar.app.solving",
    "Unsettled": "hamsafar.app.solving",
    "check": "hamsafar.app.solving",
    "Judged": "hamsafar.app.solving",
    "read_problem": "hamsafar.app.solving",
    "Problem": "hamsafar.schedule.problem",
    "Elements": "hamsafar.domain.elements",
    "read_elements": "hamsafar.app.elements",
    "Site": "hamsafar.domain.places",
    "SatelliteCatalogue": "hamsafar.orbit.catalogue",
    "Plan": "hamsafar.domain.plan",
    "Finding": "hamsafar.domain.plan",
    "Judgement": "hamsafar.domain.plan",
    "Programme": "hamsafar.domain.programme",
    "Instant": "hamsafar.timeline",
    "Span": "hamsafar.timeline",
    "Windows": "hamsafar.timeline",
    "HamsafarError": "hamsafar.errors",
    "InputError": "hamsafar.errors",
    "OutOfRangeError": "hamsafar.errors",
}

# A name for each command of a group. `hamsafar moon` is `lunar` here: `hamsafar.moon` is the room that calculates.
_ROOMS = {"select": "hamsafar.app.selecting", "lunar": "hamsafar.app.lunar"}

__all__ = ["__version__", *_PUBLIC, *_ROOMS]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(_ROOMS[name])
    if name not in _PUBLIC:
        raise AttributeError(f"module 'hamsafar' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
