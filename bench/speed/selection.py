"""How fast marks are read, the mark model is fitted and ranks are told on this machine.

Use: python bench/speed/selection.py. Prints a table; exits 1 when an answer is wrong or a bound is missed.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from hamsafar.programme.selection.mark_table import read_marks
from hamsafar.selection.mixed import fitted
from hamsafar.selection.ranking import ranking_of
from made_marks import Made, made_marks

BIG = Made(candidates=25_000, assessors=200, items=4, panel=3, missing=0.0)  # 300,000 marks
FINAL = Made(candidates=500, assessors=40, items=4, panel=3)
MOST_MIB = 2_048

missed = False


def row(name: str, began: tuple[float, float], *, bound_s: float) -> None:
    """Prints one line of the table; the processor's own time tells on a machine that has other work as well."""
    global missed
    taken, busy = time.perf_counter() - began[0], time.process_time() - began[1]
    missed = missed or taken > bound_s
    late = "" if taken <= bound_s else "  MISSED"
    print(f"{name:<62} {taken:8.2f} s  (processor {busy:.2f} s)  bound {bound_s:.0f} s{late}", flush=True)


def now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def main() -> int:
    global missed
    random = np.random.default_rng(2026)
    table, ability = made_marks(BIG, random)
    columns = zip(table.candidate, table.assessor, table.item, table.mark, strict=True)
    lines = [f"{table.candidates[c]},{table.assessors[a]},{table.items[i]},{m:.2f}" for c, a, i, m in columns]
    content = "\n".join(["candidate,assessor,item,mark", *lines]).encode()

    began = now()
    read = read_marks(content, where="marks.csv")
    row("300,000 marks read from CSV", began, bound_s=3)
    assert read.mark.size == len(table)

    began = now()
    fit = fitted(table)
    row("mark model of 300,000 marks, 200 assessors", began, bound_s=10)
    assert fit.settled
    truth = {"candidate": 1.0, "residual": 0.64, "candidate_assessor": 0.09, "candidate_item": 0.09}
    for term, value in truth.items():
        assert abs(fit.variance[term] / value - 1) < 0.05, (term, fit.variance[term])  # its own error is about 1 %

    began = now()
    ranking = ranking_of(table, top=500)
    row("the same with scores and intervals of 25,000", began, bound_s=20)
    score = {one.candidate: one.score for one in ranking.candidates}
    assert np.corrcoef([score[one] for one in table.candidates], ability)[0, 1] > 0.9

    finalists, _ = made_marks(FINAL, random)
    began = now()
    final = ranking_of(finalists, top=20)
    row("scores and intervals of 500 finalists, 5,400 marks", began, bound_s=10)
    assert all(one.rank_low and one.rank and one.rank_high for one in final.candidates)

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    missed = missed or used > MOST_MIB
    print(f"{'most memory':<62} {used:8.0f} MiB  bound {MOST_MIB} MiB")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
