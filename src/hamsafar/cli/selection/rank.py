"""`hamsafar select rank`: parse, call `app`, print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import select
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.ranking import Assessor, Ranked, RankedMarks

_MOST_SHOWN = 60  # lines of one table on a terminal


@select.command()
def rank(
    marks: Annotated[
        Path, typer.Argument(metavar="MARKS", help="A table candidate,assessor[,item],mark: CSV or XLSX.")
    ],
    top: Annotated[int | None, typer.Option("--top", metavar="K", help="How many places there are.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of the random draws.")] = 0,
    as_json: Json = False,
) -> None:
    """Rank candidates by adjusted scores, with 95 % rank intervals, and judge how assessors mark."""
    with Teller("Reading the marks"):
        from hamsafar.app.selection.ranking import rank as run
        from hamsafar.app.selection.ranking import ranking_document

        answer = run(marks, top=top, seed=seed)
    if as_json:
        print_json(ranking_document(answer))
    else:
        _print(answer)


def _print(answer: RankedMarks) -> None:
    ranking = answer.ranking
    typer.echo(_candidate_lines(ranking.candidates, top=ranking.top))
    typer.echo("")
    typer.echo(_assessor_lines(ranking.assessors))
    typer.echo("")
    parts = [f"{term.replace('_', ' × ')} {value:.4g}" for term, value in ranking.variance.items()]
    typer.echo(f"Variances: {', '.join(parts)}")
    for term, why in ranking.left_out.items():
        typer.echo(f"Not told: {term.replace('_', ' × ')}: {why}")
    for sentence in (*ranking.sentences, *answer.reliability.sentences):
        typer.echo(sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith(".") else "."))
    for warning in ranking.warnings:
        typer.echo(f"Warning: {warning}.")


def _candidate_lines(rows: tuple[Ranked, ...], *, top: int | None) -> str:
    wide = max(len("candidate"), *(len(one.candidate) for one in rows[:_MOST_SHOWN]))
    heading = f"rank  95 % interval  {'candidate':{wide}}     score      ±se{'' if top is None else f'   P(top {top})'}"
    lines = [heading]
    for one in rows[:_MOST_SHOWN]:
        interval = "" if one.rank_low is None else f"{one.rank_low} to {one.rank_high}"
        chance = "" if one.p_top is None else f"   {one.p_top:8.3f}"
        lines.append(
            f"{_or_dash(one.rank, '4d'):>4}  {interval:>13}  {one.candidate:{wide}}  {_or_dash(one.score, '8.2f'):>8} "
            f"{_or_dash(one.score_se, '8.2f'):>8}{chance}"
        )
    if len(rows) > _MOST_SHOWN:
        lines.append(f"... and {len(rows) - _MOST_SHOWN} more; --json has them all")
    return "\n".join(lines)


def _assessor_lines(rows: tuple[Assessor, ...]) -> str:
    wide = max(len("assessor"), *(len(one.assessor) for one in rows[:_MOST_SHOWN]))
    lines = [f"{'assessor':{wide}}  candidates  severity      ±se  consistency"]
    lines += [
        f"{one.assessor:{wide}}  {one.candidates:>10}  {_or_dash(one.severity, '8.2f'):>8} "
        f"{_or_dash(one.severity_se, '8.2f'):>8}  {_or_dash(one.consistency, '11.2f'):>11}  {one.says}"
        for one in rows[:_MOST_SHOWN]
    ]
    if len(rows) > _MOST_SHOWN:
        lines.append(f"... and {len(rows) - _MOST_SHOWN} more; --json has them all")
    return "\n".join(lines)


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
