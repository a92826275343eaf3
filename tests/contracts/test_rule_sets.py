"""One rule, its pieces: the book, what planning obeys, what the verifier checks, and the tests that take it away."""

from __future__ import annotations

import re
from pathlib import Path

import hamsafar.planning.make  # noqa: F401  # loads every planning module, so that each has said what it obeys
from hamsafar.planning.enforces import enforced
from hamsafar.rules import BOOK
from hamsafar.rules.operations import OPERATIONS_BOOK
from hamsafar.verify import CHECKERS

RULES = Path(__file__).parents[1] / "rules"


def test_every_rule_is_obeyed_and_checked_and_none_is_unknown() -> None:
    assert set(enforced()) - set(OPERATIONS_BOOK) == set(BOOK)  # a week's book has a test of its own
    assert set(CHECKERS) == set(BOOK)


def test_every_rule_is_taken_away_in_some_test() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in RULES.glob("test_*.py"))
    named = set(re.findall(r"""["']([A-Z]{3}-\d\d)["']""", texts))
    assert set(BOOK) <= named, sorted(set(BOOK) - named)


def test_ids_are_what_they_look_like_and_sentences_are_sentences() -> None:
    for id_, rule in BOOK.items():
        assert re.fullmatch(r"[A-Z]{3}-\d\d", id_)
        assert rule.sentence[0].isupper()
        assert rule.sentence.endswith(".")
        assert rule.source
