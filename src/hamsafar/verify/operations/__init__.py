"""The second opinion on a lunar CubeSat's week, with its own orbit, geometry, link and battery."""

from hamsafar.verify.operations.judge import verify_operations
from hamsafar.verify.operations.registry import CHECKERS

__all__ = ["CHECKERS", "verify_operations"]
