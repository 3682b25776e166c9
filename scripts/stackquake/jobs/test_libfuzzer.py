"""Tests of libfuzzer.py on what clang 14's libFuzzer and sanitizers print."""

import asyncio
import tempfile
import unittest
from pathlib import Path

from stackquake.files import ROOT
from stackquake.jobs.libfuzzer import MUTATORS, Output, Search, Violation, on_files, output_of
from stackquake.settings import Settings

# A target that tells of a violation, and then takes its time where its nest says so.
TARGET = """#!/bin/sh
echo 'stackquake-finding: {"check": "c", "signature": "s", "message": "m"}' >&2
if grep -q slow "$2"; then sleep 100; fi
"""


def read(*lines: str) -> Output:
    output = Output()
    for line in lines:
        output.read(line + "\n")
    return output


class OutputTest(unittest.TestCase):
    def test_progress(self) -> None:
        output = read(
            "INFO: Seed: 3",
            "#3\tINITED cov: 6 ft: 7 corp: 1/5b exec/s: 0 rss: 30Mb",
            "#11\tNEW    cov: 11 ft: 12 corp: 2/8b lim: 5 exec/s: 9 rss: 31Mb L: 3/5 MS: 1 Copy-",
        )
        self.assertEqual((output.executions, output.edges, output.corpus), (11, 11, 2))
        self.assertEqual(output.features, 12)
        self.assertIsNone(output.violation())

    def test_the_final_statistics_have_the_exact_count(self) -> None:
        output = read(
            "#1024\tpulse  cov: 6 ft: 6 corp: 1/5b", "stat::number_of_executed_units: 1897"
        )
        self.assertEqual(output.executions, 1897)

    def test_variations_count_as_executions(self) -> None:
        output = read(
            'stackquake-situations: {"inputs": 1024, "executions": 4096}',
            "#2048\tpulse  cov: 6 ft: 6 corp: 1/5b",
        )
        self.assertEqual(output.executions, 8192)
        output.read('stackquake-situations: {"inputs": 2048, "executions": 9000}\n')
        self.assertEqual(output.executions, 9000)

    def test_a_variation_that_shows_a_finding_is_the_input(self) -> None:
        output = read(
            'stackquake-finding: {"check": "c", "signature": "s", "message": "m", "input": "n\\n"}',
            "artifact_prefix='out/'; Test unit written to out/crash-ceb2b68941",
        )
        self.assertEqual(output.input(), b"n\n")
        violation = output.violation()
        assert violation is not None
        self.assertNotIn("input", violation.details)

    def test_the_last_told_variation_is_the_input_of_a_crash(self) -> None:
        output = read(
            'stackquake-variation: {"input": "a"}',
            'stackquake-variation: {"input": "b"}',
            "SUMMARY: libFuzzer: deadly signal",
        )
        self.assertEqual(output.input(), b"b")

    def test_a_frame_of_a_stack_trace_is_no_progress(self) -> None:
        self.assertEqual(read("    #12 0x55d7d1e05ca5 in fuzzer::Fuzzer::Loop()").executions, 0)

    def test_the_finding_comes_before_the_signal_that_it_raises(self) -> None:
        output = read(
            'stackquake-finding: {"check": "stale-pointer", "signature": "s", "message": "m"}',
            "==12790== ERROR: libFuzzer: deadly signal",
            "SUMMARY: libFuzzer: deadly signal",
            "artifact_prefix='out/'; Test unit written to out/crash-ceb2b68941",
        )
        self.assertEqual(output.violation(), Violation("stale-pointer", "s", "m"))
        self.assertEqual(str(output.artifact), "out/crash-ceb2b68941")

    def test_a_torn_finding_line_leaves_the_crash(self) -> None:
        output = read('stackquake-finding: {"check": "sta', "SUMMARY: libFuzzer: deadly signal")
        violation = output.violation()
        assert violation is not None
        self.assertEqual(violation.check, "crash")

    def test_the_last_word_on_situations_counts(self) -> None:
        output = read(
            'stackquake-situations: {"executions": 4}',
            'stackquake-situations: {"executions": 9}',
            'stackquake-situations: {"execu',
        )
        self.assertEqual(output.situations, {"executions": 9})

    def test_a_slow_unit_is_no_finding(self) -> None:
        output = read("artifact_prefix='./'; Test unit written to ./slow-unit-0a4d55a8")
        self.assertIsNone(output.artifact)

    def test_a_deadly_signal_is_named_after_the_projects_innermost_function(self) -> None:
        output = read(
            "    #5 0x7fad06579fb1 in raise signal/../sysdeps/posix/raise.c:26:13",
            f"    #7 0x55d7d1ede1b0 in stackquake::Heap::sweep() {ROOT}/harness/a.cc:8:2",
            f"    #8 0x55d7d1ede1b0 in main {ROOT}/fuzzers/fuzz_nest.cc:8:206",
            "SUMMARY: libFuzzer: deadly signal",
        )
        violation = output.violation()
        assert violation is not None
        self.assertEqual(
            violation.signature, "libFuzzer: deadly signal in stackquake::Heap::sweep()"
        )


class SearchTest(unittest.TestCase):
    def test_an_output_is_that_of_a_process_or_empty_if_it_takes_too_long(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            nest, target = Path(folder, "nest.go"), Path(folder, "target")
            target.write_text(TARGET)
            command = ["sh", str(target), "first", str(nest)]
            nest.write_text("fast")
            shown = asyncio.run(output_of(command))
            nest.write_text("slow")
            late = asyncio.run(output_of(command, seconds=0.1))
        self.assertEqual(shown.violation(), Violation("c", "s", "m"))
        self.assertEqual((late.violation(), late.input(), late.told_run), (None, None, None))

    def test_files_stand_behind_all_flags(self) -> None:
        settings = Settings("go1.4", ("a",), "fill")
        command = on_files(Path("fuzz"), settings, [Path("x"), Path("y")], "--tell-runs")
        self.assertEqual(command[0], "fuzz")
        self.assertEqual(command[1:5], [*settings.flags(), "--tell-runs"])
        self.assertEqual(command[5:-2], ["-timeout=20", "-rss_limit_mb=2048"])
        self.assertEqual(command[-2:], ["x", "y"])

    def test_a_dictionary_is_for_bytes_alone(self) -> None:
        for mutator in MUTATORS:
            flags = Search(mutator, Path(__file__), 100).flags()
            self.assertIn(f"--mutator={mutator}", flags)
            self.assertIn("-max_len=100", flags)
            self.assertEqual(f"-dict={__file__}" in flags, mutator == "bytes")


if __name__ == "__main__":
    unittest.main()
