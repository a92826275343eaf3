"""Whether 95 % rank intervals hold the true ranks, how wide they are, and whether adjusting helps.

Use: python bench/accuracy/select_ranks.py [CAMPAIGNS] [A CELL]. Prints the tables of
docs/explanation/selection-marks.md; exits 1 where coverage over all campaigns is outside 94 to 98.5 %, or adjusted
scores are worse than plain averages by more than 0.005 in mean rank correlation, or not better though severities
spread at least a fifth as much as candidates. Two processes; ten minutes.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # two processes on two cores; said before numpy is there
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from hamsafar.selection.adjusted import Aim
from hamsafar.selection.connected import parts_of
from hamsafar.selection.mixed import fitted
from hamsafar.selection.posterior import posterior_of
from hamsafar.selection.ranks import rank_draws
from made_marks import Made, made_marks

SHAPES = {
    "8 candidates, 4 assessors by twos, 3 items": Made(candidates=8, assessors=4, panel=2),
    "20, 6 by fours, 5 items, sharp marks": Made(
        candidates=20, assessors=6, panel=4, items=5, candidate_assessor=0.1, candidate_item=0.1, residual=0.3
    ),
    "30, 6 by threes, no severities, 20 % missing": Made(candidates=30, assessors=6, severity=0.0, missing=0.2),
    "30, 6 by threes, severities twice abilities": Made(candidates=30, assessors=6, severity=2.0, missing=0.2),
    "40, 8 by threes, 3 items": Made(),
    "40, 8 by threes, one item, 10 % missing": Made(
        items=1, difficulty=0.0, candidate_assessor=0.0, candidate_item=0.0, assessor_item=0.0
    ),
    "60, 10 by twos, 4 items, 30 % missing": Made(candidates=60, assessors=10, panel=2, items=4, missing=0.3),
    "120, 12 by threes, 4 items": Made(candidates=120, assessors=12, items=4),
}
SEVERITIES, PANELS, MISSING, FIELDS = (0.0, 0.2, 0.5, 1.0, 2.0), (2, 3, 5), (0.0, 0.3), (8, 40, 200)
BAND = (0.94, 0.985)
WORSE = 0.005


def judged(task: tuple[Made, int, int]) -> tuple[float, float, float, float] | None:
    """Coverage, mean width, rank correlation of adjusted scores and of plain averages; None: not connected."""
    made, seed, draws = task
    random = np.random.default_rng([2026, seed])
    table, ability = made_marks(made, random)
    if parts_of(table).number > 1:
        return None
    fit = fitted(table)
    posterior = posterior_of(fit, Aim(weights=None), draws=draws, random=random)
    who = posterior.scored.who
    truth = _ranks(ability[who])
    ranks = rank_draws(posterior.draws)
    plain = np.bincount(table.candidate, table.mark)[who] / np.bincount(table.candidate)[who]
    return (
        float(((ranks.low <= truth) & (truth <= ranks.high)).mean()),
        float((ranks.high - ranks.low + 1).mean()),
        float(np.corrcoef(truth, _ranks(posterior.score))[0, 1]),
        float(np.corrcoef(truth, _ranks(plain))[0, 1]),
    )


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(-values)) + 1


def covered(pool: ProcessPoolExecutor, campaigns: int) -> bool:
    """Prints the table of coverage; whether it lies in the band over all campaigns."""
    each = -(-campaigns // len(SHAPES))
    whole = []
    print("campaigns | coverage (%) | se | mean width | share of the field")
    for number, (name, made) in enumerate(SHAPES.items()):
        tasks = [(made, 100_000 * number + k, 2_000) for k in range(each)]
        rows = np.array([row for row in pool.map(judged, tasks, chunksize=4) if row])
        whole.append(rows)
        cover, width = rows[:, 0], rows[:, 1].mean()
        print(
            f"{name} | {len(rows)} | {100 * cover.mean():.1f} | {100 * cover.std() / len(rows) ** 0.5:.1f} | "
            f"{width:.1f} | {100 * width / made.candidates:.0f} %",
            flush=True,
        )
    rows = np.concatenate(whole)
    cover = rows[:, 0].mean()
    print(f"all | {len(rows)} | {100 * cover:.2f} | {100 * rows[:, 0].std() / len(rows) ** 0.5:.2f} | ")
    return bool(BAND[0] <= cover <= BAND[1])


def adjusting_helps(pool: ProcessPoolExecutor, cell: int) -> bool:
    """Prints the table of correlations; whether adjusting helps where it should and harms nowhere."""
    good, worst = True, 0.0
    print("severity | candidates | campaigns | adjusted | plain | better by | se")
    for number, (severity, field) in enumerate(product(SEVERITIES, FIELDS)):
        times = cell * (8 if field == 8 else 2 if field == 40 else 1)
        tasks = []
        for kind, (panel, missing) in enumerate(product(PANELS, MISSING)):
            many = max(panel + 2, field // 10)
            made = Made(candidates=field, assessors=many, panel=panel, severity=severity, missing=missing)
            tasks += [(made, 10_000_000 + 100_000 * number + 10_000 * kind + k, 100) for k in range(times)]
        rows = np.array([row for row in pool.map(judged, tasks, chunksize=4) if row])
        gain = rows[:, 2] - rows[:, 3]
        good &= gain.mean() >= -WORSE and (severity < 0.2 or gain.mean() > 0)
        worst = min(worst, gain.mean())
        print(
            f"{severity} | {field} | {len(rows)} | {rows[:, 2].mean():.3f} | {rows[:, 3].mean():.3f} | "
            f"{gain.mean():+.4f} | {gain.std() / len(gain) ** 0.5:.4f}",
            flush=True,
        )
    print(f"worst: {worst:+.4f}")
    return good


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    a_cell = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with ProcessPoolExecutor(2) as workers:
        right = covered(workers, wanted) if wanted else True
        sys.exit(0 if (adjusting_helps(workers, a_cell) if a_cell else True) and right else 1)
