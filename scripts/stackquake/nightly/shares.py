"""How the time of a night is shared out: among stages, and among fuzzing campaigns.

*Stages.* Each has a weight. When it is a stage's turn, it gets its part of the time that is left:
its weight, of the sum of its weight and those of the stages after it. So time that a stage does not
need goes to those after it.

*Campaigns.* Each target on a design is a lane. What a lane brings is its new edges and, for each
new finding, FINDING_WORTH, by the second of fuzzing, in the last NIGHTS nights. FLOOR of the time
is shared out equally, so that no lane is ever given up; the rest by what each brings. A lane
without a history counts as much as the best. If no lane brings anything, all get the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stackquake.nightly.nights import Night
from stackquake.nightly.state import State

# All three are picked, not measured. A finding ends a worker and takes time to investigate, and it
# is what the night is for.
NIGHTS = 5
FLOOR = 0.5
FINDING_WORTH = 20


@dataclass(frozen=True)
class Lane:
    """A fuzz target on a design."""

    target: str
    design: str

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.target} on {self.design}"


def part(weights: Sequence[float], seconds_left: float) -> float:
    """The time of the first of these stages."""
    return max(0.0, seconds_left) * weights[0] / sum(weights)


def shares(brought: Mapping[Lane, float | None]) -> dict[Lane, float]:
    """The part of the time for each lane, by what each brings; None: it has no history."""
    best = max((one for one in brought.values() if one is not None), default=0.0)
    worth = {lane: best if one is None else one for lane, one in brought.items()}
    total = sum(worth.values())
    equal = 1 / len(worth) if worth else 0.0
    if total <= 0:
        return {lane: equal for lane in worth}
    return {lane: FLOOR * equal + (1 - FLOOR) * one / total for lane, one in worth.items()}


def brought(state: State, night: Night, lanes: Sequence[Lane]) -> dict[Lane, float | None]:
    """What each lane has brought, by the second, in the last nights; None where it has not run.

    Its first night counts the findings alone: all edges are new then.
    """
    return {lane: _brought(state, night, lane) for lane in lanes}


def _brought(state: State, night: Night, lane: Lane) -> float | None:
    rows = state.rows(
        "SELECT seconds, new_edges, new_findings FROM campaign"
        " WHERE night < ? AND target = ? AND design = ? ORDER BY night DESC LIMIT ?",
        *(night.id, lane.target, lane.design, NIGHTS),
    )
    seconds = sum(row["seconds"] for row in rows)
    if seconds <= 0:
        return None
    worth = sum(row["new_edges"] + FINDING_WORTH * row["new_findings"] for row in rows)
    return float(worth / seconds)
