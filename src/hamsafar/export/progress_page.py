"""A trainee's progress as one page, and the index of all sheets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from hamsafar.domain.plan import Plan
from hamsafar.domain.progress import CertificateLine, ClassProgress, Progress, Readiness, SwapDay
from hamsafar.domain.training import Term
from hamsafar.export.counted import COUNTING
from hamsafar.export.paper import Document
from hamsafar.export.progress_words import (
    day_text,
    gap_text,
    mishap_text,
    readiness_text,
    risk_text,
    titles_of,
)
from hamsafar.export.seen_by import file_name, term_of
from hamsafar.export.svg_progress import certificate_picture, class_bar
from hamsafar.export.templates import drawn, filled
from hamsafar.export.week_sheets import Sheets, made_text, summary
from hamsafar.export.weeks import Week
from hamsafar.export.words import clean, dated, duration_text
from hamsafar.timeline import local_date


def progress_path(person: str) -> str:
    """The progress page of a trainee, below the folder of the sheets."""
    return f"progress/{file_name(person)}.html"


def progress_html(plan: Plan, progress: Progress, readiness: Sequence[Readiness]) -> bytes:
    """One trainee's page; readiness is told where they are the prime or the backup of it."""
    term = term_of(plan)
    every, apart = training_of(progress), (progress.self_study, progress.journeys)
    most_min = max((one.planned_min for one in (*progress.classes, *apart)), default=0)
    own = [one for one in readiness if progress.person in (one.prime, one.backup)]
    classes = {one.id: one.title for one in term.classes}
    return filled(
        "progress.html.j2",
        "sheets.css",
        programme=plan.programme,
        person=plan.programme.person(progress.person),
        as_of=day_text(progress.as_of),
        made=made_text(plan),
        sheet=f"../people/{file_name(progress.person)}.html",
        classes=[(one, drawn(class_bar(one, most_min))) for one in progress.classes],
        every=every,
        apart=[(one, drawn(class_bar(one, most_min))) for one in apart],
        hours=duration_text,
        counting=COUNTING,
        mishaps=[(one, mishap_text(one, term.zone)) for one in progress.mishaps],
        risks=[(one, risk_text(one)) for one in progress.risks],
        certificates=[_certificate(one, *_stay(plan, term)) for one in progress.certificates],
        picture=drawn(certificate_picture(plan, term, progress)),
        subjects=[(one, classes.get(one.training_class, one.training_class)) for one in progress.subjects],
        swaps=[
            {
                "text": readiness_text(plan, one),
                "weeks": list(_swap_weeks(one)),
                "gaps": [(gap, gap_text(gap), day_text(gap.first), day_text(gap.last)) for gap in one.gaps],
            }
            for one in own
        ],
    )


def training_of(progress: Progress) -> ClassProgress:
    """All classes together: what is told as hours of training."""
    return ClassProgress(
        id="training",
        title="All training",
        done_min=sum(one.done_min for one in progress.classes),
        to_come_min=sum(one.to_come_min for one in progress.classes),
        missing_min=sum(one.missing_min for one in progress.classes),
    )


def _stay(plan: Plan, term: Term) -> tuple[date, date]:
    flight = plan.flight
    return local_date(flight.launch.launch, term.zone), local_date(flight.landing.landing, term.zone)


def _certificate(one: CertificateLine, launch: date, landing: date) -> dict[str, Any]:
    spans = [f"{day_text(valid.first)} to {day_text(valid.last)}" for valid in one.valid]
    at_launch = [valid.last for valid in one.valid if valid.first <= launch <= valid.last]
    earned = [day_text(valid.first) for valid in one.valid if valid.earned]
    return {
        "title": one.title,
        "id": one.id,
        "earned": earned[0] if earned else ("brought along" if one.valid else "not earned"),
        "refreshed": ", ".join(earned[1:]),
        "valid": "; ".join(spans),
        "lapses": bool(at_launch) and not any(valid.first <= landing <= valid.last for valid in one.valid),
        "needed": day_text(one.all_needed[0]) if one.all_needed else "",
        "until": day_text(one.all_needed[-1]) if one.all_needed else "",
    }


def _swap_weeks(readiness: Readiness) -> Iterator[tuple[str, list[dict[str, Any] | None]]]:
    """The days of the last eight weeks as a calendar: (week, Monday to Sunday)."""
    days = {one.day: one for one in readiness.days}
    for week in sorted({Week.of(day) for day in days}):
        yield week.name, [_swap_day(days.get(day)) for day in week.days]


def _swap_day(one: SwapDay | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "day": dated(one.day, "%-d %b"),
        "feasible": one.feasible,
        "lacks": titles_of(one.gaps),
        "to_earn": len(one.to_earn),
    }


def index_html(
    plan: Plan,
    sheets: Sequence[Sheets],
    progress: Mapping[str, Progress],
    readiness: Sequence[Readiness],
    aboard: Sequence[Document] = (),
    written: Collection[str] = (),
) -> bytes:
    """The page that leads to all others; `written` are the paths of all files of the days aboard."""
    functions = [("trainee", "Trainees"), ("instructor", "Instructors"), ("interpreter", "Interpreters"),
                 ("crew", "Crew"), ("ground", "Ground"), ("facility", "Facilities")]  # fmt: skip
    rows = [
        {
            "viewer": one.viewer,
            "weeks": len(one.weeks),
            "summary": summary(one.entries),
            "progress": progress_path(one.viewer.id) if _trains(one, progress) else None,
            "risks": len(progress[one.viewer.id].risks) if _trains(one, progress) else None,
        }
        for one in sheets
    ]
    groups = [
        (title, [row for row, one in zip(rows, sheets, strict=True) if one.viewer.function == key])
        for key, title in functions
    ]
    return filled(
        "sheets_index.html.j2",
        "sheets.css",
        programme=plan.programme,
        title=clean(plan.programme.title),
        made=made_text(plan),
        counting=COUNTING,
        groups=[(title, some) for title, some in groups if some],
        aboard=[(one, [end for end in ("ics", "pdf") if f"{one.path}.{end}" in written]) for one in aboard],
        readiness=[(readiness_text(plan, one), all(day.feasible for day in one.days)) for one in readiness],
    )


def _trains(one: Sheets, progress: Mapping[str, Progress]) -> bool:
    return one.viewer.kind == "people" and one.viewer.id in progress
