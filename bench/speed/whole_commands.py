"""How long whole commands take on this machine, and that they give the right answer.

Use: python bench/speed/whole_commands.py. Prints a table; exits 1 when a command fails or a bound is missed.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HAMSAFAR = Path(sys.executable).with_name("hamsafar")


def run(*arguments: str) -> tuple[float, subprocess.CompletedProcess[str]]:
    """(wall-clock seconds, the finished process)."""
    started = time.perf_counter()
    done = subprocess.run([HAMSAFAR, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return time.perf_counter() - started, done


def help_seconds(runs: int = 7) -> float:
    """The median time of `hamsafar --help`."""
    times = []
    for _ in range(runs):
        seconds, done = run("--help")
        assert done.returncode == 0, done.stderr
        assert "plan" in done.stdout
        times.append(seconds)
    return statistics.median(times)


def plan_seconds(example: str) -> tuple[float, dict[str, object]]:
    """Time of one cold plan of an example, and what it answered; asserts that the plan holds."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, done = run("plan", f"examples/{example}", "--out", folder, "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    answer = json.loads(done.stdout)
    assert answer["verdict"] == "holds", answer["verdict"]
    return seconds, answer


def main() -> int:
    """Prints the table; returns 1 when a bound is missed."""
    rows = [("hamsafar --help (median of 7)", help_seconds(), 0.3)]
    for example in ("tiangong-guest", "tiangong-eve"):
        seconds, answer = plan_seconds(example)
        rows.append((f"hamsafar plan {example} (cold, {answer['status']})", seconds, 30.0))
    for name, seconds, bound in rows:
        print(f"{name:<60} {seconds:7.2f} s   bound {bound:g} s   {'ok' if seconds <= bound else 'MISSED'}")
    peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024
    print(f"{'largest process':<60} {peak_mib:7.0f} MiB bound 1024 MiB {'ok' if peak_mib <= 1_024 else 'MISSED'}")
    return int(any(seconds > bound for _, seconds, bound in rows) or peak_mib > 1_024)


if __name__ == "__main__":
    sys.exit(main())
