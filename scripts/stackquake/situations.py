"""What happened in the runs of a campaign: a check that never had anything to check proves nothing.

A target counts its runs and the situations that came about in them, each of which has a name, and
tells the counts in a line of JSON.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# In less time a situation may be missing by chance.
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
        """Whether any process has told anything."""
        return self.executions > 0

    @property
    def validity(self) -> float | None:
        """Which part of the inputs were nests; None where nobody knows."""
        judged = self.valid + self.rejected
        return self.valid / judged if judged else None

    @property
    def missing(self) -> list[str]:
        """The situations that never came about."""
        return [name for name, count in self.counts.items() if count == 0]


def read(told: dict[str, Any]) -> Situations:
    """What a target's line says."""
    counts = told.get("situations", {})
    return Situations(
        int(told.get("executions", 0)),
        int(told.get("valid", 0)),
        int(told.get("rejected", 0)),
        {str(name): int(count) for name, count in counts.items()},
    )


def total(parts: Iterable[Situations]) -> Situations:
    """All together, the situations in the order in which they were first told."""
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
    """What should make one doubt a campaign of this length."""
    if seconds <= LONG_ENOUGH_SECONDS:
        return []
    if not situations.told:
        return ["no process has told what happened in its runs"]
    missing = situations.missing
    return [f"it never happened: {', '.join(missing)}"] if missing else []
