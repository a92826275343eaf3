"""`select hand-over`: what one organisation passes to the other after a stage, and nothing else; noted."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from attrs import frozen

from hamsafar.app.files import ensure_replaceable, write_file
from hamsafar.app.selection.campaigns import record_of, stage_of
from hamsafar.domain.selection import Applicant, Outcome, Value
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.large_tables import LargeTable, read_large
from hamsafar.programme.selection.intake_text import folded
from hamsafar.timeline import Instant

_GO_ON: tuple[Outcome, ...] = ("advance", "conditional", "reserve", "selected")
_SCORES = ("score", "low", "high")
Score = tuple[float, float, float]  # adjusted, and the ends of its interval


@frozen(kw_only=True)
class HandedOver:
    """What was passed on: to whom, of how many, in which file."""

    stage: str
    to: str
    candidates: int
    fields: tuple[str, ...]
    file: Path
    digest: str  # SHA-256 of the file, as the record has it


def hand_over(
    folder: Path | str,
    *,
    stage: str,
    out: Path | str,
    by: str,
    reason: str,
    scores: Path | str | None = None,
    at: Instant | None = None,
) -> HandedOver:
    """Writes who goes on after a stage, by code, with the fields that the campaign names; CSV.

    `scores`: a table `candidate, score, low, high`, where the campaign says that scores go along. Raises InputErrors
    where the stage passes nothing on, somebody in it has no decision yet, or a score is missing.
    """
    record, place = record_of(folder), Path(out)
    asked = stage_of(record.campaign, stage)
    passed = asked.passes_on
    if passed is None:
        raise InputError("passes nothing on; say `passes_on` in campaign.yaml", where=f"--stage {asked.id}")
    ensure_replaceable(place)
    standing = record.standing(asked.id)
    failed = {row.candidate for row in record.screenings(asked.id) if row.verdict == "fails"}
    reached = record.in_stage(asked.id)
    left = [code for code in reached if code not in standing and code not in failed]
    if left:
        what = f"{len(left):,} candidates have no decision yet, {left[0]} among them; nothing is passed on before"
        raise InputError(what, where=f"--stage {asked.id}")
    codes = [code for code in reached if standing.get(code) in _GO_ON]
    marks = _scores(scores, codes) if passed.scores else {}
    read = record.applicants(by=by, purpose=f"hand-over: {reason}", fields=passed.fields, codes=codes)
    content = _table(codes, standing, passed.fields, {one.code: one for one in read}, marks, scored=passed.scores)
    digest = sha256(content).hexdigest()
    with record.change(command="hand-over", by=by, reason=reason, at=at) as change:
        change.body.update(stage=asked.id, to=passed.to, candidates=len(codes), file=digest)
        write_file(place, [content])
    return HandedOver(
        stage=asked.id, to=passed.to, candidates=len(codes), fields=passed.fields, file=place, digest=digest
    )


def _table(
    codes: Sequence[str],
    standing: Mapping[str, Outcome],
    fields: Sequence[str],
    applicants: Mapping[str, Applicant],
    scores: Mapping[str, Score],
    *,
    scored: bool,
) -> bytes:
    from hamsafar.export.sheets import csv_text

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["candidate", "outcome", *fields, *(_SCORES if scored else ())])
    for code in codes:
        told = [csv_text(said(applicants[code].fields.get(name))) for name in fields] if code in applicants else []
        writer.writerow([code, standing[code], *told, *(f"{one:.6g}" for one in scores.get(code, ()))])
    return text.getvalue().encode("utf-8-sig")


def said(value: Value) -> str:
    """An answer as another organisation or an assessor reads it: one cell of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _scores(path: Path | str | None, codes: Sequence[str]) -> dict[str, Score]:
    """The score of each candidate. Raises InputErrors with every row that is wrong, and who has none."""
    if path is None:
        raise InputError("should name a table of candidate, score, low, high: scores go along", where="--scores")
    table = read_large(Path(path))[0]
    rows = iter(table.rows)
    number, head = next(rows, (1, []))
    names = [folded(str(cell)) if cell is not None else "" for cell in head]
    missing = [name for name in ("candidate", *_SCORES) if name not in names]
    if missing:
        raise InputError(f"has no column {missing[0]!r}", where=table.place(number))
    found: dict[str, Score] = {}
    errors: list[InputError] = []
    for number, cells in rows:
        said = dict(zip(names, cells, strict=False))
        fault = _add(found, str(said.get("candidate") or "").strip(), [said.get(name) for name in _SCORES])
        if fault is not None:
            errors.append(InputError(fault, where=table.place(number)))
    errors += _without(table, [code for code in codes if code not in found])
    if errors:
        raise InputErrors(errors)
    return found


def _add(found: dict[str, Score], code: str, cells: Sequence[object]) -> str | None:
    """Adds a row's score; what is wrong with it, where something is."""
    if code in found:
        return f"is the second row of {code[:40]!r}"
    try:
        score, low, high = (float(str(cell)) for cell in cells)
    except ValueError:
        return "should have three numbers: score, low, high"
    if not (all(map(math.isfinite, (score, low, high))) and low <= score <= high):
        return "should have its score between low and high"
    found[code] = (score, low, high)
    return None


def _without(table: LargeTable, codes: Sequence[str]) -> list[InputError]:
    return [InputError(f"has no score of {code}, who goes on", where=table.at) for code in codes]
