"""`select screen`: the criteria of a stage judged for everybody in it, and the blind list of what a person looks at."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from hamsafar.app.files import ensure_replaceable, write_file
from hamsafar.app.selection.campaigns import counts_of, frozen_counts, now_or, record_of, stage_of
from hamsafar.domain.campaign import Campaign, Criterion, Stage
from hamsafar.domain.selection import Applicant, Screened, Verdict
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.large_tables import read_large
from hamsafar.programme.selection.intake import last_moment
from hamsafar.programme.selection.intake_text import folded
from hamsafar.selection.screening import own_value, second_looks
from hamsafar.selection.screening import screened as judged
from hamsafar.store import Record
from hamsafar.timeline import Instant

_HEADINGS = ("candidate", "criterion", "asked", "value", "verdict", "why")


@frozen(kw_only=True)
class SecondLook:
    """What a person looks at: a code, a criterion and the one value; nothing else of the candidate."""

    candidate: str
    criterion: str
    asked: str
    value: str
    verdict: Verdict


@frozen(kw_only=True)
class ScreenedStage:
    """What a screening found: verdicts by criterion, and of the candidates over all criteria."""

    stage: str
    counts: Mapping[str, Mapping[Verdict, int]]  # by criterion, in the stage's order
    overall: Mapping[Verdict, int]
    second_looks: tuple[SecondLook, ...]
    changed: int  # rows that are new or differ from the last screening
    settled: int  # second looks that a person has decided
    frozen: Mapping[str, int] | None  # submitted, valid, invalid, withdrawn at the close; None before it
    file: Path | None = None


def screen(
    folder: Path | str,
    *,
    by: str,
    reason: str,
    stage: str | None = None,
    looked: Path | str | None = None,
    out: Path | str | None = None,
    at: Instant | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> ScreenedStage:
    """Judges every criterion of a stage for all who reached it, and records what is new.

    `looked`: the list of second looks as a person filled it in; `out`: where that list is written, codes only.
    Raises InputErrors where the stage has no criteria, or the list is wrong.
    """
    record = record_of(folder)
    campaign = record.campaign
    asked = stage_of(campaign, stage)
    if not asked.criteria:
        raise InputError("has no criteria to screen by", where=f"--stage {asked.id}")
    if out is not None:
        ensure_replaceable(Path(out))
    told("Opening the answers that the criteria ask for")
    there = set(record.in_stage(asked.id))
    read = record.applicants(by=by, purpose=f"screen: {reason}", fields=_fields(campaign, asked))
    applicants = [one for one in read if one.code in there]
    told("Judging")
    found = judged(campaign, asked, applicants)
    before = {(one.candidate, one.criterion): one for one in record.screenings(asked.id)}
    rows, settled = _with_settled(found.rows, before)
    if looked is not None:
        rows = _with_looked(rows, _looked(Path(looked), rows), reason)
    new = [row for row in rows if before.get((row.candidate, row.criterion)) != row]
    counts = _frozen(record, campaign, at)
    if new:
        told("Writing")
        with record.change(command="screen", by=by, reason=reason, at=at) as change:
            change.screened(new)
            change.body.update(stage=asked.id, changed=len(new), frozen=counts)
    looks = _looks(campaign, second_looks(rows), applicants)
    file = None if out is None else write_file(Path(out), [_list(looks)])
    after = evolve(found, rows=tuple(rows), overall=_overall(rows))
    return ScreenedStage(
        stage=asked.id,
        counts={one: after.counts().get(one, {}) for one in asked.criteria},
        overall=after.counts().get("", {}),
        second_looks=looks,
        changed=len(new),
        settled=settled,
        frozen=counts,
        file=file,
    )


def _fields(campaign: Campaign, stage: Stage) -> frozenset[str]:
    """What the criteria of a stage look at, and nothing else."""
    found = [one for one in campaign.criteria if one.id in stage.criteria]
    return frozenset({one.field for one in found} | {name for one in found for name in one.only_for})


def _with_settled(rows: Sequence[Screened], before: Mapping[tuple[str, str], Screened]) -> tuple[list[Screened], int]:
    """What a person decided on a second look stays, as long as it still is one."""
    settled = 0
    found: list[Screened] = []
    for row in rows:
        old = before.get((row.candidate, row.criterion))
        if row.verdict in ("second-look", "unknown") and old is not None and old.verdict in ("passes", "fails"):
            settled += 1
            found.append(old)
        else:
            found.append(row)
    return found, settled


def _with_looked(
    rows: Sequence[Screened], looked: Mapping[tuple[str, str], tuple[Verdict, str]], reason: str
) -> list[Screened]:
    found: list[Screened] = []
    for row in rows:
        said = looked.get((row.candidate, row.criterion))
        if said is None:
            found.append(row)
            continue
        verdict, why = said
        ending = "This is met" if verdict == "passes" else "This is not met"
        head = row.sentence.rsplit(". ", 1)[0]
        sentence = f"{head}. A person has looked at it: {why or reason}. {ending}."
        found.append(evolve(row, verdict=verdict, sentence=sentence))
    return found


def _looked(path: Path, rows: Sequence[Screened]) -> dict[tuple[str, str], tuple[Verdict, str]]:
    """The list of second looks, filled in: `verdict` says passes or fails. Raises InputErrors with every fault."""
    table = read_large(path)[0]
    lines = iter(table.rows)
    number, head = next(lines, (1, []))
    names = [folded(str(cell)) if cell is not None else "" for cell in head]
    missing = [name for name in ("candidate", "criterion", "verdict") if name not in names]
    if missing:
        raise InputError(
            f"has no column {missing[0]!r}; fill in the list that `--out` writes", where=table.place(number)
        )
    known = {(row.candidate, row.criterion): row.verdict for row in rows}
    found: dict[tuple[str, str], tuple[Verdict, str]] = {}
    errors: list[InputError] = []
    for number, cells in lines:
        said = {name: "" if cell is None else str(cell).strip() for name, cell in zip(names, cells, strict=False)}
        verdict = said.get("verdict", "").casefold()
        if verdict in ("", "second-look", "unknown"):
            continue  # not looked at yet
        key = (said.get("candidate", ""), said.get("criterion", ""))
        fault = _fault(key, verdict, known, found)
        if fault is not None:
            errors.append(InputError(fault, where=table.place(number)))
        else:
            found[key] = ("passes" if verdict == "passes" else "fails", said.get("why", ""))
    if errors:
        raise InputErrors(errors)
    return found


def _fault(
    key: tuple[str, str],
    verdict: str,
    known: Mapping[tuple[str, str], Verdict],
    found: Mapping[tuple[str, str], object],
) -> str | None:
    if verdict not in ("passes", "fails"):
        return f"should say passes or fails as verdict (got {verdict!r:.40})"
    if key not in known:
        return f"is no criterion that was asked of this candidate (got {key[0]!r:.40}, {key[1]!r:.40})"
    if key in found:
        return "is the second row of this candidate and criterion; keep one"
    if known[key] not in ("second-look", "unknown"):
        return f"is no second look: the criterion itself says {known[key]}"
    return None


def _looks(campaign: Campaign, rows: Sequence[Screened], applicants: Sequence[Applicant]) -> tuple[SecondLook, ...]:
    by_code = {one.code: one for one in applicants}
    criteria: dict[str, Criterion] = {one.id: one for one in campaign.criteria}
    return tuple(
        SecondLook(
            candidate=row.candidate,
            criterion=row.criterion,
            asked=criteria[row.criterion].title,
            value=own_value(campaign, criteria[row.criterion], by_code[row.candidate]),
            verdict=row.verdict,
        )
        for row in rows
    )


def _list(looks: Sequence[SecondLook]) -> bytes:
    """The list to fill in, CSV in UTF-8 with its mark so that spreadsheets read it right."""
    from hamsafar.export.sheets import csv_text

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    for one in looks:
        writer.writerow(map(csv_text, (one.candidate, one.criterion, one.asked, one.value, one.verdict, "")))
    return text.getvalue().encode("utf-8-sig")


def _overall(rows: Sequence[Screened]) -> dict[str, Verdict]:
    order: tuple[Verdict, ...] = ("passes", "second-look", "unknown", "fails")
    found: dict[str, Verdict] = {}
    for row in rows:
        found[row.candidate] = max(found.get(row.candidate, "passes"), row.verdict, key=order.index)
    return found


def _frozen(record: Record, campaign: Campaign, at: Instant | None) -> dict[str, int] | None:
    """The counts at the close: as they were first frozen, or as they are now that it has passed."""
    kept = frozen_counts(record)
    if kept is not None or now_or(at) < last_moment(campaign):
        return kept
    return counts_of(record)
