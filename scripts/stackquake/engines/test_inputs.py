"""Tests of what is taken as an input from the files of other engines."""

import tempfile
import unittest
import zipfile
from pathlib import Path

from stackquake.engines.inputs import LONGEST, found_inputs
from stackquake.status import QuakeError, Status


class FoundInputsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, data: bytes = b"x") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def names(self, *paths: Path) -> list[str]:
        found = found_inputs(paths or [self.folder])
        return [str(one.place.relative_to(self.folder)) for one in found]

    def refuse(self, path: Path, words: str) -> None:
        with self.assertRaises(QuakeError) as caught:
            found_inputs([path])
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        self.assertIn(words, str(caught.exception))

    def test_a_file_is_an_input_whatever_its_name(self) -> None:
        self.assertEqual(self.names(self.write("x.go", b"\xff\0")), ["x.go"])
        self.assertEqual(found_inputs([self.folder / "x.go"])[0].data, b"\xff\0")

    def test_of_afls_folder_crashes_and_hangs_are_taken(self) -> None:
        for name in (
            "default/crashes/id:000000,sig:06,src:000001,op:havoc",
            "default/crashes/README.txt",
            "default/crashes.2026/id:000001,sig:11",
            "default/hangs/id:000000,src:000000",
            "default/queue/id:000000,orig:input",
            "default/queue/.state/x",
            "default/fuzzer_stats",
        ):
            self.write(name)
        self.assertEqual(
            self.names(),
            [
                "default/crashes/id:000000,sig:06,src:000001,op:havoc",
                "default/crashes.2026/id:000001,sig:11",
                "default/hangs/id:000000,src:000000",
            ],
        )

    def test_of_other_folders_what_libfuzzer_and_clusterfuzz_name_so(self) -> None:
        names = [
            "clusterfuzz-testcase-minimized-fuzz_nest_go1_4-5",
            "crash-da39a3ee5e6b4b0d",
            "fuzz_nest_go1_4-address-timeout-da39a3ee5e6b4b0d",
        ]
        for name in (*names, "da39a3ee5e6b4b0d", "fuzz_nest_go1_4.options"):
            self.write(name)
        self.assertEqual(self.names(), names)

    def test_a_folder_without_such_names_is_one_of_inputs(self) -> None:
        for name in ("a", "b/c", "README.md", ".hidden"):
            self.write(name)
        self.assertEqual(self.names(), ["a", "b/c"])

    def test_archives_are_opened(self) -> None:
        path = self.folder / "fuzz_nest_seed.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("in/crash-1", b"one")
            archive.writestr("README.txt", b"no")
        self.assertEqual(self.names(path), ["fuzz_nest_seed.zip/in/crash-1"])

    def test_bad_input_is_refused(self) -> None:
        self.refuse(self.folder / "none", "there is no such file")
        self.refuse(self.folder, "has no input in it")
        self.refuse(self.write("long", bytes(LONGEST + 1)), "is longer than")
        path = self.folder / "damaged.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("a", b"content")
        path.write_bytes(path.read_bytes().replace(b"content", b"CONTENT"))
        self.refuse(path, "is a damaged archive")


if __name__ == "__main__":
    unittest.main()
