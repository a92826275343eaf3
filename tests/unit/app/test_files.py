"""Files are written whole or not at all."""

from __future__ import annotations

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
