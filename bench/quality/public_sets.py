"""How good the scheduling engine is on the field's public sets, and beside PyJobShop on the same solver.

Use: python bench/quality/public_sets.py [SET ...] [--limit S] [--every N] [--peer] [--json FILE]. The sets lie in
`../shared/benchmarks` (without it there is nothing to do). Every schedule is judged by the checker; the exit code is 1
when an answer contradicts a known value or breaks its own problem. A file's time counts from the problem in memory to
the answer, model building and proof included.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from math import exp, inf, log
from pathlib import Path

from attrs import asdict, frozen

from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.formats import read_problem_file
from hamsafar.schedule.problem import Answer, Conflict, Problem, Solved
from hamsafar.schedule.solve import solve

SETS = Path(__file__).resolve().parents[3] / "shared" / "benchmarks"
WORKERS = 2


@frozen(kw_only=True)
class Known:
    """A file of a set and what is known of it: bounds of the makespan; `infeasible` where there is no schedule."""

    set: str
    path: Path
    lower: int | None
    upper: int | None
    infeasible: bool = False
    reading: str = "published"


@frozen(kw_only=True)
class Outcome:
    """What one solver made of one file."""

    set: str
    file: str
    solver: str
    status: str
    makespan: int | None
    bound: int | None
    seconds: float
    lower: int | None
    upper: int | None
    wrong: str = ""

    @property
    def proved(self) -> bool:
        """Whether the answer is final."""
        return self.status in ("optimal", "infeasible")


def known_files() -> Iterator[Known]:
    """Every file of every set, with its best known values."""
    for size in ("j30", "j60", "j120"):
        yield from _table("rcpsp", size, SETS / "rcpsp" / f"best_{size}.csv", SETS / "rcpsp" / size, ".sm")
    for row in _rows(SETS / "rcpsp" / "best_patterson.csv"):
        best = int(row["optimum"])
        path = SETS / "rcpsp" / "patterson" / row["problem"]
        yield Known(set="patterson", path=path, lower=best, upper=best)
    for row in _rows(SETS / "rcpsp-max" / "best.csv"):
        path = SETS / "rcpsp-max" / row["set"] / row["file"]
        infeasible = row["status"] == "infeasible"
        lower, upper = _number(row["lower_bound"]), _number(row["upper_bound"])
        yield Known(set=f"max-{row['set']}", path=path, lower=lower, upper=upper, infeasible=infeasible)
    for size in ("j10", "j20", "j30"):
        yield from _table("mm", size, SETS / "mmrcpsp" / f"best_{size}.csv", SETS / "mmrcpsp" / size, ".mm")
    yield from _mspsp()
    for row in _rows(SETS / "imopse" / "best.csv"):
        path = SETS / "imopse" / row["file"]
        yield Known(set="imopse", path=path, lower=int(row["lower_bound"]), upper=int(row["makespan"]))
    for row in _rows(SETS / "crewplanning" / "best.csv"):
        for reading, column in (("published", "pddl"), ("strict", "strict")):
            best = int(row[f"{column}_optimal_makespan_min"])
            path = SETS / "crewplanning" / row["file"]
            yield Known(set=f"crew-{reading}", path=path, lower=best, upper=best, reading=reading)


def _table(kind: str, size: str, table: Path, folder: Path, suffix: str) -> Iterator[Known]:
    for row in _rows(table):
        yield Known(
            set=size if kind == "rcpsp" else f"{kind}-{size}",
            path=folder / f"{row['instance']}{suffix}",
            lower=_number(row["lower_bound"]),
            upper=_number(row["upper_bound"]),
            infeasible=row["status"] == "infeasible",
        )


def _mspsp() -> Iterator[Known]:
    for row in _rows(SETS / "mspsp" / "best.csv"):
        folder = "set-1" if row["subset"].startswith("set-1") else "set-2"
        name = f"inst_{row['group'].removesuffix('_pris')}_{int(row['instNum']):02d}.dzn"
        best = int(row["makespan"])
        lower = best if row["status"] == "optimal" else int(row["root_lower_bound"])
        yield Known(set=f"mspsp-{folder}", path=SETS / "mspsp" / folder / name, lower=lower, upper=best)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> int | None:
    return int(text) if text.strip() else None


def problem_of(known: Known) -> Problem:
    """The file as a problem."""

    def beside(name: str) -> str | None:
        path = known.path.parent / name
        return path.read_text(encoding="utf-8") if path.exists() else None

    text = known.path.read_text(encoding="latin-1")
    return read_problem_file(known.path.name, text, beside=beside, reading=known.reading)  # type: ignore[arg-type]


def run_ours(known: Known, problem: Problem, limit_s: float) -> Outcome:
    """Our answer, judged by the checker and held against what is known."""
    began = time.perf_counter()
    answer = solve(problem, workers=WORKERS, effort=inf, time_limit_s=limit_s, shrink=False)
    seconds = time.perf_counter() - began
    makespan, bound, status, wrong = None, None, _status(answer), ""
    if isinstance(answer, Solved):
        makespan, bound = answer.terms[0].value, answer.terms[0].bound
        if broken := check(problem, answer.placed):
            wrong = f"breaks its problem: {broken[0].sentence}"
        elif evaluate(problem, answer.placed) != (makespan,):
            wrong = "the value is not that of the schedule"
    return _outcome(known, "hamsafar", status, makespan, bound, seconds, wrong)


def _status(answer: Answer) -> str:
    match answer:
        case Solved(optimal=True):
            return "optimal"
        case Solved():
            return "feasible"
        case Conflict():
            return "infeasible"
    return "undecided"


def run_peer_on(known: Known, problem: Problem, limit_s: float) -> Outcome | None:
    """PyJobShop's answer; None where it can't say the problem."""
    from peer import run_peer

    try:
        run = run_peer(problem, limit_s, WORKERS)
    except ValueError:
        return None
    return _outcome(known, "pyjobshop", run.status, run.makespan, run.bound, run.seconds, "")


def _outcome(
    known: Known, solver: str, status: str, makespan: int | None, bound: int | None, seconds: float, wrong: str
) -> Outcome:
    """With what contradicts the known values, in words."""
    if status == "infeasible" and known.upper is not None:
        wrong = f"said infeasible, {known.upper} is known"
    elif makespan is not None and known.infeasible:
        wrong = "said feasible, known to be infeasible"
    elif makespan is not None and known.lower is not None and makespan < known.lower:
        wrong = f"{makespan} is below the known bound {known.lower}"
    elif status == "optimal" and known.upper is not None and makespan is not None and makespan > known.upper:
        wrong = f"said optimal, {known.upper} is known"
    elif bound is not None and known.upper is not None and bound > known.upper:
        wrong = f"claims the bound {bound}, {known.upper} is known"
    return Outcome(
        set=known.set,
        file=known.path.name,
        solver=solver,
        status=status,
        makespan=makespan,
        bound=bound,
        seconds=round(seconds, 4),
        lower=known.lower,
        upper=known.upper,
        wrong=wrong,
    )


HEAD = f"{'set':<15}{'solver':<11}{'files':>6}{'proved':>8}{'share':>8}{'as best':>9}{'none':>6}{'mean dev':>10}"
HEAD += f"{'max dev':>9}{'median':>9}{'median proof':>14}{'wrong':>7}"


def table(outcomes: Sequence[Outcome]) -> str:
    """One line a set and solver: how much is proved, how far from the best known, how long a proof takes."""
    lines = [HEAD]
    for name in dict.fromkeys(outcome.set for outcome in outcomes):
        for solver in dict.fromkeys(outcome.solver for outcome in outcomes):
            mine = [outcome for outcome in outcomes if (outcome.set, outcome.solver) == (name, solver)]
            if mine:
                lines.append(_line(name, solver, mine))
    return "\n".join(lines)


def _line(name: str, solver: str, mine: Sequence[Outcome]) -> str:
    proofs = [outcome.seconds for outcome in mine if outcome.proved]
    away = [100 * (o.makespan / o.upper - 1) for o in mine if o.makespan is not None and o.upper]
    as_best = sum(o.status == "infeasible" if o.upper is None else (o.makespan or inf) <= o.upper for o in mine)
    without = sum(o.makespan is None and o.status != "infeasible" for o in mine)
    mean, most = (statistics.fmean(away), max(away)) if away else (0.0, 0.0)
    median = statistics.median(proofs) if proofs else inf
    return (
        f"{name:<15}{solver:<11}{len(mine):>6}{len(proofs):>8}{100 * len(proofs) / len(mine):>7.1f}%{as_best:>9}"
        f"{without:>6}{mean:>9.2f}%{most:>8.1f}%{statistics.median(o.seconds for o in mine):>8.3f}s{median:>13.3f}s"
        f"{sum(bool(o.wrong) for o in mine):>7}"
    )


def ratio(outcomes: Sequence[Outcome], limit_s: float) -> str:
    """How much longer the peer takes to prove, where either takes over a second; unproved counts as the limit."""
    ours = {(o.set, o.file): o for o in outcomes if o.solver == "hamsafar"}
    pairs = [(ours[o.set, o.file], o) for o in outcomes if o.solver != "hamsafar"]
    slow = [(a, b) for a, b in pairs if (a.proved or b.proved) and max(a.seconds, b.seconds) > 1]
    if not slow:
        return "no file took over a second"
    times = [((b.seconds if b.proved else limit_s), (a.seconds if a.proved else limit_s)) for a, b in slow]
    mean = exp(statistics.fmean(log(theirs / mine) for theirs, mine in times))
    return f"{len(slow)} files over 1 s proved by either: the peer takes {mean:.2f} times as long (geometric mean)"


def main() -> int:
    """Runs the sets asked for and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "sets", nargs="*", help="such as j30 max-ubo50 mm-j20 mspsp-set-1 imopse crew-strict (default: all)"
    )
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a file")
    parser.add_argument("--every", type=int, default=1, help="every N-th file only")
    parser.add_argument("--peer", action="store_true", help="PyJobShop beside it, on the same files")
    parser.add_argument("--json", type=Path, help="all outcomes, file by file")
    asked = parser.parse_args()
    if not SETS.exists():
        print("the public sets are not here: nothing to measure")
        return 0
    files = [known for known in known_files() if not asked.sets or known.set in asked.sets]
    by_set: dict[str, list[Known]] = {}
    for known in files:
        by_set.setdefault(known.set, []).append(known)
    outcomes: list[Outcome] = []
    for known in chain.from_iterable(mine[:: asked.every] for mine in by_set.values()):
        problem = problem_of(known)
        found = [run_ours(known, problem, asked.limit)]
        if asked.peer and (peer := run_peer_on(known, problem, asked.limit)) is not None:
            found.append(peer)
        outcomes.extend(found)
        for one in found:
            said = f"{one.status} {one.makespan} [{one.bound}] best {one.lower}..{one.upper} {one.seconds:.2f} s"
            print(f"{one.set} {one.file} {one.solver}: {said} {one.wrong}", file=sys.stderr, flush=True)
        if asked.json:
            asked.json.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=1), encoding="utf-8")
    print(table(outcomes))
    if asked.peer:
        print(ratio(outcomes, asked.limit))
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
