"""An operations `plan.json` (`"format": "hamsafar-operations/1"`): the OperationsPlan as JSON and back, without loss.

As `plan_json`: keys are the nouns' own names and carry units; instants are UTC, ISO 8601 with `Z`; the same plan gives
the same bytes. Reading refuses unknown keys and never executes anything; every error says where.
"""

from __future__ import annotations

import json
from typing import Any

from hamsafar.domain.operations import OperationsPlan
from hamsafar.errors import InputError
from hamsafar.formats.plan_json import body_of, converter, structured

FORMAT = "hamsafar-operations/1"
_MOST_TASKS = 5_000  # ten times a busy week; the verifier compares pairs
_MOST_ROWS = 200_000


def write_operations(plan: OperationsPlan) -> str:
    """The plan as JSON text, ending in a newline. The orbit's rows stand one on a line."""
    body: dict[str, Any] = {"format": FORMAT, **converter().unstructure(plan)}
    if not plan.failed:  # which came later, and most plans have no use for
        body.pop("failed")
    rows = ",\n".join("  " + json.dumps(row, allow_nan=False) for row in body["orbit"])
    body["orbit"] = ["@rows@"]
    text = json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return text.replace('  "@rows@"', rows, 1)


def is_operations(text: str) -> bool:
    """Whether a text says at its head that it is an operations plan."""
    return f'"format": "{FORMAT}"' in text[:200]


def read_operations(text: str, *, where: str = "plan.json") -> OperationsPlan:
    """The plan of a JSON text. Raises InputError naming file, place and what is wrong."""
    body = body_of(text, FORMAT, where)
    for key, most in (("tasks", _MOST_TASKS), ("orbit", _MOST_ROWS)):
        if isinstance(body.get(key), list) and len(body[key]) > most:
            raise InputError(f"holds {len(body[key])} {key}, too many to be a week", where=where)
    return structured(body, OperationsPlan, where)
