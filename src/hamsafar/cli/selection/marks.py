"""`hamsafar select marks`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.marking import MarksRead, MarksSeen

_MOST_TOLD = 10  # assessors whose marks are awaited, on a screen


@select.command()
def marks(
    campaign: CampaignFolder,
    by: By,
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--import",
            metavar="FILE",
            help="A mark sheet that came back (XLSX or CSV), or a folder of them; may be repeated.",
        ),
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option("--stage", metavar="STAGE", help="The stage, where the files don't say it; or the one to show."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why, in a few words; it is recorded.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring in mark sheets, or show the marks of a stage that a role may see.

    An assessor sees their own, and others' only of candidates on whom all of theirs are in.
    """
    if files:
        if reason is None:
            raise typer.BadParameter("say why with --reason when marks are brought in")
        _import(campaign, files, by, reason, stage, as_json)
        return
    if stage is None:
        raise typer.BadParameter("name the stage to show with --stage, or the files to bring in with --import")
    with Teller("Reading the record"):
        from hamsafar.app.selection.marking import marks_seen

        seen = marks_seen(campaign, stage=stage, by=by)
    _show(seen, as_json)


def _import(campaign: Path, files: list[Path], by: str, reason: str, stage: str | None, as_json: bool) -> None:
    with Teller("Reading the sheets") as teller:
        from hamsafar.app.selection.marking import import_marks

        answer = import_marks(campaign, files, by=by, reason=reason, stage=stage, tell=teller.tell)
    if as_json:
        print_json(
            {
                "stage": answer.stage,
                "files": answer.files,
                "new": answer.new,
                "changed": answer.changed,
                "same": answer.same,
                "blank": answer.blank,
                "waiting": dict(answer.waiting),
                "notes": list(answer.notes),
            }
        )
    else:
        _print(answer)


def _print(answer: MarksRead) -> None:
    counts = f"{answer.new} new marks, {answer.changed} changed, {answer.same} as before, {answer.blank} not given yet"
    typer.echo(f"{answer.stage}: {answer.files} sheets, {counts}")
    for note in answer.notes:
        typer.echo(f"  {note}")
    if answer.waiting:
        typer.echo(f"  {sum(answer.waiting.values())} marks of the stage are awaited:")
    for who, number in list(answer.waiting.items())[:_MOST_TOLD]:
        typer.echo(f"    {who}: {number}")
    if len(answer.waiting) > _MOST_TOLD:
        typer.echo(f"    and {len(answer.waiting) - _MOST_TOLD} more")


def _show(seen: MarksSeen, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "candidate": one.candidate,
                "test": one.test,
                "item": one.item,
                "assessor": one.assessor,
                "mark": one.mark,
                "note": one.note,
            }
            for one in seen.marks
        ]
        print_json({"stage": seen.stage, "by": seen.by, "own": seen.own, "waiting": seen.waiting, "marks": rows})
        return
    typer.echo(f"{seen.stage}: {len(seen.marks)} marks that {seen.by} may see")
    for one in seen.marks:
        mark = "-" if one.mark is None else f"{one.mark:g}"
        note = f"  ({one.note})" if one.note else ""
        typer.echo(f"  {one.candidate}  {one.test}/{one.item}  {one.assessor}  {mark}{note}")
    if seen.waiting:
        typer.echo(f"  {seen.waiting} of your own are not in; what others gave stays hidden until they are")
