"""Situations: what happened in the runs of a campaign, such as a copy during a panic.

A check proves nothing if the situation that it checks never occurred. So a target counts its runs
and the situations in them by name, and prints the counts as a line of JSON.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# In a shorter campaign a situation may be missing by chance.
LONG_ENOUGH_SECONDS = 30


@dataclass
class Situations:
    """The counts of one process, or of several together."""

    executions: int = 0
    valid: int = 0  # inputs that were nests
    rejected: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def told(self) -> bool:
        """Whether any process has reported its counts."""
        return self.executions > 0

    @property
    def validity(self) -> float | None:
        """Which part of the inputs were nests; None if no process has reported it."""
        judged = self.valid + self.rejected
        return self.valid / judged if judged else None

    @property
    def missing(self) -> list[str]:
        """The situations that never occurred."""
        return [name for name, count in self.counts.items() if count == 0]


def read(told: dict[str, Any]) -> Situations:
    """The counts in a target's line."""
    counts = told.get("situations", {})
    return Situations(
        int(told.get("executions", 0)),
        int(told.get("valid", 0)),
        int(told.get("rejected", 0)),
        {str(name): int(count) for name, count in counts.items()},
    )


def total(parts: Iterable[Situations]) -> Situations:
    """The sum of the counts. Situations keep the order in which they were first reported."""
    whole = Situations()
    counts: Counter[str] = Counter()
    for part in parts:
        whole.executions += part.executions
        whole.valid += part.valid
        whole.rejected += part.rejected
        counts.update(part.counts)
    whole.counts = dict(counts)
    return whole


def warnings(situations: Situations, seconds: float) -> list[str]:
    """Reasons to doubt that a campaign of this length has tested everything."""
    if seconds <= LONG_ENOUGH_SECONDS:
        return []
    if not situations.told:
        return ["no worker has reported what happened in its runs"]
    missing = situations.missing
    return [f"never occurred: {', '.join(missing)}"] if missing else []
