"""What has changed since an earlier comparison.

Right or wrong, growth of costs, and counts are compared as they are: none of them depends on the
machine. Times are compared by the rules of noise.py, and only if both are of the same machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from stackquake.compare.noise import differences
from stackquake.compare.record import places
from stackquake.compare.text import title_of
from stackquake.compare.verdicts import Analysis, median_seconds

# Counts may be means of what differs from one operation to the next.
LEAST_COUNT_CHANGE = 0.001
SHOWN = 40


def changes(now: Analysis, before: Analysis) -> list[str]:
    """In sentences; the most important ones first."""
    found = [*_of_verdicts(now, before), *_of_searches(now, before), *_of_growth(now, before)]
    found += [*_of_counts(now, before), *_of_times(now, before)]
    if not found:
        return [f"nothing has changed since {before.record.begun}"]
    more = len(found) - SHOWN
    return [*found[:SHOWN], *([f"and {more} changes more"] if more > 0 else [])]


def _common(now: Analysis, before: Analysis) -> list[str]:
    there = {one.name for one in before.record.designs}
    return [one.name for one in now.record.designs if one.name in there]


def _of_verdicts(now: Analysis, before: Analysis) -> Iterator[str]:
    names = {one.name for one in before.record.designs}
    for one in now.record.designs:
        if one.name not in names:
            yield f"{one.name} is new"
            continue
        was_checked = bool(before.record.checked_on(one.name))
        is_checked = bool(now.record.checked_on(one.name))
        if not (was_checked and is_checked):
            continue
        is_right = now.is_as_it_should(one)
        if is_right != before.is_as_it_should(before.record.contender(one.name)):
            yield f"{one.name} is {'as it should be now' if is_right else 'no longer right'}"


def _of_searches(now: Analysis, before: Analysis) -> Iterator[str]:
    earlier = {(one.design, one.defect): one for one in before.record.searched}
    for one in now.record.searched:
        other = earlier.get((one.design, one.defect))
        if other is None or not one.results or not other.results:
            continue
        there, was_there = median_seconds(one) is not None, median_seconds(other) is not None
        if there != was_there:
            how = "found" if there else "not found"
            yield f"{one.defect} of {one.design} is {how} now, in at least half of the trials"


def _of_growth(now: Analysis, before: Analysis) -> Iterator[str]:
    operations = {one.name: one for one in before.record.operations}
    for operation in now.record.operations:
        if operation.name not in operations:
            continue
        for design in _common(now, before):
            is_kind = now.growth(design, operation).counted
            was_kind = before.growth(design, operations[operation.name]).counted
            if is_kind != was_kind:
                yield f"{operation.name} on {design} grows as {is_kind}, before as {was_kind}"


def _of_counts(now: Analysis, before: Analysis) -> Iterator[str]:
    for design in _common(now, before):
        for operation, size, place in places(now.record.operations):
            counts = now.record.counts.get(design, {}).get(place, {})
            others = before.record.counts.get(design, {}).get(place, {})
            told = [
                f"{name} {others[name]:,.6g} became {count:,.6g}"
                for name, count in counts.items()
                if name in others and _differ(count, others[name])
            ]
            if told:
                yield f"{title_of(operation, size)} on {design}: {', '.join(told)}"


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > LEAST_COUNT_CHANGE * max(abs(one), abs(other))


def _of_times(now: Analysis, before: Analysis) -> Iterator[str]:
    if now.record.machine != before.record.machine:
        yield "times are of another machine, and are not compared"
        return
    pairs = {
        (design, operation.name, size): (
            now.record.times(design, place),
            before.record.times(design, place),
        )
        for design in _common(now, before)
        for operation, size, place in places(now.record.operations)
    }
    named = {f"{design} {name} {size}": pair for (design, name, size), pair in pairs.items()}
    for text, one in differences(named).items():
        if one.sign:
            design, name, size = text.split(" ")
            how = "faster" if one.sign < 0 else "slower"
            yield f"{name} {size} on {design} is {how}: {one.ratio:.2f} times as long"
