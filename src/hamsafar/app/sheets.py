"""`sheets`: week sheets of the term for people and facilities, progress, readiness; sheets of the days aboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from hamsafar.app.day_sheets import DaySheets, day_sheets, days_asked, known_aboard
from hamsafar.app.files import ensure_writable, write_whole
from hamsafar.app.plan_files import file_digest, plan_given
from hamsafar.domain.plan import Plan
from hamsafar.domain.progress import Progress, Readiness
from hamsafar.errors import InputError, InputErrors
from hamsafar.export.flight_days import FlightDay
from hamsafar.export.progress_words import gap_text, mishap_text, readiness_text, risk_text
from hamsafar.export.seen_by import Viewer, known_viewers, term_of, viewers_of
from hamsafar.export.weeks import Week, term_weeks
from hamsafar.export.words import duration_text
from hamsafar.planning.training.progress import progress_of
from hamsafar.planning.training.readiness import readiness_of
from hamsafar.programme.problems import nearest

__all__ = ["Written", "duration_text", "gap_text", "mishap_text", "readiness_text", "risk_text", "sheets"]

# What a run for everybody may leave in its folder, so that a later one can clear away what is nobody's any more.
_OURS = tuple(f"{kind}/*.{ending}" for kind in ("people", "facilities") for ending in ("html", "ics", "xlsx"))
_OURS_ABOARD = tuple(
    f"aboard/{kind}*.{ending}" for kind in ("", "people/", "experiments/") for ending in ("html", "ics", "pdf")
)


@frozen(kw_only=True)
class Written:
    """The sheets of a plan, and what their progress pages tell."""

    plan: Plan
    files: tuple[Path, ...]
    progress: Mapping[str, Progress]  # by trainee
    readiness: tuple[Readiness, ...]


def sheets(
    plan: Path | str | Plan,
    *,
    out: Path | str,
    week: str | None = None,
    day: int | None = None,
    only: Sequence[str] = (),
    pdf: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Written:
    """Writes the sheets of a plan to a folder: for all, or only for the people, facilities and experiments named.

    `plan`: a plan, its file, or the folder it lies in; `week`: only this week of the term, as ISO 8601 writes it
    (`2027-W08`); `day`: only this flight day; `pdf`: the days aboard as PDF besides (extra `pdf`). Files are
    written whole or not at all.
    Raises InputError for a week outside the term, a day that isn't aboard, and ids that the plan doesn't know.
    """
    tell("Reading the plan")
    given = plan_given(plan)
    folder = Path(out)
    ensure_writable(folder)
    asked = _asked(given, week, day, only)
    if pdf:
        _ensure_pdf(asked)
    aboard = day_sheets(given, asked.days, only, digest=file_digest(plan), pdf=pdf, tell=tell)
    found = _trained(given, asked, tell)
    files = _files(given, asked, found, aboard)
    whole = not only and week is None and day is None
    stale = (*_OURS, "progress/*.html", *_OURS_ABOARD) if whole else ()
    written = write_whole(folder, files, stale=stale)
    return Written(plan=given, files=written, progress=found.progress, readiness=found.readiness)


@frozen(kw_only=True)
class _Asked:
    """What is to be written: weeks of whom, days aboard of whom."""

    viewers: tuple[Viewer, ...]
    week: Week | None
    days: tuple[FlightDay, ...]


@frozen(kw_only=True)
class _Trained:
    """What is told of the term besides the sheets."""

    progress: Mapping[str, Progress]
    readiness: tuple[Readiness, ...]


def _asked(plan: Plan, week: str | None, day: int | None, only: Sequence[str]) -> _Asked:
    """Judges all that was asked for before anything is made."""
    if week is not None and day is not None:
        raise InputError("a week is of the term and a day of the days aboard; ask for one of them", where="--day")
    in_term = day is None and (week is not None or plan.programme.term is not None)
    viewers = known_viewers(plan) if in_term else {}  # raises where there is a week and no term
    aboard = known_aboard(plan) if week is None else ()
    wanted = tuple(dict.fromkeys(only))
    _ensure_known(plan, wanted, {*viewers, *aboard})
    chosen = tuple(viewers[id_] for id_ in wanted if id_ in viewers) if wanted else viewers_of(plan) if in_term else ()
    days = days_asked(plan, day) if aboard and (not wanted or not set(aboard).isdisjoint(wanted)) else ()
    return _Asked(viewers=chosen, week=None if week is None else _week(plan, week), days=days)


def _ensure_known(plan: Plan, wanted: Sequence[str], known: set[str]) -> None:
    """Every id that has no sheet is told at once: as unknown, or as one that is not of the weeks or days asked for."""
    people, activities = ({one.id for one in some} for some in (plan.programme.people, plan.programme.activities))
    elsewhere = people | activities | (set(known_viewers(plan)) if plan.programme.term is not None else set())
    wrong = [
        InputError(f"{id_!r} has no sheet of what was asked for", where="--for")
        if id_ in elsewhere
        else InputError(f"{id_!r} is no person, facility or experiment of the plan{nearest(id_, known)}", where="--for")
        for id_ in wanted
        if id_ not in known
    ]
    if wrong:
        raise InputErrors(wrong)


def _ensure_pdf(asked: _Asked) -> None:
    if not asked.days:
        raise InputError("only the days aboard are written as PDF; print the week sheets from a browser", where="--pdf")
    from hamsafar.export.pdf import ensure_typst

    ensure_typst()


def _files(plan: Plan, asked: _Asked, found: _Trained, aboard: DaySheets) -> dict[str, bytes]:
    from hamsafar.export.progress_page import index_html, progress_html, progress_path
    from hamsafar.export.week_sheets import sheet_files, sheets_of

    every = [sheets_of(plan, viewer, asked.week) for viewer in asked.viewers]
    files = {"index.html": index_html(plan, every, found.progress, found.readiness, aboard.documents, aboard.files)}
    for one in every:
        own = found.progress.get(one.viewer.id) if one.viewer.kind == "people" else None
        page, mishaps = (progress_path(own.person), own.mishaps) if own is not None else (None, ())
        files |= sheet_files(plan, one, page, mishaps)
    pages = {progress_path(id_): progress_html(plan, one, found.readiness) for id_, one in found.progress.items()}
    return {**files, **pages, **aboard.files}


def _trained(plan: Plan, asked: _Asked, tell: Callable[[str], None]) -> _Trained:
    if not asked.viewers:
        return _Trained(progress={}, readiness=())
    tell("Counting progress and readiness")
    trainees = [one.id for one in asked.viewers if one.kind == "people" and one.function == "trainee"]
    progress = {person: progress_of(plan, person) for person in trainees}
    readiness = readiness_of(plan)
    tell(f"Writing {len(asked.viewers)} sheet{'s' if len(asked.viewers) != 1 else ''}")
    return _Trained(progress=progress, readiness=tuple(readiness))


def _week(plan: Plan, text: str) -> Week:
    try:
        week = Week.parse(text)
    except InputError as problem:
        raise InputError(problem.what, where="--week") from problem
    first, last = term_weeks(plan, term_of(plan).zone)
    if not first <= week <= last:
        raise InputError(f"{week.name} lies outside the term, which is {first.name} to {last.name}", where="--week")
    return week
