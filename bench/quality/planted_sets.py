"""How good the engine is at the size of a real term: problems with planted answers, as `tests/planted.py` draws them.

Use: python bench/quality/planted_sets.py [--sizes 300:10 1000:60] [--wishes value preferred both] [--seeds 1] [--json]
A size is ACTIVITIES:SECONDS. Every schedule is judged by the checker; the exit code is 1 when one breaks its problem or
a bound contradicts the planted answer. Told are the seconds to the first value, and the gap: to the proved bound, and
for values, whose planted optimum is 0, in per cent of all value.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from math import inf
from pathlib import Path
from typing import Any, get_args

from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.problem import Solved
from hamsafar.schedule.solve import Progress, solve

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from planted import Wish, planted  # it lies among the tests

WORKERS = 2


def main() -> int:
    """Measures, prints, and tells whether everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["300:10", "1000:60"], metavar="ACTIVITIES:SECONDS")
    parser.add_argument("--wishes", nargs="+", default=list(get_args(Wish)), choices=get_args(Wish))
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for size in asked.sizes:
        activities, _, seconds = size.partition(":")
        for wish in asked.wishes:
            for seed in asked.seeds:
                rows.append(measured(int(activities), float(seconds), wish, seed))
                print(told(rows[-1]), flush=True)
    if asked.json is not None:
        asked.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return int(any(row["wrong"] for row in rows))


def measured(activities: int, seconds: float, wish: Wish, seed: int) -> dict[str, Any]:
    """One problem solved within a time limit."""
    made = planted(activities=activities, wish=wish, seed=seed)
    began, firsts = time.monotonic(), list[float]()

    def heard(news: Progress) -> None:
        if news.value is not None:
            firsts.append(time.monotonic() - began)

    answer = solve(made.problem, workers=WORKERS, effort=inf, time_limit_s=seconds, on_progress=heard)
    known = evaluate(made.problem, made.answer)
    row: dict[str, Any] = {
        "activities": activities, "wish": wish, "seed": seed, "load": round(made.load, 3),
        "seconds": round(time.monotonic() - began, 1), "first_s": round(firsts[0], 1) if firsts else None,
        "planted": dict(zip((one.name for one in made.problem.objectives), known, strict=True)),
        "all_value": sum(task.value for task in made.problem.tasks), "terms": [], "wrong": "",
    }  # fmt: skip
    if not isinstance(answer, Solved):
        row["wrong"] = "" if type(answer).__name__ == "Unknown" else "a conflict was told"
        return row
    row["terms"] = [{"name": term.name, "value": term.value, "bound": term.bound} for term in answer.terms]
    if check(made.problem, answer.placed):
        row["wrong"] = "the schedule breaks its problem"
    elif answer.terms[0].bound > known[0]:
        row["wrong"] = "the bound contradicts the planted answer"
    return row


def told(row: dict[str, Any]) -> str:
    """One line for people."""
    terms = "; ".join(
        f"{term['name']} {term['value']:,} (bound {term['bound']:,}, {percent(row, term):.2f} %)"
        for term in row["terms"]
    )
    return (
        f"{row['activities']:>5} {row['wish']:<9} seed {row['seed']} load {row['load']:.2f}: first {row['first_s']} s, "
        f"{row['seconds']} s: {terms or 'nothing found'} planted {row['planted']} {row['wrong']}"
    )


def percent(row: dict[str, Any], term: dict[str, Any]) -> float:
    """The gap to the bound: of all value where value is lost, of the value itself otherwise."""
    whole = row["all_value"] if term["name"] == "left undone" else term["value"]
    return 100.0 * (term["value"] - term["bound"]) / max(1, whole)


if __name__ == "__main__":
    sys.exit(main())
