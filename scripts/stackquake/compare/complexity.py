"""How a cost grows with its size N: 1, lgN, N, NlgN, N^2 or N^3.

As Google Benchmark does it: the curve of each kind is laid through the costs by least squares, and
the kind with the smallest error is taken. It is used for counts, and for times that Google
Benchmark has not measured.

NlgN is not told from N: memory further away from the processor costs more, and over the sizes of
the operations that looks like a logarithm. Neither is lgN from 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

CURVES: Mapping[str, Callable[[float], float]] = {
    "1": lambda n: 1.0,
    "lgN": lambda n: math.log2(n),
    "N": lambda n: n,
    "NlgN": lambda n: n * math.log2(n),
    "N^2": lambda n: n * n,
    "N^3": lambda n: n * n * n,
}
# Kinds that are alike have the same rank.
RANKS = {"1": 0, "lgN": 0, "N": 1, "NlgN": 1, "N^2": 2, "N^3": 3}
LEAST_SIZES = 3  # fewer points lie on any curve


def fit(sizes: Sequence[float], costs: Sequence[float]) -> str | None:
    """The kind of the curve; None for too few sizes. A size of 0 makes all one larger."""
    if len(sizes) < LEAST_SIZES or len(sizes) != len(costs):
        return None
    moved = [size + 1 for size in sizes] if 0 in sizes else list(sizes)
    errors = {kind: _error(curve, moved, costs) for kind, curve in CURVES.items()}
    return min(errors, key=lambda kind: errors[kind])


def _error(
    curve: Callable[[float], float], sizes: Sequence[float], costs: Sequence[float]
) -> float:
    """The root of the mean square of the distances from the best curve of the kind."""
    values = [curve(size) for size in sizes]
    squares = sum(value * value for value in values)
    scale = sum(v * c for v, c in zip(values, costs, strict=True)) / squares if squares else 0.0
    apart = [cost - scale * value for value, cost in zip(values, costs, strict=True)]
    return math.sqrt(sum(one * one for one in apart) / len(apart))


def is_worse(kind: str | None, expected: str) -> bool:
    """Whether a cost grows faster than expected. A kind that is not known does not."""
    return kind is not None and RANKS.get(kind, 0) > RANKS[expected]
