"""What a picture costs before anybody asks for it: kbit, minutes of link, passes, energy, its share of the week."""

from __future__ import annotations

from attrs import frozen

from hamsafar.domain.lunar_report import CostShown
from hamsafar.planning.operations.doings import passes_of, pictures_of
from hamsafar.planning.operations.facts import BITS, WeekFacts
from hamsafar.planning.operations.problem import most_on_air


@frozen(kw_only=True)
class WishCost:
    """One wish: what one picture of it takes, and all of them of the week."""

    wish: str
    title: str
    count: int
    value: int  # of one picture
    kbit: float  # of one picture, as it is stored and sent
    link_min: int  # whole minutes of link for one
    passes: (
        int | None
    )  # contacts of middling length for one, its transmissions as long as they may be; None: there is none
    energy_wh: float  # of taking and sending one, besides the craft's own load
    share_of_week: float | None  # of the link of the week, for all of its pictures; None: there is no link at all
    openings: int  # of its window in the week, long enough for a picture


@frozen(kw_only=True)
class WeekCosts:
    """All wishes, and what the link can give in the week."""

    wishes: tuple[WishCost, ...]
    link_min: int  # that the transmitter can be on at most: contacts, rests and days counted, nothing else
    wanted_min: int  # for all pictures of all wishes, and the telemetry of the week
    telemetry_min: int


def costs_of(facts: WeekFacts) -> WeekCosts:
    """Every wish's cost, without planning anything."""
    whole = most_on_air(facts, 0, facts.minutes)
    lengths = sorted(one.length for one in passes_of(facts))
    middling = lengths[len(lengths) // 2] if lengths else 0
    a_pass = _on_air_of(facts, middling)
    first = {doing.of: doing for doing in reversed(pictures_of(facts))}
    wishes = []
    for wish in facts.operations.images:
        doing = first[wish.id]
        minutes = facts.minutes_to_send(doing.bits)
        mode, link = facts.mode(facts.operations.downlink_mode), facts.downlink
        talking_w = link.transmitter_w + (mode.load_w if mode else 0.0)
        taking = facts.mode(doing.mode)
        taking_w = doing.extra_w + (taking.load_w if taking else 0.0)
        wishes.append(
            WishCost(
                wish=wish.id,
                title=doing.title,
                count=wish.count,
                value=wish.value,
                kbit=facts.camera(wish).image_kbit,
                link_min=minutes,
                passes=-(-minutes // a_pass) if a_pass else None,
                energy_wh=(talking_w * minutes + taking_w * doing.shortest) / 60,
                share_of_week=wish.count * minutes / whole if whole else None,
                openings=sum(b - a >= doing.shortest for a, b in doing.windows),
            )
        )
    telemetry = facts.minutes_to_send(facts.telemetry_bits(0, facts.minutes))
    pictures = sum(one.link_min * one.count for one in wishes)
    return WeekCosts(wishes=tuple(wishes), link_min=whole, wanted_min=pictures + telemetry, telemetry_min=telemetry)


def _on_air_of(facts: WeekFacts, length: int) -> int:
    asked = facts.operations
    cycles, left = divmod(length, asked.longest_transmission_min + asked.transmitter_rest_min)
    on = cycles * asked.longest_transmission_min + min(left, asked.longest_transmission_min)
    return min(on, asked.transmitter_min_a_day)


def shown_costs(costs: WeekCosts) -> tuple[CostShown, ...]:
    """The same, as the report shows it."""
    return tuple(
        CostShown(
            wish=one.wish,
            title=one.title,
            count=one.count,
            kbit=one.kbit,
            link_min=float(one.link_min),
            share_of_week=one.share_of_week,
            openings=one.openings,
        )
        for one in costs.wishes
    )


def kbit_a_minute(facts: WeekFacts) -> float:
    """What the downlink brings home in a minute."""
    return facts.bits_a_minute / BITS
