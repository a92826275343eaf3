"""Plans the examples, damages them by every change in examples/changes, and writes what came of it into its pages.

Use: python tools/write_variants.py [--check] [NAME ...]. A page is docs/how-to/changes/NAME.md; its text is written by
hand, its blocks here, and so is the table of docs/how-to/changes/README.md. NAME: these pages only, and their rows.
With --check nothing is written; exit code 1 says what is stale, but for seconds. Everything is planned afresh, each
with the options that `hamsafar plan` and `hamsafar replan` have by themselves: it takes some minutes.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import cached_property
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import evolve, frozen

from hamsafar.app.planning import Planned, plan
from hamsafar.app.replanning import EFFORT, NEARNESS, NoPlan, Options, Replan, Undecided, replan
from hamsafar.cli.commands import code_of
from hamsafar.cli.door import Exit
from hamsafar.cli.no_plan import print_no_plan, print_undecided
from hamsafar.cli.replanning import print_replan

ROOT = Path(__file__).resolve().parents[1]
CHANGES = ROOT / "examples" / "changes"
PAGES = ROOT / "docs" / "how-to" / "changes"
INDEX = PAGES / "README.md"
_BLOCK = re.compile(r"(<!-- (?P<name>[a-z-]+): written by tools/write_variants.py -->\n)(.*?)(<!-- end -->)", re.S)
_FOR = re.compile(r"# For (?P<example>[a-z-]+)[,:]")
_SECONDS = re.compile(r"\| \d+ s \|$", re.M)  # the last cell of a row
_DONE = re.compile(r"Done in .*\n")
_MOST_LINES = 48  # of an answer, on a page
_LAST_LINES = 12  # of them, from its end
_WORDS = {"training": "the term", "flight": "the days aboard"}

Answer = Replan | NoPlan | Undecided


@frozen(kw_only=True)
class Variant:
    """A change that damages an example."""

    name: str
    example: str
    text: str  # of its file

    @property
    def command(self) -> str:
        """As typed in the project's folder, after `hamsafar plan` there."""
        return f"hamsafar replan out/{self.example} --change examples/changes/{self.name}.yaml"


@frozen(kw_only=True, slots=False)
class Outcome:
    """What came of a variant, and how long it took."""

    variant: Variant
    answer: Answer
    seconds: float

    @cached_property
    def printed(self) -> str:
        """What a person reads, as the command prints it; without how long it took."""
        said = StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            _print(self.answer)
        return _DONE.sub("", said.getvalue())

    @property
    def code(self) -> int:
        """The command's exit code."""
        match self.answer:
            case NoPlan():
                return Exit.NO_PLAN
            case Undecided():
                return Exit.UNDECIDED
            case Replan(judgement=judgement):
                return int(code_of(judgement.verdict))


def variants() -> tuple[Variant, ...]:
    """Every change in examples/changes, by name. Its first line says which example it is for."""
    return tuple(_variant(path) for path in sorted(CHANGES.glob("*.yaml")))


def _variant(path: Path) -> Variant:
    text = path.read_text(encoding="utf-8")
    found = _FOR.match(text)
    if found is None:
        raise SystemExit(f"{path.name}: the first line should begin with '# For EXAMPLE:'")
    return Variant(name=path.stem, example=found["example"], text=text)


def damaged(chosen: Iterable[Variant], options: Options | None = None) -> tuple[Outcome, ...]:
    """Plans the examples that are needed, and each of them again with its changes; in a folder of its own."""
    with TemporaryDirectory() as folder, chdir(folder):
        Path("examples").symlink_to(ROOT / "examples")
        asked = list(chosen)
        for example in dict.fromkeys(variant.example for variant in asked):
            _note(f"planning {example}")
            made = plan(Path("examples") / example, out=Path("out") / example, options=options or Options())
            if not isinstance(made, Planned):
                raise SystemExit(f"{example} has no plan, so nothing can be damaged")
        return tuple(_outcome(variant, options or Options(effort=EFFORT)) for variant in asked)


def _outcome(variant: Variant, options: Options) -> Outcome:
    _note(f"{variant.name} on {variant.example}")
    begun_s = time.monotonic()
    old = Path("out") / variant.example
    out = Path("out") / variant.name / f"{variant.example}.v2"
    answer = replan(old, Path("examples") / "changes" / f"{variant.name}.yaml", out=out, options=options)
    seconds = time.monotonic() - begun_s
    _note(f"  {_answer_in_words(answer)}, {seconds:.0f} s")
    return Outcome(variant=variant, answer=_as_if_alone(answer, variant), seconds=seconds)


def _as_if_alone(answer: Answer, variant: Variant) -> Answer:
    """With the files where the command puts them when no other variant was tried."""
    if not isinstance(answer, Replan):
        return answer
    files = tuple(Path("out") / path.relative_to(Path("out") / variant.name) for path in answer.files)
    return evolve(answer, files=files)


def _print(answer: Answer) -> None:
    match answer:
        case NoPlan():
            print_no_plan(answer, as_json=False)
        case Undecided():
            print_undecided(answer, as_json=False)
        case Replan():
            print_replan(answer)


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# The blocks of a page


