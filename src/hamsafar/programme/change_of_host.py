"""What the host sent, its plan and its answers, put into a change of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from attrs import evolve

from hamsafar.domain.changes import Change
from hamsafar.domain.host import Fixed
from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.programme.host_answers import Answered

_LONGEST_WHY = 200  # characters


def change_of_host(
    plan: Plan, change: Change | None, fixed: Sequence[Fixed], answers: Sequence[Answered], files: Sequence[str]
) -> Change:
    """The change with what the host says besides; where there is none, one of its own, asked for by the host.

    Raises InputError where the change says the same itself.
    """
    made = _own(plan, bool(fixed), bool(answers), files) if change is None else change
    for name, said, sent in (("host_plan", made.host_plan, fixed), ("answers", made.answers, answers)):
        if said and sent:
            raise InputError("is said by a file of the host's too; leave one of them", where=made.where.get(name, name))
    where = dict(made.where)
    for number, one in enumerate(fixed):
        where[f"host_plan[{number}]"] = one.source
    for number, each in enumerate(answers):
        where[f"answers[{number}].request"] = each.at_number
        where[f"answers[{number}].answer"] = each.at
    return evolve(
        made,
        host_plan=tuple(fixed) or made.host_plan,
        answers=tuple(each.answer for each in answers) or made.answers,
        where=where,
    )


def _own(plan: Plan, fixed: bool, answers: bool, files: Sequence[str]) -> Change:
    agencies = plan.programme.agencies
    host = next((agency for agency in agencies if agency.role == "host"), agencies[0])
    what = " and ".join(part for part, is_there in (("plan", fixed), ("answers", answers)) if is_there)
    names = ", ".join(dict.fromkeys(PurePath(file).name for file in files))
    why = "".join(letter for letter in f"from {names}" if letter.isprintable())[:_LONGEST_WHY].strip()
    return Change(title=f"The host's {what}", asked_by=host.id, why=why)
