"""Agencies, people by role, and what they are certified for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from attrs import field, frozen

AgencyRole = Literal["host", "guest"]
Function = Literal["trainee", "instructor", "interpreter", "crew", "ground"]


@frozen(kw_only=True)
class Agency:
    """An organisation, the zone its people live in, and the country whose holidays it keeps."""

    id: str
    name: str
    role: AgencyRole
    zone: str


@frozen(kw_only=True)
class HeldCertificate:
    """A certificate somebody holds already, valid on every day from `valid_from` to `valid_until`."""

    certificate: str
    valid_from: date
    valid_until: date


@frozen(kw_only=True)
class Person:
    """Somebody by role. Ids are roles (`trainee-prime`), never names."""

    id: str
    title: str
    agency: str
    function: Function
    languages: tuple[str, ...]  # those a session can be held in without an interpreter
    qualifications: tuple[str, ...] = ()  # what an instructor may teach, what an interpreter speaks
    certificates: tuple[HeldCertificate, ...] = ()
    calendars: tuple[str, ...] = ()  # at work only when all of them are open
    backs_up: str | None = None


@frozen(kw_only=True)
class Certificate:
    """What passing a course proves, and for how long."""

    id: str
    title: str
    valid_d: int = field(default=365)
    for_flight: bool = False  # whoever may fly holds it until landing, whatever they do aboard


@frozen(kw_only=True)
class Limits:
    """Parameters of one rule as a programme uses it: name with unit → figure."""

    rule: str
    params: Mapping[str, float]
