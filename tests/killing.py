"""Kills a process that writes a record, at random moments, and looks at what it left. Run by the tests as a script.

`python killing.py FOLDER ROUNDS SEED`: a worker adds applicants, marks, decisions, reads and expiries, and confirms
each change through a pipe once it is told that it is done. Prints what was found, as JSON.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from itertools import count
from pathlib import Path

from hamsafar.domain.selection import Decision
from hamsafar.store import Record, audit
from records import applicant, code, marks_of, record_in

EACH = 25  # applicants in one change
ROUNDS_A_RECORD = 15
MOST_CHANGES = 6  # that a worker may finish before it is killed


def work(folder: Path, pipe: int) -> None:
    """Changes a record until it is killed; writes the number and chain of each event that is done."""
    record = Record.open(folder)

    def confirm() -> None:
        head = record.head
        assert head is not None
        os.write(pipe, f"{head.number} {head.chain}\n".encode())

    for first in count(len(record.codes()) + 1, EACH):
        codes = [code(number) for number in range(first, first + EACH)]
        with record.change(command="import", by="office-1", reason="intake") as change:
            change.add_applicants(applicant(number) for number in range(first, first + EACH))
        confirm()
        with record.change(command="marks", by="office-1", reason="sheets") as change:
            change.marked(mark for one in codes for mark in marks_of(one, "assessor-01", note="calm"))
        confirm()
        with record.change(command="decide", by="board-chair", reason="the board met") as change:
            change.decided(
                Decision(
                    candidate=one,
                    stage="final",
                    board="final-board",
                    outcome="stop",
                    present=("board-chair", "board-2"),
                    reason="x",
                )
                for one in codes
            )
        confirm()
        record.applicants(by="office-1", purpose="looking", codes=codes[:3])
        confirm()
        record.expire(codes[:2], by="data-protection-1", reason="asked")
        confirm()


def killed(folder: Path, chance: random.Random) -> list[tuple[int, str]]:
    """What a worker had confirmed when it was killed: at a random moment after a random number of changes."""
    mine, theirs = os.pipe()
    worker = os.fork()
    if worker == 0:
        try:
            work(folder, theirs)
        finally:
            os._exit(1)
    os.close(theirs)
    wanted, said, began = chance.randint(0, MOST_CHANGES), b"", time.monotonic()
    while said.count(b"\n") < wanted and (more := os.read(mine, 4_096)):
        said += more
    # However fast the machine is, the moment lies within one of the next changes.
    time.sleep(
        chance.uniform(0, 1.5) * (time.monotonic() - began) / max(1, wanted) if wanted else chance.uniform(0, 0.1)
    )
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    while more := os.read(mine, 4_096):
        said += more
    os.close(mine)
    return [
        (int(line.split()[0]), line.split()[1].decode()) for line in said.splitlines(keepends=True) if b"\n" in line
    ]


def look(folder: Path, confirmed: list[tuple[int, str]]) -> list[str]:
    """What is wrong with what is left: before anything mends it, and after."""
    faults = []
    before = audit(folder)
    record = Record.open(folder)
    after = audit(folder)
    for name, found in (("before", before), ("after", after)):
        if found.verdict != "holds":
            faults.append(f"{name}: {found.verdict} {found.findings[:3]}")
    chains = {event.number: event.chain for event in record.events()}
    faults += [f"confirmed event {number} is lost" for number, chain in confirmed if chains.get(number) != chain]
    live = record.applicants(by="office-1", purpose="looking")
    for name, size in (
        ("applicants", len(record.codes())),
        ("marks", len(record.marks("final", by="office-1")) // 2),
        ("decisions", len(record.decisions())),
        ("live", len(live) + len(record.expired())),
    ):
        if size % EACH:
            faults.append(f"{size} {name}: half a change is visible")
    if any("destroyed" in one.what for one in after.findings):
        faults.append("a key that should be gone is there")
    return faults


def main(place: Path, rounds: int, seed: int) -> dict[str, object]:
    chance, faults, confirmed, mended = random.Random(seed), [], 0, 0
    for number in range(rounds):
        folder = place / f"record-{number // ROUNDS_A_RECORD}"
        if not folder.exists():
            shutil.rmtree(place / f"record-{number // ROUNDS_A_RECORD - 1}", ignore_errors=True)
            folder.mkdir()
            record_in(folder)
        done = killed(folder, chance)
        confirmed += len(done)
        mended += (folder / "record" / "campaign.db-journal").exists()
        faults += [f"round {number}: {one}" for one in look(folder, done)]
    return {"rounds": rounds, "confirmed": confirmed, "cut_short": mended, "faults": faults}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
