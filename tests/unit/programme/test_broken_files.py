"""Folders and files that are no programme: empty, binary, huge, elsewhere; and elements that don't fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from breaking import copy_of_base

from hamsafar.errors import InputErrors
from hamsafar.programme import read_programme

ISS = (
    "1 25544U 98067A   26261.29773936  .00016929  00000+0  20659-3 0  9994\n"
    "2 25544  51.6400 116.6699 0002625 287.9042  72.1510 15.50068670307704\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A programme without a fault, to be broken."""
    return copy_of_base(tmp_path)


def errors(folder: Path) -> list[str]:
    """What is told, one text for each error, the folder left out."""
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    return [str(error).replace(f"{folder}/", "") for error in raised.value.errors]


def only_error(folder: Path) -> str:
    (told,) = errors(folder)
    return told


def test_no_such_folder(tmp_path: Path) -> None:
    assert only_error(tmp_path / "nowhere") == f"{tmp_path / 'nowhere'}: there is no such folder"


def test_a_file_is_no_folder(folder: Path) -> None:
    assert "a programme is a folder" in only_error(folder / "people.yaml")


def test_empty_folder(tmp_path: Path) -> None:
    assert "holds no *.yaml file; `hamsafar new`" in only_error(tmp_path)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n...\n", "~\n"])
def test_empty_file(folder: Path, text: str) -> None:
    (folder / "more.yaml").write_text(text, encoding="utf-8")
    assert only_error(folder).startswith("more.yaml:1:1: is empty")


def test_a_list_is_no_file_of_sections(folder: Path) -> None:
    (folder / "more.yaml").write_text("# people\n- {id: a}\n", encoding="utf-8")
    assert only_error(folder).startswith("more.yaml:2:1: should begin with the name of a section")


def test_binary_file(folder: Path) -> None:
    (folder / "more.yaml").write_bytes(b"agencies: []\n\x89PNG\r\n\x1a\n\x00\x00")
    assert only_error(folder).startswith("more.yaml:2:1: is not UTF-8 text from here on (byte 0x89)")


def test_control_character(folder: Path) -> None:
    (folder / "more.yaml").write_bytes(b"agencies: []\n# bell: \x07\n")
    assert only_error(folder).startswith("more.yaml:2:9: holds a control character (U+0007)")


def test_byte_order_mark_and_windows_line_ends_are_fine(folder: Path) -> None:
    path = folder / "people.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_programme(folder).person("teacher").function == "instructor"


def test_another_ending_is_told_rather_than_passed_over(folder: Path) -> None:
    (folder / "aboard.yaml").rename(folder / "aboard.yml")
    assert "aboard.yml: is not read; rename it so that it ends with .yaml" in errors(folder)


def test_files_that_are_not_meant_are_left_alone(folder: Path) -> None:
    (folder / ".draft.yaml").write_text("[", encoding="utf-8")
    (folder / "notes.txt").write_text("[", encoding="utf-8")
    (folder / "old").mkdir()
    (folder / "old" / "people.yaml").write_text("[", encoding="utf-8")
    assert read_programme(folder).id == "small"


def test_missing_sections(folder: Path) -> None:
    (folder / "programme.yaml").unlink()
    told = errors(folder)
    for name in ("programme", "agencies", "flight"):
        assert any(f" {name}: section {name!r} is missing from every file" in one for one in told)


def test_aliases_that_blow_up_are_stopped(folder: Path) -> None:
    lines = ["resources:", "  - &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"  - &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (folder / "bomb.yaml").write_text("\n".join(lines), encoding="utf-8")
    told = only_error(folder)
    assert told.startswith("bomb.yaml:7:15: holds more than 200000 values once aliases are expanded")


def test_an_alias_inside_itself_is_refused(folder: Path) -> None:
    (folder / "loop.yaml").write_text("resources: &all [*all]\n", encoding="utf-8")
    assert only_error(folder).startswith("loop.yaml:1:18: alias *all has no anchor")


def test_aliases_work(folder: Path) -> None:
    path = folder / "people.yaml"
    text = path.read_text(encoding="utf-8").replace("languages: [en, ur], backs", "languages: *both, backs")
    path.write_text(text.replace("languages: [en, ur]\n", "languages: &both [en, ur]\n"), encoding="utf-8")
    assert read_programme(folder).person("trainee-backup").languages == ("en", "ur")


def test_too_large(folder: Path) -> None:
    (folder / "more.yaml").write_bytes(b"# " + b"x" * 2_000_000)
    assert only_error(folder).startswith("more.yaml:1:1: is larger than 2 MB")


@pytest.mark.parametrize("text", ["[" * 5_000, "{a: " * 5_000, "- " * 5_000, "? " * 5_000, '"' * 5_001, "&a " * 5_000])
def test_nonsense_in_bulk(folder: Path, text: str) -> None:
    (folder / "more.yaml").write_text(text, encoding="utf-8")
    assert only_error(folder).startswith("more.yaml:1:")


def test_elements_of_another_object(folder: Path) -> None:
    (folder / "elements.tle").write_text(ISS, encoding="ascii")
    told = only_error(folder)
    assert told.startswith("programme.yaml:7:13 programme.elements: holds elements of 25544, none of Tiangong (48274)")


def test_damaged_elements_are_told_at_their_own_line(folder: Path) -> None:
    path = folder / "elements.tle"
    path.write_text(path.read_text(encoding="ascii").replace("0002625", "0002626"), encoding="ascii")
    assert all(told.startswith("elements.tle:3:") for told in errors(folder))


def test_damaged_elements_are_told_though_the_programme_is_wrong_too(folder: Path) -> None:
    path = folder / "programme.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("now: 2026-11-21", "now: today"), encoding="utf-8")
    (folder / "elements.tle").write_text("", encoding="ascii")
    now, elements = errors(folder)
    assert "programme.now" in now
    assert elements.startswith("elements.tle:")


def test_binary_elements(folder: Path) -> None:
    (folder / "elements.tle").write_bytes(b"CSS\n\xff\xfe")
    assert only_error(folder).startswith("elements.tle:2:1: is not a text of element sets (byte 0xFF)")


def test_elements_that_are_a_folder(folder: Path) -> None:
    (folder / "elements.tle").unlink()
    (folder / "elements.tle").mkdir()
    assert only_error(folder).startswith("programme.yaml:7:13 programme.elements: cannot be read")
