"""Every way to break a programme is told at its line and column, in words that a newcomer can act on."""

from __future__ import annotations

from pathlib import Path

import pytest
from breaking import break_text, copy_of_base
from broken_cases import CASES, A, P, T, W

from hamsafar.errors import InputErrors
from hamsafar.programme import read_programme


@pytest.mark.parametrize(("file", "old", "new", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_fault_is_told_once_at_its_place(
    tmp_path: Path, file: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    folder = copy_of_base(tmp_path)
    at = break_text(folder, file, old, new)
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    (error,) = raised.value.errors
    assert error.where.split(" ")[0] == f"{folder}/{file}:{at}"
    for word in words:
        assert word in error.what


def test_all_faults_of_all_files_are_told_in_reading_order(tmp_path: Path) -> None:
    folder = copy_of_base(tmp_path)
    places = [
        f"{file}:{break_text(folder, file, old, new)}"
        for file, old, new in (
            (A, "amount: 400", "amount: ▸4000"),
            (W, "weekdays: [mon, tue, wed", "weekdays: [mon, ▸tues, wed"),
            (P, "stay: 7 d", "stay: ▸7"),
            (P, "pad: jiuquan", "pad: ▸jiuqan"),
            (T, "of: ship/practice", "of: ▸ship/practise"),
        )
    ]
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    assert [error.where.split(" ")[0].rpartition("/")[2] for error in raised.value.errors] == places


def test_who_refers_to_a_broken_entry_is_not_blamed(tmp_path: Path) -> None:
    """Everything refers to the trainee, the calendar and the certificate; only their own faults are told."""
    folder = copy_of_base(tmp_path)
    for old, new in (
        ("title: Prime trainee", "title: ▸7"),
        ("zone: Asia/Shanghai\n    weekdays: [mon, tue, wed", "zone: ▸Nowhere\n    weekdays: [mon, tue, wed"),
        ("title: User of the ship,", "▸ttle: User of the ship,"),
    ):
        break_text(folder, W, old, new)
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    assert {error.where.split(":")[0] for error in raised.value.errors} == {f"{folder}/{W}"}
    assert len(raised.value.errors) == 4  # the misspelt title is unknown, and the title is missing


def test_the_same_entry_in_two_files_names_both_places(tmp_path: Path) -> None:
    folder = copy_of_base(tmp_path)
    more = "resources:\n  - {id: rack, title: Another rack, capacity: 1}\nflight: {}\n"
    (folder / "zzz.yaml").write_text(more, encoding="utf-8")
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    twice, once = raised.value.errors
    assert twice.where == f"{folder}/zzz.yaml:2:10 resources[0].id"
    assert f"{folder}/aboard.yaml:2:10" in twice.what
    assert once.where == f"{folder}/zzz.yaml:3:1 flight"
    assert f"{folder}/programme.yaml:14:1" in once.what
