"""The plan that a person names: its file, or the folder it lies in; and a word to who mixes plan and programme up."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from hamsafar.app.files import read_bytes, read_text
from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.formats.plan_json import read_plan, write_plan

_NAME = "plan.json"
_HEAD = re.compile(r"^change:", re.MULTILINE)


def plan_at(path: Path) -> Plan:
    """The plan in a file, or in the `plan.json` of a folder. Raises InputError when it isn't one."""
    if _is_change(path):
        what = "this is a change file, not a plan; apply it to one: hamsafar replan PLAN --change"
        raise InputError(f"{what} {path}", where=str(path))
    if _is_programme(path):
        raise InputError(f"this is a programme; plan it first: hamsafar plan {_folder(path)}", where=str(path))
    file = path / _NAME if path.is_dir() else path
    return read_plan(read_text(file), where=str(file))


def plan_given(plan: Path | str | Plan) -> Plan:
    """A plan as its file gives it: the one in a file or folder, or one made in Python, written and read back."""
    return read_plan(write_plan(plan)) if isinstance(plan, Plan) else plan_at(Path(plan))


def file_digest(plan: Path | str | Plan) -> str:
    """What `sha256sum` says of a plan's file, in hexadecimal; of a plan made in Python, of the file it would be."""
    if isinstance(plan, Plan):
        return sha256(write_plan(plan_given(plan)).encode()).hexdigest()
    path = Path(plan)
    return sha256(read_bytes(path / _NAME if path.is_dir() else path)).hexdigest()


def ensure_no_plan(path: Path) -> None:
    """Raises InputError where a plan is given in place of a programme."""
    if _is_plan(path):
        what = "this is a plan, not a programme; give the folder of *.yaml files that it was planned from"
        raise InputError(f"{what}, or see what holds of the plan: hamsafar verify {path}", where=str(path))


def _is_plan(path: Path) -> bool:
    if path.is_dir():
        return (path / _NAME).is_file() and not any(path.glob("*.yaml"))
    return path.name == _NAME and path.is_file()


def _is_programme(path: Path) -> bool:
    if path.is_dir():
        return not (path / _NAME).exists() and any(path.glob("*.yaml"))
    return path.suffix == ".yaml" and path.is_file()


def _is_change(path: Path) -> bool:
    """Whether a file of YAML has the section that every change file has."""
    return path.suffix in (".yaml", ".yml") and path.is_file() and bool(_HEAD.search(read_text(path)))


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent
