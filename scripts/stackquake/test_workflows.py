"""Tests of the workflows that a host of the project runs: their commands do work.

What only a host can do, its own actions and the setting up of a container, is left out.
"""

import os
import re
import shlex
import subprocess
import tempfile
import unittest
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from stackquake import cli
from stackquake.files import ROOT

WORKFLOWS = ROOT / ".github" / "workflows"
QUAKE = "scripts/quake"
SECONDS = 1200  # for one step: the first one that fuzzes builds the targets


def steps(workflow: str, job: str) -> list[dict[str, Any]]:
    """The steps of a job, in order."""
    document = yaml.safe_load((WORKFLOWS / workflow).read_text(encoding="utf-8"))
    return list(document["jobs"][job]["steps"])


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of a workflow that is one of ours: the file's name, and the words."""
    for path in sorted(WORKFLOWS.glob("*.yml")):
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            for step in job["steps"]:
                words = shlex.split(step.get("run", ""))
                if words and words[0] == QUAKE:
                    yield path.name, words[1:]


def run(step: Mapping[str, Any], settings: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Runs a step as a host would, with these settings in the environment."""
    return subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=ROOT,
        env={**os.environ, **step.get("env", {}), **settings},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


class WorkflowsTest(unittest.TestCase):
    """The files, step by step."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def test_every_command_is_one_that_the_verb_takes(self) -> None:
        found = list(commands())
        self.assertEqual({name for name, _ in found}, {"nightly.yml", "pull-request.yml"})
        for name, (verb, *words) in found:
            parser = cli.verb_parser(verb)
            assert parser is not None, f"{name}: {verb} is no verb"
            parser.parse_args([re.sub(r"\$[A-Z_]+", "5", word) for word in words])

    def test_a_pull_request_is_replayed_and_fuzzed(self) -> None:
        settings = {"FUZZ_SECONDS": "2", "OUT": str(self.scratch / "findings")}
        ours = [step for step in steps("pull-request.yml", "fuzz") if QUAKE in step.get("run", "")]
        self.assertEqual(len(ours), 3)
        for step in ours:
            finished = run(step, settings)
            self.assertEqual(finished.returncode, 0, finished.stdout + finished.stderr)

    def test_the_summary_of_a_night_is_shown_where_there_is_one(self) -> None:
        [step] = [s for s in steps("nightly.yml", "night") if "SUMMARY" in s.get("run", "")]
        summary = self.scratch / "summary"
        summary.write_text("earlier\n", "utf-8")
        settings = {"REPORT": str(self.scratch), "GITHUB_STEP_SUMMARY": str(summary)}
        self.assertEqual(run(step, settings).returncode, 0)
        self.assertEqual(summary.read_text("utf-8"), "earlier\n")
        (self.scratch / "report.md").write_text("# The night\n", "utf-8")
        self.assertEqual(run(step, settings).returncode, 0)
        self.assertEqual(summary.read_text("utf-8"), "earlier\n# The night\n")


if __name__ == "__main__":
    unittest.main()
