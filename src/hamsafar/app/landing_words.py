"""What whoever asks for landings should know besides the times themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hamsafar.app.vessels import rejected_sets
from hamsafar.domain.history import Boost, said_of_boost
from hamsafar.domain.plan import LandingOpportunity
from hamsafar.export.words import dated, sigma_text
from hamsafar.flight.forecast import UNKNOWN_PHASE_SIGMA_DEG, StationForecast, window_sigma_s
from hamsafar.flight.landings import period_s
from hamsafar.timeline import Instant

_LIKELY_BOOST = 0.25  # from a quarter on it is worth a word; a sigma of 68 % leaves out no more than a third


def warnings_of(forecast: StationForecast, found: Sequence[LandingOpportunity]) -> Iterator[str]:
    """What the elements do to the answers, in plain words."""
    yield from rejected_sets(forecast)
    by_time = {one.landing: one for one in sorted(found, key=lambda one: one.landing)}
    each = tuple(by_time.values())
    yield from _of_age(forecast, each)
    backwards = [one for one in each if one.elements_age_d < 0]
    if backwards:
        yield (
            f"{_count(len(backwards), 'landing rests', 'landings rest')} on elements later than it, used backwards; "
            "--as-of leaves such elements out"
        )
    yield from _over_boosts(forecast, each)
    yield from _of_boosts_to_come(forecast, each)


def _of_age(forecast: StationForecast, each: Sequence[LandingOpportunity]) -> Iterator[str]:
    far = [one for one in each if one.basis == "far"]
    unknown = [one for one in far if not is_followed(forecast, one)]
    followed = [one for one in far if is_followed(forecast, one)]
    if followed:
        worst = max(followed, key=lambda one: one.sigma_s)
        yield (
            f"{_count(len(followed), 'landing is', 'landings are')} far from the elements, the worst "
            f"{abs(worst.elements_age_d):.0f} d: known to {sigma_text(worst.sigma_s)} only (one sigma), "
            "and provisional"
        )
    if unknown:
        first = unknown[0]
        yield (
            f"{_count(len(unknown), 'landing is', 'landings are')} too far from the elements to know where the station "
            f"is in its orbit, the first, about {first.landing.iso()}, by {abs(first.elements_age_d):.0f} d: the plane "
            f"alone gives the hour, any time within half an orbit of it is as likely ({sigma_text(first.sigma_s)}, "
            "one sigma), and that orbit may pass too far to the side"
        )


def is_followed(forecast: StationForecast, one: LandingOpportunity) -> bool:
    """Whether a landing rests on the station's place in its orbit, and not on the plane alone."""
    return one.sigma_s < window_sigma_s(UNKNOWN_PHASE_SIGMA_DEG, period_s(forecast.station))


def _over_boosts(forecast: StationForecast, each: Sequence[LandingOpportunity]) -> Iterator[str]:
    """Boosts that may lie between landings and their elements."""
    for boost in forecast.history.boosts:
        behind = [one for one in each if is_followed(forecast, one) and _may_lie_between(boost, one)]
        if behind:
            more = f" and {_count(len(behind) - 1, 'later one', 'later ones')}" if len(behind) > 1 else ""
            yield (
                f"the station was {said_of_boost(boost, behind[0].landing)}, perhaps between the landing of "
                f"{behind[0].landing.iso()}{more} and the elements it rests on; the sigma allows for that"
            )


def _of_boosts_to_come(forecast: StationForecast, each: Sequence[LandingOpportunity]) -> Iterator[str]:
    """The chance of a boost before the first landing that one is likely enough before, and before the last."""
    likely = [
        (chance, one.landing)
        for one in each
        if is_followed(forecast, one) and (chance := forecast.boost_chance(one.landing)) >= _LIKELY_BOOST
    ]
    if likely:
        first, last = likely[0], likely[-1]
        later = f", before that of {_day(last[1])} {_percent(last[0])}" if last != first else ""
        yield (
            f"the chance of a boost before the landing of {_day(first[1])} is {_percent(first[0])}{later}; a boost "
            "moves the time by minutes, whatever the sigma"
        )


def _percent(chance: float) -> str:
    return f"{100 * chance:.0f} %"


def _day(moment: Instant) -> str:
    return dated(moment.datetime(), "%-d %b")


def _may_lie_between(boost: Boost, one: LandingOpportunity) -> bool:
    start, end = sorted((one.landing, one.elements_epoch))
    return boost.latest > start and boost.earliest < end


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
