"""A conflict in JSON: exit code 3, one document, each sentence with the tags that it speaks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from small_example import small_example


def test_sentences_and_rules_belong_together(run: Any, tmp_path: Path) -> None:
    folder = small_example(
        "tiangong-eve", tmp_path / "eve", ("sleep", "safety-brief", "arrival", "emergency-drill", "liner")
    )
    with (folder / "programme.yaml").open("a", encoding="utf-8") as stream:
        stream.write("\nrules:\n  CRW-03: {max_shift: 0 min}\n")
    done = run("plan", "eve", "--json", "--effort", "0.3")
    assert done.code == 3, done.err
    document = done.document
    assert document["status"] == "infeasible"
    assert document["conflict"]
    for clash in document["conflict"]:
        assert clash["sentence"].startswith(clash["rule"] + ":")
        assert clash["tags"]
    assert {"CRW-03"} <= {clash["rule"] for clash in document["conflict"]}
    assert not (tmp_path / "out").exists()
