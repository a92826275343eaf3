"""`versions`: the chain of changes that led to a plan, each with its file where one lies beside."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from attrs import frozen

from hamsafar.app.files import read_text
from hamsafar.app.plan_files import plan_given
from hamsafar.domain.changes import Version
from hamsafar.domain.plan import Plan, Verdict
from hamsafar.errors import HamsafarError
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.differences import Counts, counts_of_own

__all__ = ["Counts", "Known", "Versions", "digest_of", "versions"]

_MOST_BESIDE = 1_000  # folders looked into for the plans of a chain


@frozen(kw_only=True)
class Known:
    """A version of a plan, and where it lies."""

    version: Version
    digest: str  # of this version's plan; empty where nobody can know it
    file: Path | None = None  # None where no plan of that digest lies beside
    verdict: Verdict | None = None
    counts: Counts | None = None  # what it made of the version before; None where it isn't there


@frozen(kw_only=True)
class Versions:
    """A plan and the chain that led to it, oldest first; the last is the plan itself."""

    plan: Plan
    chain: tuple[Known, ...]


def digest_of(plan: Plan) -> str:
    """The SHA-256 of a plan as it is written, in hexadecimal: what `sha256sum plan.json` says of one of ours.

    Of a plan made in Python, ask once it was read back: its figures may have been whole numbers before.
    """
    return sha256(write_plan(plan).encode()).hexdigest()


def versions(plan: Path | str | Plan) -> Versions:
    """The chain of a plan: who asked for what, and the plan of each step, looked for in the folders beside it.

    `plan`: a plan, its file, or the folder it lies in; of a plan without a file only itself is known.
    Raises InputError where it is none.
    """
    if isinstance(plan, Plan):
        given = plan_given(plan)
        return Versions(plan=given, chain=_chain(given, {digest_of(given): (None, given)}))
    path = Path(plan)
    file = path / "plan.json" if path.is_dir() else path
    own = plan_given(path)
    digest = digest_of(own)
    found: dict[str, tuple[Path | None, Plan]] = {digest: (file, own)}
    wanted = {one.parent for one in own.versions if one.parent} - {digest}
    for beside in _beside(file):
        if not wanted:
            break
        other = _plan_in(beside)
        if other is not None and (its := digest_of(other)) in wanted:
            found[its] = (beside, other)
            wanted.discard(its)
    return Versions(plan=own, chain=_chain(own, found))


def _chain(plan: Plan, found: dict[str, tuple[Path | None, Plan]]) -> tuple[Known, ...]:
    """Each version with its digest, which is the next one's parent; the last is the plan's own."""
    digests = [*(one.parent for one in plan.versions[1:]), digest_of(plan)]
    return tuple(_known(one, digest, found) for one, digest in zip(plan.versions, digests, strict=True))


def _known(version: Version, digest: str, found: dict[str, tuple[Path | None, Plan]]) -> Known:
    if digest not in found:
        return Known(version=version, digest=digest)
    file, plan = found[digest]
    return Known(version=version, digest=digest, file=file, verdict=plan.verdict, counts=counts_of_own(plan))


def _beside(file: Path) -> Iterator[Path]:
    """Other plans near a file, by name: those in the folders beside its own, and the files beside it."""
    folder = file.absolute().parent
    near = [*sorted(folder.parent.glob("*/plan.json"))[:_MOST_BESIDE], *sorted(folder.glob("*.json"))[:_MOST_BESIDE]]
    own = file.absolute()
    yield from (one for one in near if one != own and one.is_file())


def _plan_in(file: Path) -> Plan | None:
    """The plan of a file, or None where it is something else."""
    try:
        return read_plan(read_text(file), where=str(file))
    except HamsafarError:
        return None
