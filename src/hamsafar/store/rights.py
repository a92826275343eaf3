"""Who may do what in a record, by the rights of their role."""

from __future__ import annotations

from collections.abc import Collection

from hamsafar.domain.campaign import Campaign, Right, Role
from hamsafar.errors import InputError


def role_of(campaign: Campaign, by: str) -> Role:
    """The role of an id. Raises InputError where the campaign has none of it."""
    for role in campaign.roles:
        if role.id == by:
            return role
    known = ", ".join(sorted(role.id for role in campaign.roles)) or "none"
    raise InputError(f"is no role of this campaign (its roles: {known})", where=f"--by {by}")


def demand(campaign: Campaign, by: str, rights: Collection[Right], to: str) -> Role:
    """The role, if it has one of some rights. Raises InputError that says who may."""
    role = role_of(campaign, by)
    if not set(role.rights) & set(rights):
        raise refused(campaign, by, rights, to)
    return role


def refused(campaign: Campaign, by: str, rights: Collection[Right], to: str) -> InputError:
    """What a role without a right is told."""
    able = sorted(role.id for role in campaign.roles if set(role.rights) & set(rights))
    who = ", ".join(able[:12]) + (f" and {len(able) - 12} more" if len(able) > 12 else "")
    asked = " or ".join(sorted(rights))
    return InputError(f"may not {to}: that takes the right {asked} ({who or 'nobody has it'})", where=f"--by {by}")
