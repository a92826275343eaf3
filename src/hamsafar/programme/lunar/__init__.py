"""A lunar mission's file, `mission.yaml`, read into the domain; every error at once, with line and column."""

from hamsafar.programme.lunar.mission_read import read_mission
from hamsafar.programme.lunar.mission_schema import mission_schema_text

__all__ = ["mission_schema_text", "read_mission"]
