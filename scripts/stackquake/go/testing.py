"""For tests: what of Go is on this machine."""

import unittest

from stackquake.go import toolchain
from stackquake.go.toolchain import Toolchain
from stackquake.status import QuakeError


def installed() -> Toolchain:
    """A toolchain; a test that asks is skipped where there is none."""
    try:
        return toolchain.find()[0]
    except QuakeError as error:
        raise unittest.SkipTest(str(error)) from None
