"""Options of pytest for the tests of the command."""

import signal

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option that `quake test PATTERN` uses."""
    text = "run only tests with this in their name or in that of their file"
    parser.addoption("--containing", default="", metavar="TEXT", help=text)


def pytest_configure() -> None:
    """Takes signals as usual even where the tests were started with nohup or in the background.

    Some are ignored then, and what is ignored stays so in every process below.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the tests that `--containing` does not name."""
    text = config.getoption("--containing")
    chosen = [item for item in items if text in item.nodeid]
    config.hook.pytest_deselected(items=[item for item in items if text not in item.nodeid])
    items[:] = chosen
