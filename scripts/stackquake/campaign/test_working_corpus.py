"""Tests of working_corpus.py, with a program that merges like libFuzzer."""

import asyncio
import fcntl
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake.campaign.working_corpus import Keeper, WorkingCorpus
from stackquake.fakes import write_program
from stackquake.inputs import name_of
from stackquake.status import QuakeError

# Adds to the first folder what has a first letter that nothing there has.
MERGER = """
import pathlib, sys
first, second = (pathlib.Path(a) for a in sys.argv[1:] if a[0] != "-")
seen = {file.read_bytes()[:1] for file in first.iterdir()}
added = 0
for file in sorted(second.iterdir(), key=lambda file: file.read_bytes()):
    if file.read_bytes()[:1] not in seen:
        seen.add(file.read_bytes()[:1])
        (first / file.name).write_bytes(file.read_bytes())
        added += 1
print(f"MERGE-OUTER: {added} new files with 1 new features added", file=sys.stderr)
"""


class WorkingCorpusTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.corpus = WorkingCorpus(self.folder / "corpus", None)
        self.merger = write_program(self.folder / "merger", MERGER)
        for name in ("new", "seeds", "scratch"):
            (self.folder / name).mkdir()

    def put(self, folder: str, *texts: bytes) -> None:
        for text in texts:
            (self.folder / folder / name_of(text)).write_bytes(text)

    def texts(self) -> list[bytes]:
        return sorted(file.read_bytes() for file in self.corpus.files())

    async def minimise(self) -> tuple[int, int]:
        scratch = self.folder / "scratch"
        return await self.corpus.minimise([str(self.merger)], self.folder / "seeds", scratch)

    async def test_nothing_is_there_before_something_is_kept(self) -> None:
        self.assertEqual(self.corpus.files(), [])

    async def test_a_half_written_file_waits_until_it_is_whole(self) -> None:
        torn = self.folder / "new" / name_of(b"whole")
        torn.write_bytes(b"wh")
        await self.corpus.keep(self.folder / "new")
        self.assertEqual(self.texts(), [])
        torn.write_bytes(b"whole")
        await self.corpus.keep(self.folder / "new")
        self.assertEqual(self.texts(), [b"whole"])

    async def test_new_inputs_are_kept_while_the_campaign_goes_on(self) -> None:
        keeper = Keeper(self.corpus, self.folder / "new")
        keeping = asyncio.create_task(keeper.keep_now_and_then(0.01))
        self.put("new", b"a")
        for _ in range(500):
            await asyncio.sleep(0.01)
            if self.texts():
                break
        keeping.cancel()
        self.assertEqual(self.texts(), [b"a"])

    async def test_a_failure_is_told_until_it_has_passed(self) -> None:
        keeper = Keeper(self.corpus, self.folder / "new")
        self.put("new", b"a")
        full = OSError(28, "No space left on device")
        with mock.patch("stackquake.campaign.working_corpus.write_atomically", side_effect=full):
            await keeper.keep()
        assert keeper.problem is not None
        self.assertIn("corpus: No space left on device; the only copy", keeper.problem)
        self.assertIn(str(self.folder / "new"), keeper.problem)
        await keeper.keep()
        self.assertIsNone(keeper.problem)
        self.assertEqual(self.texts(), [b"a"])

    async def test_a_failure_does_not_end_the_keeping(self) -> None:
        keeper = Keeper(self.corpus, self.folder / "missing")
        keeping = asyncio.create_task(keeper.keep_now_and_then(0.01))
        await asyncio.sleep(0.1)
        self.assertFalse(keeping.done())
        self.assertIsNotNone(keeper.problem)
        (self.folder / "missing").mkdir()
        await asyncio.sleep(0.1)
        self.assertIsNone(keeper.problem)
        keeping.cancel()

    async def test_a_file_that_cannot_be_read_stays_and_ends_nothing(self) -> None:
        self.put("new", b"a1", b"a2")
        await self.corpus.keep(self.folder / "new")
        read = Path.read_bytes

        def refuse(path: Path) -> bytes:
            if path.name == "mine":
                raise PermissionError(13, "Permission denied")
            return read(path)

        (self.folder / "corpus" / "mine").write_bytes(b"x1")
        with mock.patch.object(Path, "read_bytes", refuse):
            self.assertEqual(await self.minimise(), (2, 1))
        self.assertEqual(self.texts(), [b"a1", b"x1"])

    async def test_what_others_cover_is_taken_out(self) -> None:
        self.put("new", b"a1", b"a2", b"b1", b"c1")
        self.put("seeds", b"c0")
        await self.corpus.keep(self.folder / "new")
        self.assertEqual(await self.minimise(), (4, 2))
        self.assertEqual(self.texts(), [b"a1", b"b1"])

    async def test_files_with_names_of_their_own_stay(self) -> None:
        self.put("new", b"a1", b"a2")
        await self.corpus.keep(self.folder / "new")
        (self.folder / "corpus" / "mine.go").write_bytes(b"a3")
        await self.minimise()
        self.assertEqual(self.texts(), [b"a1", b"a3"])

    async def test_what_comes_while_it_is_minimised_stays(self) -> None:
        self.put("new", b"a1", b"a2")
        await self.corpus.keep(self.folder / "new")
        original = self.corpus._merge

        async def merge(*arguments: object) -> set[str]:
            (self.folder / "corpus" / name_of(b"a3")).write_bytes(b"a3")
            return await original(*arguments)  # type: ignore[arg-type]

        with mock.patch.object(self.corpus, "_merge", merge):
            await self.minimise()
        self.assertEqual(self.texts(), [b"a1", b"a3"])

    async def test_a_merge_that_fails_takes_out_nothing(self) -> None:
        self.put("new", b"a1", b"a2")
        await self.corpus.keep(self.folder / "new")
        write_program(self.merger, "raise SystemExit(1)")
        with self.assertRaises(QuakeError):
            await self.minimise()
        self.assertEqual(self.texts(), [b"a1", b"a2"])

    async def test_a_merge_that_hangs_takes_out_nothing(self) -> None:
        self.put("new", b"a1", b"a2")
        await self.corpus.keep(self.folder / "new")
        write_program(self.merger, "import time; time.sleep(60)")
        with (
            mock.patch("stackquake.campaign.working_corpus.MERGE_SECONDS", 0.2),
            self.assertRaises(TimeoutError),
        ):
            await self.minimise()
        self.assertEqual(self.texts(), [b"a1", b"a2"])

    async def test_two_do_not_minimise_at_once(self) -> None:
        self.put("new", b"a1", b"a2")
        await self.corpus.keep(self.folder / "new")
        with open(self.folder / "corpus" / ".lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            with self.assertRaisesRegex(QuakeError, "another campaign"):
                await self.minimise()
        self.assertEqual(self.texts(), [b"a1", b"a2"])


if __name__ == "__main__":
    unittest.main()
