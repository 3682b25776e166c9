"""The poison modes: how memory is marked that no pointer should reach.

In a campaign with the mode `mixed` each input has a mode of its own, which a hash of the input's
bytes chooses. The targets choose (harness/fuzzing/input_choice.h); this file chooses as they do, so
that a finding is told, replayed and reduced with the mode that showed it.
"""

# With the share of each among the inputs, in percent.
WEIGHTS = {"none": 20, "fill": 35, "asan": 40, "protect": 5}
MODES = tuple(WEIGHTS)
MIXED = "mixed"
CHOICES = (*MODES, MIXED)


def mode_of(mode: str, text: bytes) -> str:
    """The mode in which a target runs an input when its option has this mode."""
    if mode != MIXED:
        return mode
    rest = hash_of(text) % 100
    for name, weight in WEIGHTS.items():
        if rest < weight:
            return name
        rest -= weight
    raise AssertionError("the weights are percents")


def hash_of(text: bytes) -> int:
    """FNV-1a, in 64 bits."""
    value = 0xCBF29CE484222325
    for byte in text:
        value = ((value ^ byte) * 0x100000001B3) & (2**64 - 1)
    return value
