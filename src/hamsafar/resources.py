"""The one door to bundled data: files inside the package, and tables that data packages carry."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_text(relative: str) -> str:
    """The text of a bundled file, by its path below the package (`catalog/data/stations.yaml`)."""
    return files("hamsafar").joinpath(*relative.split("/")).read_text(encoding="utf-8")


def names_below(relative: str, suffix: str) -> tuple[str, ...]:
    """The sorted names of bundled files in a folder that end with `suffix`."""
    folder = files("hamsafar").joinpath(*relative.split("/"))
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(suffix)))


def folders_below(relative: str) -> tuple[str, ...]:
    """The sorted names of the folders in a bundled folder."""
    folder = files("hamsafar").joinpath(*relative.split("/"))
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("_")))


@cache
def leap_second_text() -> str:
    """The IERS leap second table (`Leap_Second.dat`) as `astropy-iers-data` carries it."""
    return _iers("IERS_LEAP_SECOND_FILE")


@cache
def earth_orientation_text() -> str:
    """The IERS `finals2000A.all` table (UT1 and polar motion) as `astropy-iers-data` carries it."""
    return _iers("IERS_A_FILE")


def _iers(name: str) -> str:
    import astropy_iers_data

    return Path(getattr(astropy_iers_data, name)).read_text(encoding="ascii")


def _templates() -> Path:
    """The folder of programme templates: inside an installed package, or the checkout's `examples`."""
    inside = Path(str(files("hamsafar"))) / "templates"
    return inside if inside.is_dir() else Path(str(files("hamsafar"))).parents[1] / "examples"


def template_names() -> tuple[str, ...]:
    """The programmes and lunar missions that a new one can start from."""
    heads = ("programme.yaml", "mission.yaml")
    found = (entry.name for entry in _templates().iterdir() if any((entry / head).is_file() for head in heads))
    return tuple(sorted(found))


def template_texts(name: str) -> dict[str, str]:
    """File name → text of one template."""
    entries = sorted(entry for entry in (_templates() / name).iterdir() if entry.is_file())
    return {entry.name: entry.read_text(encoding="utf-8") for entry in entries}


def read_arrays(relative: str) -> dict[str, NDArray[Any]]:
    """The arrays of a bundled `.npz` file, by its path below the package, in memory."""
    import numpy as np

    with files("hamsafar").joinpath(*relative.split("/")).open("rb") as stream, np.load(stream) as found:
        return dict(found)
