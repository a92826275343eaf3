"""Files are written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hamsafar.app import files
from hamsafar.errors import InputError


def test_files_are_written_and_stale_ones_of_ours_cleared(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "gone.ics").write_text("old")
    (tmp_path / "notes.txt").write_text("somebody's own")
    written = files.write_whole(tmp_path, {"plan.json": b"{}", "calendars/here.ics": b"x"}, stale=("calendars/*.ics",))
    assert [path.name for path in written] == ["plan.json", "here.ics"]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["here.ics", "notes.txt", "plan.json"]


def test_an_interruption_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "plan.json"
    target.write_bytes(b"old and whole")

    def interrupted(self: Path, _: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write_whole(tmp_path, {"plan.json": b"new"})
    assert target.read_bytes() == b"old and whole"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_can_t_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't be written"):
        files.write_whole(tmp_path / "file", {"plan.json": b"{}"})


def test_a_folder_that_can_t_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    files.ensure_writable(tmp_path / "not" / "there" / "yet")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="not a folder"):
        files.ensure_writable(tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("content", "words"), [(None, "no such file"), (b"\xff\xfe\x00", "not UTF-8")], ids=["missing", "binary"]
)
def test_unreadable_texts_are_told(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        files.read_text(path)


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # who runs the tests may write everywhere
    with pytest.raises(InputError, match="can't be written"):
        files.ensure_writable(tmp_path)
    with pytest.raises(InputError, match="can't be written"):
        files.ensure_replaceable(tmp_path / "states.csv")


def test_files_can_be_read_by_those_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        files.write_file(tmp_path / "one.csv", [b"1"])
        files.write_whole(tmp_path, {"two.csv": b"2"})
        assert os.umask(0o027) == 0o027, "writing leaves the umask as it was"
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o640}


def test_a_name_as_long_as_the_system_takes_is_written_and_a_longer_one_told(tmp_path: Path) -> None:
    longest = os.pathconf(tmp_path, "PC_NAME_MAX")
    path = tmp_path / ("x" * (longest - 4) + ".csv")
    assert files.write_file(path, [b"whole"]).read_bytes() == b"whole"
    for too_long in (tmp_path / ("x" * (longest + 1)), tmp_path / ("x" * (longest + 1)) / "states.csv"):
        for refuses in (files.ensure_replaceable, lambda path: files.write_file(path, [b""])):
            with pytest.raises(InputError, match="too long"):
                refuses(too_long)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_is_written(there: bool, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "real.csv", tmp_path / "link.csv"
    if there:
        target.write_bytes(b"old")
    link.symlink_to(Path("elsewhere") / "real.csv")
    assert files.write_file(link, [b"new"]) == link
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["elsewhere", "link.csv", "real.csv"]


def test_a_name_with_a_nul_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a\0b"
    for refuses in (files.read_text, files.ensure_writable, files.ensure_replaceable):
        with pytest.raises(InputError, match="null byte") as told:
            refuses(path)
        assert "\0" not in str(told.value)


def test_a_text_is_read_to_its_limit_and_no_further(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert files.read_text(path, most_bytes=18) == "one\ntwo\nthree\n"
    with pytest.raises(InputError, match="longer than 17 bytes"):
        files.read_text(path, most_bytes=17)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that never ends")
def test_what_never_ends_is_told() -> None:
    with pytest.raises(InputError, match="longer than"):
        files.read_text(Path("/dev/zero"), most_bytes=1_000_000)


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="needs standard input by a name")
def test_a_pipe_is_read_to_its_end() -> None:
    text = "line\n" * 100_000  # more than a pipe holds at once
    program = (
        "from pathlib import Path; from hamsafar.app.files import read_text; print(len(read_text(Path('/dev/stdin'))))"
    )
    done = subprocess.run([sys.executable, "-c", program], input=text, capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(text)
