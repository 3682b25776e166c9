"""What a campaign on real Go has done, as text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stackquake.go.campaign import SLOW, UNSTEADY
from stackquake.go.progress import Progress, told


def print_progress(progress: Progress, out: Path) -> None:
    """Tells of all that has been done in the folder."""
    for key, one in progress.findings.items():
        known = " (known)" if one["known"] else ""
        print(f"{key}{known}\n  {one['times']} times, first after {one['nests']:,} nests")
        print(f"  found by profile {_counts(one['profiles'])}")
    print(f"nests by profile: {_counts(progress.profiles) or 'none'}")
    print(f"expected: {_counts(progress.outcomes) or 'nothing'}")
    print(f"not compared: {_counts(progress.skipped) or 'none'}")
    if progress.unsteady:
        print(f"wrong only at times: {progress.unsteady}, in {told(out / UNSTEADY)}")
    if progress.slow:
        print(f"too slow to be compared: {progress.slow}, in {told(out / SLOW)}")
    if progress.left_out:
        print(f"not looked at, as too many were alike: {progress.left_out:,}")
    print(f"{progress.generated:,} nests made in {progress.seconds:.0f} s")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
