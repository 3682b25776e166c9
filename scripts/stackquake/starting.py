"""What is said of a program that the machine cannot start."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from stackquake.files import shown
from stackquake.printable import printable
from stackquake.status import QuakeError, Status


@contextlib.contextmanager
def starting(program: Path) -> Iterator[None]:
    """Raises QuakeError in place of the OSError that starting this program fails with."""
    try:
        yield
    except OSError as error:
        message = f"{printable(shown(program))} cannot be started: {error.strerror}"
        raise QuakeError(Status.MISSING, message) from None
