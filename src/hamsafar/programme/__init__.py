"""What people write, a folder of YAML 1.2, read into the domain; every error at once, with file, line and column."""

from hamsafar.programme.read import read_catalogue, read_programme
from hamsafar.programme.schema import schema_text

__all__ = ["read_catalogue", "read_programme", "schema_text"]
