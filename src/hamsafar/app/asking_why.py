"""`why`: why something is where it is in a plan, or why it was left out and what putting it in would cost."""

from __future__ import annotations

from pathlib import Path

from hamsafar.app.plan_files import plan_at
from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.planning.make import Options
from hamsafar.planning.why import Cost, Elsewhere, Freedom, Leaving, Placing, Preferred, Why, known_ids
from hamsafar.planning.why import why as asked
from hamsafar.programme.problems import nearest

__all__ = ["EFFORT", "Cost", "Elsewhere", "Freedom", "Leaving", "Options", "Placing", "Preferred", "Why", "why"]

EFFORT = 2.0  # deterministic seconds of solver work for one thing that was left out


def why(plan: Path | str | Plan, activity: str, *, options: Options | None = None) -> Why:
    """Why an activity or a session lies where it does, or why it was left out.

    `plan`: a plan, its file, or the folder it lies in; `activity`: a placement (`exp-glovebox#1`), what was left out,
    or an activity or a session, of which all occurrences are told. Raises InputError for an id that the plan doesn't
    know, with the nearest ones.
    """
    options = options or Options(effort=EFFORT)
    options.tell("Reading the plan")
    given = plan if isinstance(plan, Plan) else plan_at(Path(plan))
    known = known_ids(given)
    if activity not in known:
        what = f"{activity!r} is neither in the plan nor left out of it{nearest(activity, known)}"
        raise InputError(what, where="the plan" if isinstance(plan, Plan) else str(plan))
    return asked(given, activity, options)
