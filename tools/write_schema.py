"""Writes the JSON Schemas that the package carries: python tools/write_schema.py"""

from __future__ import annotations

from pathlib import Path

from hamsafar.programme import change_schema_text, schema_text
from hamsafar.programme.lunar import mission_schema_text
from hamsafar.programme.selection import campaign_schema_text
from hamsafar.schedule.form import schema_text as problem_schema_text

PACKAGE = Path(__file__).parents[1] / "src" / "hamsafar"
TARGETS = {
    PACKAGE / "programme" / "lunar" / "mission.schema.json": mission_schema_text,
    PACKAGE / "programme" / "selection" / "campaign.schema.json": campaign_schema_text,
    PACKAGE / "programme" / "programme.schema.json": schema_text,
    PACKAGE / "programme" / "change.schema.json": change_schema_text,
    PACKAGE / "schedule" / "problem.schema.json": problem_schema_text,
}


if __name__ == "__main__":
    for target, text in TARGETS.items():
        target.write_text(text(), encoding="utf-8", newline="\n")
        print(f"wrote {target.name}, {target.stat().st_size} bytes")
