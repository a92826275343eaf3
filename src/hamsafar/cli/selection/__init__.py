"""`hamsafar select`: a campaign from the first application to the decision and its audit."""

from __future__ import annotations

from hamsafar.cli.options import app
from hamsafar.cli.selection.options import select

app.add_typer(select)
from hamsafar.cli.selection import (  # noqa: E402
    assign,  # noqa: F401
    cohort,  # noqa: F401
    impact,  # noqa: F401
    marks,  # noqa: F401
    rank,  # noqa: F401
    trainees,  # noqa: F401
)
