"""What people write, folders and files of YAML 1.2, read into the domain; every error at once, with line and column."""

from hamsafar.programme.change_form import write_change
from hamsafar.programme.change_read import read_change, read_change_text
from hamsafar.programme.read import read_catalogue, read_programme
from hamsafar.programme.schema import change_schema_text, schema_text

__all__ = [
    "change_schema_text",
    "read_catalogue",
    "read_change",
    "read_change_text",
    "read_programme",
    "schema_text",
    "write_change",
]
