"""The record of a campaign: a database whose every change is chained to the one before, personal data sealed."""

from hamsafar.store.change import Change
from hamsafar.store.heads import Head
from hamsafar.store.record import Record

__all__ = ["Change", "Head", "Record"]