def change_block(variant: Variant) -> str:
    """The change file as it is."""
    return f"```yaml\n{variant.text}```\n"


def answer_block(outcome: Outcome) -> str:
    """The command and what it prints, long lists shortened and said to be."""
    shown = "\n".join(_shortened(outcome.printed.splitlines()))
    return f"```console\n$ {outcome.variant.command}\n{shown}\n```\n\nExit code {int(outcome.code)}.\n"


def _shortened(lines: Sequence[str]) -> list[str]:
    """The first lines and the last ones, and how many stand between them."""
    if len(lines) <= _MOST_LINES:
        return list(lines)
    left_out = len(lines) - _MOST_LINES
    first = _MOST_LINES - _LAST_LINES
    return [*lines[:first], f"[... {left_out} lines are left out on this page ...]", *lines[-_LAST_LINES:]]


def table_block(outcomes: Iterable[Outcome], kept_rows: Mapping[str, str]) -> str:
    """One row for each variant; `kept_rows` are those that were not tried this time."""
    head = ("variant", "of", "answer", "stayed", "not where it was", "nearest", "verdict", "time")
    rows = {**kept_rows, **{one.variant.name: _row(one) for one in outcomes}}
    return "\n".join([_line(head), _line(["---"] * len(head)), *(rows[name] for name in sorted(rows))]) + "\n"


def _row(outcome: Outcome) -> str:
    variant, answer = outcome.variant, outcome.answer
    cells = [f"[{variant.name}]({variant.name}.md)", variant.example, _answer_in_words(answer)]
    cells += _figures(answer) if isinstance(answer, Replan) else ["", "", "", ""]
    return _line([*cells, f"{outcome.seconds:.0f} s"])


def _answer_in_words(answer: Answer) -> str:
    match answer:
        case Undecided():
            return "undecided"
        case Replan():
            return "repaired"
        case NoPlan(relaxations=relaxations):
            proved = sum(one.proved for one in relaxations)
            return f"no plan; {proved or 'no'} way{'' if proved == 1 else 's'} out proved"


def _figures(answer: Replan) -> list[str]:
    found = answer.diff.placements
    old = found.unchanged + len(found.each) - len(found.of_kind("added"))
    elsewhere = [(kind, len(found.of_kind(kind))) for kind in ("moved", "altered", "added", "dropped")]
    said = ", ".join(f"{number} {kind}" for kind, number in elsewhere if number) or "nothing"
    return [f"{found.unchanged} of {old}", said, nearest(answer), answer.judgement.verdict]


def nearest(answer: Replan) -> str:
    """Whether the plan is proved the nearest, or which of its measures are not, each with its bound."""
    terms = [term for term in answer.plan.objective if term.name in NEARNESS and term.value != term.bound]
    told = [f"{_WORDS[one.stage]}: {one.name} {one.value:,.0f} (bound {one.bound:,.0f})" for one in terms]
    return "; ".join(told) or "proved"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


# The pages


def blocks_of(text: str) -> dict[str, str]:
    """What stands between the markers of a page, by name."""
    return {found["name"]: found[3] for found in _BLOCK.finditer(text)}


def with_blocks(text: str, blocks: Mapping[str, str]) -> str:
    """A page with its blocks made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}{blocks.get(found['name'], found[3])}{found[4]}", text)


def without_seconds(text: str) -> str:
    """A page but for how long things took."""
    return _SECONDS.sub("| ? s |", text)


def rows_of(text: str) -> dict[str, str]:
    """The rows of the index's table, by variant."""
    table = blocks_of(text).get("table", "")
    found = ((re.match(r"\| \[([a-z0-9-]+)\]", line), line) for line in table.splitlines())
    return {match[1]: line for match, line in found if match is not None}


def main(arguments: Sequence[str]) -> int:
    """Writes what is stale, or says so."""
    names = [one for one in arguments if not one.startswith("--")]
    chosen = [one for one in variants() if not names or one.name in names]
    outcomes = damaged(chosen)
    made = {
        PAGES / f"{one.variant.name}.md": {"change": change_block(one.variant), "answer": answer_block(one)}
        for one in outcomes
    }
    known = {one.name for one in variants()}
    rows = {name: row for name, row in rows_of(INDEX.read_text(encoding="utf-8")).items() if name in known}
    made[INDEX] = {"table": table_block(outcomes, rows)}
    stale = [path for path, blocks in made.items() if _is_stale(path, blocks)]
    for path in stale:
        print(f"stale: {path.relative_to(ROOT)}" if "--check" in arguments else f"written: {path.relative_to(ROOT)}")
    if "--check" in arguments:
        return int(bool(stale))
    for path in stale:
        path.write_text(with_blocks(path.read_text(encoding="utf-8"), made[path]), encoding="utf-8")
    return 0


def _is_stale(path: Path, blocks: Mapping[str, str]) -> bool:
    text = path.read_text(encoding="utf-8")
    return without_seconds(with_blocks(text, blocks)) != without_seconds(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
