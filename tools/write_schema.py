"""Writes the JSON Schemas of programmes and problems where the package carries them: python tools/write_schema.py"""

from __future__ import annotations

from pathlib import Path

from hamsafar.programme import schema_text
from hamsafar.schedule.form import schema_text as problem_schema_text

PACKAGE = Path(__file__).parents[1] / "src" / "hamsafar"
TARGETS = {
    PACKAGE / "programme" / "programme.schema.json": schema_text,
    PACKAGE / "schedule" / "problem.schema.json": problem_schema_text,
}


if __name__ == "__main__":
    for target, text in TARGETS.items():
        target.write_text(text(), encoding="utf-8", newline="\n")
        print(f"wrote {target.name}, {target.stat().st_size} bytes")
