"""The folder that nights share: corpus, findings, and the history in nights.sqlite.

Every write to the history is a transaction: after a crash at any moment the file has all that was
committed. A damaged file, and one of a later version, is refused and left as it is. One night at a
time has the state; the system frees its lock however the night ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from stackquake.files import require_writable, shown
from stackquake.printable import printable
from stackquake.status import QuakeError, Status

VERSION = 2  # of schema.sql
# The tables that a version has and the one before it had not.
ADDED = {2: ("proof",)}
TABLE = re.compile(r"^CREATE TABLE (\w+) .*?^\);$", re.MULTILINE | re.DOTALL)
SCHEMA = Path(__file__).with_name("schema.sql")
DATABASE = "nights.sqlite"
LOCK = "lock"


class StateError(QuakeError):
    """The history cannot be read or written any more, as on a full disk."""


class State:
    """An open state, made by `open_state`."""

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        self.folder = folder
        self._database = database

    @property
    def findings(self) -> Path:
        """The folder of findings on the reference runtime, each a folder."""
        return self.folder / "findings"

    @property
    def enumerations(self) -> Path:
        """How far enumerations have come."""
        return self.folder / "enumerations"

    @property
    def go(self) -> Path:
        """Progress and findings of campaigns on real Go."""
        return self.folder / "go"

    def corpus(self, target: str, design: str) -> Path:
        """The working corpus of a target on a design."""
        return self.folder / "corpus" / f"{target}@{design}"

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """What a query gives. Raises QuakeError where the file cannot be read."""
        with self._told():
            return self._database.execute(query, values).fetchall()

    def value(self, query: str, *values: Any) -> Any:
        """The first column of the first row; None if there is no row."""
        rows = self.rows(query, *values)
        return rows[0][0] if rows else None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[State]:
        """All writes of the block, or none. Raises QuakeError, none of them done, on a full disk.

        Blocks may stand in each other: the outermost one is the transaction.
        """
        if self._database.in_transaction:
            yield self
            return
        with self._told():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._database.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself where it found no room to go on.
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def write(self, statement: str, *values: Any) -> int:
        """Runs a statement of a transaction; gives the number of the row that it has added."""
        with self.transaction():
            return int(self._database.execute(statement, values).lastrowid or 0)

    def write_all(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Runs a statement with each of the rows."""
        with self.transaction():
            self._database.executemany(statement, rows)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            name = printable(shown(self.folder / DATABASE))
            message = f"{name}: {error}; what had been committed before is still there"
            raise StateError(Status.MISSING, message) from None


@contextlib.contextmanager
def open_state(folder: Path, *, wait: bool = False) -> Iterator[State]:
    """The state of a folder, which is made if need be, for one night alone.

    Raises QuakeError if another night has it, unless it is to `wait`; if the folder cannot be
    written; and if the history is damaged or of a later version, which changes nothing.
    """
    require_writable(folder, "--state")
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / LOCK, "w", encoding="utf-8") as file:
        _lock(file, folder, wait)
        with contextlib.closing(_database(folder / DATABASE)) as database:
            yield State(folder, database)


def _lock(file: TextIO, folder: Path, wait: bool) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        where = printable(shown(folder))
        if not wait:
            message = f"another night works in {where}; --wait waits for its end"
            raise QuakeError(Status.MISSING, message) from None
        print(f"quake: waiting for another night in {where}", file=sys.stderr, flush=True)
        fcntl.flock(file, fcntl.LOCK_EX)


def _database(path: Path) -> sqlite3.Connection:
    """Opens the history, or makes it."""
    database = sqlite3.connect(path, isolation_level=None)
    database.row_factory = sqlite3.Row
    try:
        if _is_empty(database):
            _make(database, path)
        _check(database, path)
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA synchronous = FULL")
    except BaseException:
        database.close()
        raise
    return database


def _is_empty(database: sqlite3.Connection) -> bool:
    """Whether nothing has been written yet, as when the first night was killed at its beginning."""
    with contextlib.suppress(sqlite3.DatabaseError):
        return not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return False


def _make(database: sqlite3.Connection, path: Path) -> None:
    """The schema is there whole or not at all."""
    script = SCHEMA.read_text(encoding="utf-8")
    try:
        database.executescript(f"BEGIN;\n{script}\nPRAGMA user_version = {VERSION};\nCOMMIT;")
    except sqlite3.Error as error:
        message = f"{printable(shown(path))} cannot be made: {error}"
        raise QuakeError(Status.MISSING, message) from None


def _bring_up(database: sqlite3.Connection, version: int) -> None:
    """Adds the tables that a history of an earlier version lacks."""
    script = SCHEMA.read_text(encoding="utf-8")
    texts = {one[1]: one[0] for one in TABLE.finditer(script)}
    missing = [texts[name] for one in range(version + 1, VERSION + 1) for name in ADDED[one]]
    added = "\n".join(missing)
    database.executescript(f"BEGIN;\n{added}\nPRAGMA user_version = {VERSION};\nCOMMIT;")


def _check(database: sqlite3.Connection, path: Path) -> None:
    """Raises QuakeError unless the file is whole and of this version or an earlier one."""
    name = printable(shown(path))
    try:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if not 0 < version <= VERSION:
            message = f"{name} is of version {version}, and this program reads {VERSION}"
            raise QuakeError(Status.BAD_INPUT, f"{message}; it is left as it is")
        said = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if said == "ok" and version < VERSION:
            _bring_up(database, version)
    except sqlite3.OperationalError as error:
        raise QuakeError(Status.MISSING, f"{name} cannot be read: {error}") from None
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        message = f"{name} is damaged: {' '.join(said.split())}"
        raise QuakeError(
            Status.BAD_INPUT, f"{message}; it is left as it is, --state names another folder"
        )
