"""`hamsafar select`: a campaign from the first application to the decision and its audit."""

from __future__ import annotations

from hamsafar.cli.options import app
from hamsafar.cli.selection.options import select

app.add_typer(select)

# Each module adds its commands to the group as it is read.
from hamsafar.cli.selection import (  # noqa: E402
    hand_over,  # noqa: F401
    impact,  # noqa: F401
    import_,  # noqa: F401
    new,  # noqa: F401
    open_,  # noqa: F401
    screen,  # noqa: F401
    status,  # noqa: F401
)
