"""Which differences between times are differences, and which are noise.

Times of one operation on two contenders are compared by three rules, which all must hold:

1. The Mann-Whitney U test, two-sided, finds a difference. It compares ranks, so it takes no
   distribution for granted, and a round that was disturbed counts as one rank.
2. Its p is small enough in spite of the many comparisons of a report: by the procedure of Benjamini
   and Hochberg at most SHARE_OF_FALSE of what is called a difference is none.
3. The medians differ by more than LEAST_CHANGE. Smaller differences come and go with the places to
   which a linker puts code.

With fewer rounds than LEAST_ROUNDS nothing is called a difference: among so many comparisons even
ranks that are wholly apart could be chance. With seven rounds p is 0.0006 then.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stackquake.trials.significance import compare

SHARE_OF_FALSE = 0.01
LEAST_CHANGE = 0.1
LEAST_ROUNDS = 7
MOST_EXACT = 50  # rounds; to count ranks takes longer with each further one


@dataclass(frozen=True)
class Summary:
    """Times of one operation: the median, and the quarters around it."""

    median: float
    low: float
    high: float
    rounds: int

    @property
    def spread(self) -> float:
        """The distance between the quarters, as a part of the median."""
        return (self.high - self.low) / self.median if self.median else 0.0


def summary(times: Sequence[float]) -> Summary | None:
    """Of the times of all rounds; None where there is none."""
    if not times:
        return None
    if len(times) == 1:
        return Summary(times[0], times[0], times[0], 1)
    low, median, high = statistics.quantiles(times, n=4, method="inclusive")
    return Summary(median, low, high, len(times))


@dataclass(frozen=True)
class Difference:
    """Our times beside a baseline's."""

    ratio: float  # of the medians; less than 1: ours are shorter
    p: float
    is_one: bool  # beyond the noise

    @property
    def sign(self) -> int:
        """-1: ours are shorter, 1: longer, 0: no difference beyond the noise."""
        return 0 if not self.is_one else -1 if self.ratio < 1 else 1


def differences(
    pairs: Mapping[str, tuple[Sequence[float], Sequence[float]]]
) -> dict[str, Difference]:
    """For each name: the first times beside the second. Names without times are left out."""
    ratios: dict[str, float] = {}
    chances: dict[str, float] = {}
    for name, (ours, baseline) in pairs.items():
        compared = compare(ours, baseline, exact=len(ours) <= MOST_EXACT)
        if compared is None or statistics.median(baseline) <= 0:
            continue
        ratios[name] = statistics.median(ours) / statistics.median(baseline)
        enough = min(len(ours), len(baseline)) >= LEAST_ROUNDS
        chances[name] = compared.p if enough else 1.0
    kept = _significant(chances)
    return {
        name: Difference(
            ratio, chances[name], name in kept and not 1 / _LIMIT <= ratio <= _LIMIT
        )
        for name, ratio in ratios.items()
    }


_LIMIT = 1 + LEAST_CHANGE


def _significant(chances: Mapping[str, float]) -> set[str]:
    """Benjamini and Hochberg: all up to the last p that is below its share."""
    ranked = sorted(chances, key=lambda name: chances[name])
    last = 0
    for rank, name in enumerate(ranked, 1):
        if chances[name] <= SHARE_OF_FALSE * rank / len(ranked):
            last = rank
    return set(ranked[:last])
