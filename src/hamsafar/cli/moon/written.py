"""Answers of the group `moon` as JSON, as CSV or in a file, for the commands that have those forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from hamsafar.cli.door import print_document, print_json
from hamsafar.errors import InputError

Form = Annotated[str | None, typer.Option("--format", metavar="json|csv", help="Print or write it in this form.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it; the name's end says the form.")]
Limit = Annotated[
    float | None, typer.Option("--time-limit", metavar="S", help="Answer with what there is after so many seconds.")
]


def form_of(form: str | None, out: Path | None, as_json: bool) -> str | None:
    """`json`, `csv`, or None for a terminal's tables. Raises InputError for another form, or two that differ."""
    from hamsafar.app.files import ensure_replaceable

    ending = None if out is None else out.suffix.lower().removeprefix(".")
    wanted = form or ending or ("json" if as_json else None)
    if wanted not in ("json", "csv", None):
        where = "--format" if form is not None else "--out"
        raise InputError(f"should be json or csv (got {wanted!r})", where=where)
    if as_json and out is None and wanted == "csv":
        said = "prints csv, but --json asks for one JSON document; name a file with --out"
        raise InputError(said, where="--format")
    if out is not None:
        ensure_replaceable(out)
    return wanted


def hand_over(
    wanted: str,
    out: Path | None,
    as_json: bool,
    document: Callable[[], dict[str, Any]],
    rows: Callable[[], Iterator[str]],
) -> None:
    """Print it, or write it and say where."""
    if out is None:
        if wanted == "json":
            print_json(document())
        else:
            print_document(rows(), in_json=False)
        return
    import json

    from hamsafar.app.files import write_file

    if wanted == "json":
        pieces = [json.dumps(document(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"]
    else:
        pieces = list(rows())
    path = write_file(out, (piece.encode() for piece in pieces))
    if as_json:
        print_json({"files": [str(path)]})
    else:
        typer.echo(f"Wrote {path}.")
