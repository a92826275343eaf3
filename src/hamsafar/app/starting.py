"""`new`: a documented programme to start from."""

from __future__ import annotations

from pathlib import Path

from hamsafar.app.files import write_whole
from hamsafar.errors import InputError
from hamsafar.programme import schema_text
from hamsafar.programme.lunar import mission_schema_text
from hamsafar.resources import template_names, template_texts

_FIRST_LINE = "# yaml-language-server: $schema=./"


def new(folder: Path, template: str) -> tuple[Path, ...]:
    """Writes a template's files and the schema that editors complete and check with; returns their paths.

    Raises InputError for an unknown template, and where the folder already holds something.
    """
    if template not in template_names():
        raise InputError(f"there is no template {template!r}; there are: {', '.join(template_names())}", where="--from")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("exists and is not empty; name a new folder", where=str(folder))
    given = template_texts(template)
    lunar = "mission.yaml" in given
    schema = "mission.schema.json" if lunar else "programme.schema.json"
    texts = {name: _with_schema(name, _moved(text, template, folder), schema) for name, text in given.items()}
    texts[schema] = mission_schema_text() if lunar else schema_text()
    return write_whole(folder, {name: text.encode() for name, text in texts.items()})


def _moved(text: str, template: str, folder: Path) -> str:
    """The commands of a template's README, for the folder that it now lies in."""
    return text.replace(f"examples/{template}", folder.as_posix())


def _with_schema(name: str, text: str, schema: str) -> str:
    """A YAML file with the schema beside it named in its first line."""
    if not name.endswith(".yaml"):
        return text
    lines = text.splitlines(keepends=True)
    body = lines[1:] if lines and lines[0].startswith("# yaml-language-server:") else lines
    return f"{_FIRST_LINE}{schema}\n" + "".join(body)
