"""What the week of a mission names and asks for: links, modes, targets, steps in a circle."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.lunar import mission_model as written
from hamsafar.programme.problems import nearest

_LONGEST_D = 31  # the week is planned to the minute


def tell_week(draft: Draft) -> None:
    """Every fault of the section `operations`, in the draft's problems."""
    found = draft.once("operations", written.OperationsSection)
    if found is None:
        return
    entry, one = found
    _tell_span(draft, entry, one)
    _tell_links(draft, entry, one)
    _tell_modes(draft, entry, one)
    _tell_images(draft, entry, one)
    _tell_steps(draft, entry, one)
    if one.shortest_transmission > one.longest_transmission:
        draft.blame(entry, ("shortest_transmission",), "is longer than 'longest_transmission'")
    if one.stored > one.store:
        draft.blame(entry, ("stored",), "is more than the store holds")


def _tell_span(draft: Draft, entry: Entry[Any], one: written.OperationsSection) -> None:
    release = draft.once("release", written.ReleaseSection)
    if one.end <= one.begin:
        draft.blame(entry, ("to",), "lies before 'from'")
    elif one.end.seconds_since(one.begin) > _LONGEST_D * 86_400:
        draft.blame(entry, ("to",), f"is more than {_LONGEST_D} days after 'from'; plan a week at a time")
    elif release is not None and one.begin < release[1].epoch:
        draft.blame(entry, ("from",), "lies before the release")


def _tell_links(draft: Draft, entry: Entry[Any], one: written.OperationsSection) -> None:
    links = {link.id: link for _, link in draft.of("links", written.LinkEntry)}
    for name, asked, way in (("downlink", one.downlink, "down"), ("command", one.command, "up")):
        if asked is None or not draft.section("links").sound:
            continue
        if asked not in links:
            draft.blame(entry, (name,), f"is none of the links{nearest(asked, list(links))}")
        elif links[asked].direction != way:
            draft.blame(entry, (name,), f"is a link that goes {links[asked].direction}; it should go {way}")


def _tell_modes(draft: Draft, entry: Entry[Any], one: written.OperationsSection) -> None:
    power = draft.once("power", written.PowerSection)
    if power is None:
        if not draft.section("power").present and draft.section("power").complete:
            draft.problems.add(entry.place(), "needs the section 'power': modes, battery and cells")
        return
    modes = [mode.id for mode in power[1].modes]
    asked: list[tuple[tuple[str | int, ...], str]] = [
        (("image_mode",), one.image_mode),
        (("downlink_mode",), one.downlink_mode),
    ]
    asked += [(("commissioning", index, "mode"), step.mode) for index, step in enumerate(one.commissioning)]
    asked += [(("upkeep", index, "mode"), step.mode) for index, step in enumerate(one.upkeep)]
    for path, mode in asked:
        if mode not in modes:
            draft.blame(entry, path, f"is none of the modes{nearest(mode, modes)}")


def _tell_images(draft: Draft, entry: Entry[Any], one: written.OperationsSection) -> None:
    for index, wish in enumerate(one.images):
        for name, asked in (("target", wish.target), ("camera", wish.camera)):
            section = draft.section(f"{name}s")
            if section.complete and asked not in section.ids:
                what = f"there is no {name} of this id{nearest(asked, list(section.ids))}"
                draft.blame(entry, ("images", index, name), what)
    for id_, count in Counter([wish.id for wish in one.images]).items():
        if count > 1:
            draft.problems.add(entry.place("images"), f"{count} wishes have the id {id_!r}")


def _tell_steps(draft: Draft, entry: Entry[Any], one: written.OperationsSection) -> None:
    steps = [("commissioning", n, step) for n, step in enumerate(one.commissioning)]
    steps += [("upkeep", n, step) for n, step in enumerate(one.upkeep)]
    ids = [step.id for *_, step in steps] + [wish.id for wish in one.images]
    for id_, count in Counter(ids).items():
        if count > 1:
            draft.problems.add(entry.place(), f"{count} steps or wishes have the id {id_!r}")
    named = [step.id for *_, step in steps]
    for section, index, step in steps:
        for number, before in enumerate(step.after):
            if before not in named:
                what = f"there is no step of this id{nearest(before, named)}"
                draft.blame(entry, (section, index, "after", number), what)
    _tell_circle(draft, entry, {step.id: tuple(step.after) for *_, step in steps})


def _tell_circle(draft: Draft, entry: Entry[Any], after: dict[str, tuple[str, ...]]) -> None:
    left = dict(after)
    while free := [id_ for id_, before in left.items() if not set(before) & set(left)]:
        for id_ in free:
            del left[id_]
    if left:
        draft.problems.add(entry.place(), f"steps wait for each other in a circle: {', '.join(sorted(left))}")
