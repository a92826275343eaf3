"""The JSON form of a problem and of a schedule (docs/reference/scheduling-problem.md): read, written, described."""

from hamsafar.schedule.form_read import read_problem
from hamsafar.schedule.form_schedule import schedule_from_json
from hamsafar.schedule.form_schema import schema_text
from hamsafar.schedule.form_shape import FORMAT
from hamsafar.schedule.form_write import write_problem

__all__ = ["FORMAT", "read_problem", "schedule_from_json", "schema_text", "write_problem"]
