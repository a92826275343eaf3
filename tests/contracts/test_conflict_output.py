"""A conflict in JSON: exit code 3, one document, each sentence with the tags that it speaks for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from small_example import small_example

HAMSAFAR = Path(sys.executable).with_name("hamsafar")


def test_sentences_and_rules_belong_together(tmp_path: Path) -> None:
    folder = small_example(
        "tiangong-eve", tmp_path / "eve", ("sleep", "safety-brief", "arrival", "emergency-drill", "liner")
    )
    with (folder / "programme.yaml").open("a", encoding="utf-8") as stream:
        stream.write("\nrules:\n  CRW-03: {max_shift: 0 min}\n")
    done = subprocess.run(
        [HAMSAFAR, "plan", "eve", "--json", "--effort", "0.3"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    document = json.loads(done.stdout)
    assert document["status"] == "infeasible"
    assert document["conflict"]
    for clash in document["conflict"]:
        assert clash["sentence"].startswith(clash["rule"] + ":")
        assert clash["tags"]
    assert {"CRW-03"} <= {clash["rule"] for clash in document["conflict"]}
    assert not (tmp_path / "out").exists()
