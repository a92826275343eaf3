"""The record of a campaign: a database whose every change is chained to the one before, personal data sealed."""

from hamsafar.store.audit import audit
from hamsafar.store.change import Change
from hamsafar.store.findings import Audit, AuditFinding
from hamsafar.store.heads import Head, head_of
from hamsafar.store.keys import key_file, key_in, write_private
from hamsafar.store.record import Record
from hamsafar.store.whole import Entry, WholeRecord, whole

__all__ = [
    "Audit",
    "AuditFinding",
    "Change",
    "Entry",
    "Head",
    "Record",
    "WholeRecord",
    "audit",
    "head_of",
    "key_file",
    "key_in",
    "whole",
    "write_private",
]
