"""`sheets`: week sheets for everybody who trains, teaches or interprets and for every facility; progress; readiness."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from hamsafar.app.files import ensure_writable, write_whole
from hamsafar.app.plan_files import plan_at
from hamsafar.domain.plan import Plan
from hamsafar.domain.progress import Progress, Readiness
from hamsafar.errors import InputError, InputErrors
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
    only: Sequence[str] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> Written:
    """Writes the sheets of a plan's training to a folder: for all, or only for the people and facilities named.

    `plan`: a plan, its file, or the folder it lies in; `week`: as ISO 8601 writes it (`2027-W08`), all if not said.
    Files are written whole or not at all. Raises InputError for a plan without a term, a week outside it, and ids that
    the programme doesn't know.
    """
    tell("Reading the plan")
    given = plan if isinstance(plan, Plan) else plan_at(Path(plan))
    folder = Path(out)
    ensure_writable(folder)
    term_of(given)
    asked = None if week is None else _week(given, week)
    viewers = _viewers(given, only)
    tell("Counting progress and readiness")
    trainees = [one.id for one in viewers if one.kind == "people" and one.function == "trainee"]
    progress = {person: progress_of(given, person) for person in trainees}
    readiness = readiness_of(given)
    tell(f"Writing {len(viewers)} sheet{'s' if len(viewers) != 1 else ''}")
    files = _files(given, viewers, asked, progress, readiness)
    stale = () if only or asked is not None else (*_OURS, "progress/*.html")
    written = write_whole(folder, files, stale=stale)
    return Written(plan=given, files=written, progress=progress, readiness=readiness)


def _files(
    plan: Plan,
    viewers: Sequence[Viewer],
    week: Week | None,
    progress: Mapping[str, Progress],
    readiness: Sequence[Readiness],
) -> dict[str, bytes]:
    from hamsafar.export.progress_page import index_html, progress_html, progress_path
    from hamsafar.export.week_sheets import sheet_files, sheets_of

    every = [sheets_of(plan, viewer, week) for viewer in viewers]
    files = {"index.html": index_html(plan, every, progress, readiness)}
    for one in every:
        own = progress.get(one.viewer.id) if one.viewer.kind == "people" else None
        page, mishaps = (progress_path(own.person), own.mishaps) if own is not None else (None, ())
        files |= sheet_files(plan, one, page, mishaps)
    return files | {progress_path(person): progress_html(plan, found, readiness) for person, found in progress.items()}


def _viewers(plan: Plan, only: Sequence[str]) -> tuple[Viewer, ...]:
    if not only:
        return viewers_of(plan)
    known = known_viewers(plan)
    unknown = [
        InputError(f"{id_!r} is neither a person nor a facility of the plan{nearest(id_, known)}", where="--for")
        for id_ in dict.fromkeys(only)
        if id_ not in known
    ]
    if unknown:
        raise InputErrors(unknown)
    return tuple(known[id_] for id_ in dict.fromkeys(only))


def _week(plan: Plan, text: str) -> Week:
    try:
        week = Week.parse(text)
    except InputError as problem:
        raise InputError(problem.what, where="--week") from problem
    first, last = term_weeks(plan, term_of(plan).zone)
    if not first <= week <= last:
        raise InputError(f"{week.name} lies outside the term, which is {first.name} to {last.name}", where="--week")
    return week
