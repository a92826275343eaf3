"""Writes the JSON Schema of programme files where the package carries it: python tools/write_schema.py"""

from __future__ import annotations

from pathlib import Path

from hamsafar.programme import schema_text

TARGET = Path(__file__).parents[1] / "src" / "hamsafar" / "programme" / "programme.schema.json"


if __name__ == "__main__":
    TARGET.write_text(schema_text(), encoding="utf-8", newline="\n")
    print(f"wrote {TARGET.name}, {TARGET.stat().st_size} bytes")
