"""`hamsafar select`: a campaign from the first application to the decision and its audit."""

from __future__ import annotations

from hamsafar.cli.options import app
from hamsafar.cli.selection.options import select

app.add_typer(select)

# Each module adds its commands to the group as it is read; in the order of a campaign.
from hamsafar.cli.selection import (  # noqa: E402, I001
    new,  # noqa: F401
    rehearse,  # noqa: F401
    open_,  # noqa: F401
    import_,  # noqa: F401
    screen,  # noqa: F401
    status,  # noqa: F401
    assign,  # noqa: F401
    marks,  # noqa: F401
    rank,  # noqa: F401
    report,  # noqa: F401
    impact,  # noqa: F401
    medical,  # noqa: F401
    decide,  # noqa: F401
    hand_over,  # noqa: F401
    cohort,  # noqa: F401
    trainees,  # noqa: F401
    record,  # noqa: F401
    expire,  # noqa: F401
    audit,  # noqa: F401
)
