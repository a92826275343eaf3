"""`hamsafar select rank`, of a table of marks or of a stage of a campaign: parse, call `app`, print."""

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
    from hamsafar.domain.board import BoardReport

_MOST_SHOWN = 60  # lines of one table on a terminal


@select.command()
def rank(
    marks: Annotated[
        Path,
        typer.Argument(
            metavar="MARKS", help="A table candidate,assessor[,item],mark: CSV or XLSX; or the folder of a campaign."
        ),
    ],
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="STAGE", help="Of a campaign: the stage whose tests are ranked.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="ROLE", help="Of a campaign: who looks; an office or a board.")
    ] = None,
    top: Annotated[int | None, typer.Option("--top", metavar="K", help="How many places there are.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of the random draws.")] = 0,
    as_json: Json = False,
) -> None:
    """Rank candidates by adjusted scores, with 95 % rank intervals, and judge how assessors mark."""
    if marks.is_dir():
        _rank_stage(marks, stage, by, top, seed, as_json)
        return
    if stage is not None or by is not None:
        raise typer.BadParameter("--stage and --by are for the folder of a campaign; this is no folder")
    with Teller("Reading the marks"):
        from hamsafar.app.selection.ranking import rank as run
        from hamsafar.app.selection.ranking import ranking_document

        answer = run(marks, top=top, seed=seed)
    if as_json:
        print_json(ranking_document(answer))
    else:
        _print(answer)


def _rank_stage(folder: Path, stage: str | None, by: str | None, top: int | None, seed: int, as_json: bool) -> None:
    if stage is None or by is None:
        raise typer.BadParameter("a campaign needs --stage (which stage) and --by (who looks)")
    with Teller("Reading the record"):
        from hamsafar.app.selection.board import document, rank_stage

        answer = rank_stage(folder, stage=stage, by=by, seed=seed, top=top).report
    if as_json:
        print_json(document(answer))
    else:
        print_board(answer)


def print_board(report: BoardReport) -> None:
    """A stage as a terminal shows it."""
    wide = max((len(row.candidate) for row in report.rows[:_MOST_SHOWN]), default=9)
    typer.echo(f"{report.stage_title}. {report.combining}")
    typer.echo(f"rank  95 % interval  {'candidate':{wide}}  together   P(place)  place      hurdles")
    for row in report.rows[:_MOST_SHOWN]:
        interval = "" if row.rank_low is None else f"{row.rank_low} to {row.rank_high}"
        figures = f"{_or_dash(row.composite, '8.2f'):>8}   {_or_dash(row.p_top, '8.3f'):>8}"
        rank = f"{_or_dash(row.rank, '4d'):>4}  {interval:>13}"
        typer.echo(f"{rank}  {row.candidate:{wide}}  {figures}  {row.place:9}  {row.verdict}")
    if len(report.rows) > _MOST_SHOWN:
        typer.echo(f"... and {len(report.rows) - _MOST_SHOWN} more; --json has them all")
    for sentence in (*report.cannot_tell, *report.hurdles):
        typer.echo(sentence)
    for warning in report.warnings:
        typer.echo(f"Warning: {warning}")
    typer.echo("The ranking advises; `hamsafar select decide` records what the board decides.")


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
