"""How the death of a process is named, from the report of a sanitizer or of libFuzzer.

The rule is harness/reducer/death_rule.def, which the reducer reads as well.
"""

import re
from functools import cache

from stackquake.files import ROOT

RULE = ROOT / "harness" / "reducer" / "death_rule.def"
LINE = re.compile(r'^STACKQUAKE_DEATH_(\w+)\(\s*R"\((.*?)\)"(?:, "(.*)")?\)$', re.MULTILINE)


def check_of(summary: str) -> str:
    """The check that a sanitizer's summary line stands for."""
    if summary.startswith("libFuzzer: timeout"):
        return "timeout"
    if "out-of-memory" in summary or "allocation-size-too-big" in summary:
        return "out-of-memory"
    if " leaked in " in summary:
        return "leak"
    return "crash"


def function_in(line: str) -> str:
    """The function of the project that a line of a stack trace names; empty for other lines."""
    match = _rule()[0].search(line)
    return match[1] if match else ""


def signature_of(summary: str, function: str) -> str:
    """The signature of a crash, equal for equal causes.

    `function` is the project's innermost one in the stack trace, or empty. It is named where the
    summary has no place.
    """
    for pattern, replacement in _rule()[1]:
        summary = pattern.sub(replacement, summary)
    return f"{summary} in {function}" if "deadly signal" in summary and function else summary


@cache
def _rule() -> tuple[re.Pattern[str], list[tuple[re.Pattern[str], str]]]:
    """The pattern of a line with a function, and what is replaced in summaries by what."""
    lines = LINE.findall(RULE.read_text(encoding="utf-8"))
    (function,) = [pattern for kind, pattern, _ in lines if kind == "FUNCTION"]
    replacements = [
        (re.compile(pattern), re.sub(r"\$(\d)", r"\\\1", replacement))
        for kind, pattern, replacement in lines
        if kind == "REPLACEMENT"
    ]
    return re.compile(function), replacements
