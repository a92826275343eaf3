"""Authorities whose rule for dawn is known by name, with the angle of the Sun below the horizon that each takes."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class PrayerAuthority:
    """A convention for prayer times: who decided it, the angle of dawn, and where that figure comes from."""

    title: str
    twilight_deg: float
    source: str


_CONVENTION = "the authority's published convention, as prayer calendars carry it; confirm it before use"
AUTHORITIES = {
    "karachi": PrayerAuthority(
        title="University of Islamic Sciences, Karachi", twilight_deg=18.0, source="facts on crew days"
    ),
    "mwl": PrayerAuthority(title="Muslim World League", twilight_deg=18.0, source=_CONVENTION),
    "egypt": PrayerAuthority(title="Egyptian General Authority of Survey", twilight_deg=19.5, source=_CONVENTION),
    "isna": PrayerAuthority(title="Islamic Society of North America", twilight_deg=15.0, source=_CONVENTION),
    "umm-al-qura": PrayerAuthority(title="Umm al-Qura University, Makkah", twilight_deg=18.5, source=_CONVENTION),
}
