"""How sure it is that one fuzzer finds something sooner than another.

Times to a finding are not normally distributed. Of a trial without a finding only one thing is
known: it takes longer than the bound. So ranks are compared, and all trials without a finding share
the last rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """Our times compared with a baseline's."""

    a12: float  # how likely a time of ours is shorter than one of the baseline; ties count half
    p: float  # two-sided, of the Mann-Whitney U test: how likely such a difference is by chance


def compare(
    ours: Sequence[float], baseline: Sequence[float], *, exact: bool = False
) -> Comparison | None:
    """Compares the times; None where one side has none.

    With `exact` p is counted whatever the number of times is, unless some are equal. Otherwise it
    is taken from a normal distribution where both sides have many.
    """
    if not ours or not baseline:
        return None
    if len({*ours, *baseline}) == 1:
        return Comparison(0.5, 1.0)  # all ranks are equal, which the test refuses
    # Installed only for `quake trials`. It has no type annotations.
    from scipy.stats import mannwhitneyu  # type: ignore[import]

    # U counts the pairs in which the baseline's time is the longer one; ties count half.
    distinct = len({*ours, *baseline}) == len(ours) + len(baseline)
    method = "exact" if exact and distinct else "auto"
    u, p = mannwhitneyu(baseline, ours, alternative="two-sided", method=method)
    return Comparison(float(u) / (len(ours) * len(baseline)), float(p))
