"""For tests: what of Go is on this machine."""

import unittest
from pathlib import Path

from stackquake.go import toolchain
from stackquake.go.toolchain import Toolchain
from stackquake.status import QuakeError


def installed() -> Toolchain:
    """A toolchain; a test that asks is skipped where there is none."""
    try:
        return toolchain.find()[0]
    except QuakeError as error:
        raise unittest.SkipTest(str(error)) from None


def overlay_of_itoa(folder: Path) -> tuple[str, Path]:
    """A source of the installed toolchain that makes traces wrong by 1, written to a folder."""
    root = installed().root
    if root is None:
        raise unittest.SkipTest("this toolchain has no sources")
    name = "strconv/itoa.go"
    text = (root / "src" / name).read_text(encoding="utf-8")
    head = "func Itoa(i int) string {\n"
    assert head in text
    changed = folder / "itoa.go"
    changed.write_text(text.replace(head, head + "\ti++\n"), encoding="utf-8")
    return name, changed
