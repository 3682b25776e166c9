"""Tests of the guess for which program an input was."""

import tempfile
import unittest
from pathlib import Path, PurePath

from stackquake.engines.origin import Origin, origin_of
from stackquake.engines.test_binaries import KNOWN
from stackquake.status import QuakeError, Status


class OriginTest(unittest.TestCase):
    def guess(
        self, place: str, target: str | None = None, design: str | None = None
    ) -> tuple[str, str]:
        origin: Origin = origin_of(PurePath(place), KNOWN, target, design)
        return origin.target, origin.design

    def test_a_name_is_enough(self) -> None:
        self.assertEqual(self.guess("fuzz_nest_before_seed-1"), ("nest", "before-seed"))
        self.assertEqual(self.guess("fuzz_language/crash-1"), ("language", "go1.4"))

    def test_the_user_counts_for_more(self) -> None:
        self.assertEqual(self.guess("fuzz_nest_seed-1", design="go1.4"), ("nest", "go1.4"))
        self.assertEqual(self.guess("x", "copier", "seed"), ("copier", "seed"))
        self.assertEqual(self.guess("x", "designs"), ("designs", "go1.4"))

    def test_a_guess_for_another_target_says_nothing_of_the_design(self) -> None:
        for target, design in ((None, None), ("nest", None), (None, "seed")):
            place = "x" if target is None else "fuzz_copier_seed-1"
            with self.assertRaises(QuakeError) as caught:
                self.guess(place, target, design)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)
            self.assertIn("give --target and --design", str(caught.exception))

    def test_afl_has_written_down_its_command(self) -> None:
        lines = {
            "afl-fuzz -i in -o out -- ./fuzz_copier_seed": ("copier", "seed"),
            "afl-fuzz -i in -o fuzz_nest_seed -- build/afl/bin/fuzz_nest --sample=some": (
                "nest",
                "go1.4",
            ),
            "afl-fuzz -- build/afl/bin/fuzz_nest --design=seed @@": ("nest", "seed"),
        }
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for command, expected in lines.items():
                text = f"run_time          : 1\ncommand_line      : {command}\n"
                (folder / "fuzzer_stats").write_text(text)
                self.assertEqual(self.guess(f"{folder}/crashes/id:0"), expected)


if __name__ == "__main__":
    unittest.main()
