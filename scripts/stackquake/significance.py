"""How sure it is that one fuzzer finds something sooner than another.

Times to a finding are far from normally distributed, and a trial without a finding is only known to
take longer than its bound. So ranks are compared, and those trials count as equal and as slowest.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """Of our times with a baseline's."""

    a12: float  # the chance that one of ours is the shorter of two, equal ones counted half
    p: float  # how likely a difference like this is by chance, by Mann and Whitney, two-sided


def compare(ours: Sequence[float], baseline: Sequence[float]) -> Comparison | None:
    """Compares the times; None where one side has none."""
    if not ours or not baseline:
        return None
    if len({*ours, *baseline}) == 1:
        return Comparison(0.5, 1.0)  # nothing to rank
    # Installed for the verb that needs it; it comes without types.
    from scipy.stats import mannwhitneyu  # type: ignore[import]

    # U is the number of pairs in which the first one's value is the greater, ties counted half.
    u, p = mannwhitneyu(baseline, ours, alternative="two-sided")
    return Comparison(float(u) / (len(ours) * len(baseline)), float(p))
