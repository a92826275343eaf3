"""The rule book: what is required, who says so, with which figures. It decides nothing."""

from hamsafar.rules.cargo import CARGO_RULES
from hamsafar.rules.common import COMMON_RULES
from hamsafar.rules.crew import CREW_RULES
from hamsafar.rules.flight import FLIGHT_RULES
from hamsafar.rules.host import HOST_RULES
from hamsafar.rules.rule import Param, Rule
from hamsafar.rules.training import TRAINING_RULES

_BY_ROOM = (*FLIGHT_RULES, *COMMON_RULES, *TRAINING_RULES, *CREW_RULES, *CARGO_RULES, *HOST_RULES)
BOOK: dict[str, Rule] = {rule.id: rule for rule in _BY_ROOM}

__all__ = ["BOOK", "Param", "Rule"]
