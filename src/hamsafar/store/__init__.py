"""The record of a campaign: a database whose every change is chained to the one before, personal data sealed."""

from hamsafar.store.audit import audit
from hamsafar.store.change import Change
from hamsafar.store.findings import Audit, AuditFinding
from hamsafar.store.heads import Head, head_of
from hamsafar.store.record import Record

__all__ = ["Audit", "AuditFinding", "Change", "Head", "Record", "audit", "head_of"]
