"""`hamsafar moon`: a lunar CubeSat's orbit, life, light, contacts, link, release and week."""

from __future__ import annotations

from hamsafar.cli.moon import plan as _plan  # noqa: F401  # reading it adds its command
from hamsafar.cli.moon.options import moon
from hamsafar.cli.options import app

app.add_typer(moon)

# Each module adds its commands to the group as it is read; in the order in which a team asks:
# orbit, lifetime, releases, light, contacts, link, plan.
from hamsafar.cli.moon import orbit, lifetime, releases, light, contacts, link  # noqa: E402, F401, I001
