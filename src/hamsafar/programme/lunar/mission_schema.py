"""The JSON Schema of `mission.yaml`, for editors; generated from the models that read it."""

from __future__ import annotations

from hamsafar.programme.schema import text_of


def mission_schema_text() -> str:
    """The JSON Schema (draft 2020-12) of a mission's file, ending in a newline; the same text every time."""
    from hamsafar.programme.lunar.mission_model import MissionFile

    return text_of(MissionFile)
