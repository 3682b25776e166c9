"""How a command ends: its exit status, and the error that carries one to the top."""

import enum


class Status(enum.IntEnum):
    """The exit statuses of every verb."""

    OK = 0
    FOUND = 1  # a finding, a mismatch, a failed test
    BAD_INPUT = 2  # bad usage, or a file that is no nest
    MISSING = 3  # something is missing on this machine, or does not work


class QuakeError(Exception):
    """Ends the command with a message on standard error and an exit status."""

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status
