"""Tests of what is checked, with programs that behave like those of the build."""

import asyncio
import json
import tempfile
import unittest
from pathlib import Path

from stackquake.compare import checking
from stackquake.compare.checking import Plan, Programs, behaviour_of, disagreements
from stackquake.compare.record import Contender, Record
from stackquake.fakes import write_program
from stackquake.jobs.batch import Report

# A nest says how it behaves, and on which design a check fires.
RUN_NESTS = """
import json, sys
design = [word for word in sys.argv if word.startswith("--design=")][0][9:]
assert "--situations" in sys.argv and "--checks=all" in sys.argv
print("[")
for number, file in enumerate(sys.argv[sys.argv.index("--") + 1:]):
    told = json.load(open(file))
    report = {"file": file, "verdict": "ok", "violation": None, "situations": told["situations"]}
    report["outcome"] = {"kind": told["kind"], "chain": [{"code": 7, "recovered": True}]}
    report["traces"] = [[told["trace"].get(design, 1)]]
    if design in told["wrong"]:
        report["verdict"] = "violation"
        report["violation"] = {"check": "stale-pointer", "signature": "stale-pointer:x",
                               "message": "m", "line": 1, "function": "main"}
    print("," * (number > 0) + json.dumps(report), flush=True)
print("]")
"""
GENERATE = """
import json, sys
options = dict(word[2:].split("=") for word in sys.argv[1:] if "=" in word)
for number in range(int(options["count"])):
    several = "--goroutines" in sys.argv
    text = {"kind": "exit", "trace": {}, "wrong": ["bad"] if several else [], "situations": {}}
    with open(f"{options['directory']}/records-{number}.go", "w") as file:
        file.write(json.dumps(text))
"""
# Tells of three nests in each sweep; on the design `bad` a check fires in the first.
SWEEP = """
import json, sys
def tell(**event):
    print(json.dumps(event), flush=True)
bad = "--design=bad" in sys.argv
marker = [word for word in sys.argv if word.startswith("--marker=")][0][9:]
open(marker, "w").write("0 0")
for file in sys.argv[sys.argv.index("--") + 1:]:
    tell(event="nest", safepoints=2, runs=5, too_many=False)
    if bad:
        tell(event="finding", run=1, move_at=[1], gc_at=[], nest="text",
             violation={"check": "throw", "signature": "throw:y", "message": "m"})
    tell(event="end", done=5, seen={"throw:y": 2} if bad else {})
sys.exit(1 if bad else 0)
"""
ENUMERATE = """
import json, sys
if "--count" in sys.argv:
    for count in (1, 2, 4):
        print(json.dumps({"nests": count}))
    sys.exit(0)
bad = "--design=bad" in sys.argv
marker = [word for word in sys.argv if word.startswith("--marker=")][0][9:]
open(marker, "w").write("0 0")
if bad:
    print(json.dumps({"event": "finding", "number": 3, "run": 1, "move_at": [1], "gc_at": [],
                      "nest": "text", "violation": {"check": "throw", "signature": "throw:z",
                                                    "message": "m"}}))
seen = {"throw:z": 4} if bad else {}
print(json.dumps({"event": "end", "nests": 7, "safepoints": 9, "runs": 25, "seen": seen}))
sys.exit(1 if bad else 0)
"""


class CheckTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        texts = {"run": RUN_NESTS, "generate": GENERATE, "sweep": SWEEP, "enumerate": ENUMERATE}
        self.programs = Programs(
            *(write_program(self.folder / name, text) for name, text in texts.items())
        )

    def nest(self, name: str, **told: object) -> str:
        file = self.folder / name
        text = {"kind": "exit", "trace": {}, "wrong": [], "situations": {}, **told}
        file.write_text(json.dumps(text), encoding="utf-8")
        return str(file)

    def check(self, corpus: list[str], *designs: Contender, generated: int = 4) -> Record:
        record = Record("", "", "", designs[0].name, {}, list(designs))
        scratch = self.folder / "scratch"
        scratch.mkdir()
        plan = Plan(self.programs, corpus, generated, 2, 1, 2, scratch)
        self.written = 0

        def done() -> None:
            self.written += 1

        asyncio.run(checking.check(plan, record, lambda text: None, done))
        return record

    def test_a_right_design_has_no_wrong_run(self) -> None:
        record = self.check([self.nest("a.go"), self.nest("b.go")], Contender("good", "go1.4"))
        told = [(one.part, one.nests, one.runs, one.wrong, one.checks) for one in record.checked]
        self.assertEqual(
            told,
            [
                ("corpus", 2, 2, 0, {}),
                ("generated", 4, 4, 0, {}),
                ("sweep", 2, 10, 0, {}),
                ("enumeration", 7, 25, 0, {}),
            ],
        )
        self.assertEqual(self.written, 5)

    def test_checks_that_fire_are_counted_with_an_example(self) -> None:
        nest = self.nest("a.go", wrong=["bad"])
        record = self.check([nest], Contender("good", "go1.4"), Contender("bad", "go1.4"))
        told = {one.part: (one.wrong, one.checks) for one in record.checked_on("bad")}
        self.assertEqual(told["corpus"], (1, {"stale-pointer": 1}))
        self.assertEqual(told["generated"], (2, {"stale-pointer": 2}))
        self.assertEqual(told["sweep"], (2, {"throw": 2}))
        self.assertEqual(told["enumeration"], (4, {"throw": 4}))
        corpus = record.checked_on("bad")[0].examples["stale-pointer:x"]
        self.assertEqual((corpus.nest, json.loads(corpus.text)["wrong"]), (nest, ["bad"]))
        self.assertTrue(all(one.wrong == 0 for one in record.checked_on("good")))

    def test_designs_of_one_level_must_agree(self) -> None:
        nest = self.nest("a.go", trace={"b": 2, "c": 3})
        designs = [Contender("a", "go1.4"), Contender("b", "go1.4"), Contender("c", "modern")]
        record = self.check([nest, self.nest("b.go")], *designs, generated=0)
        [one] = record.disagreements
        self.assertEqual(one.behaviours, {
            "a": "exit 7 [recovered]; traces [[1]]", "b": "exit 7 [recovered]; traces [[2]]"
        })
        self.assertEqual(record.compared_nests, 2)

    def test_a_wrong_design_need_not_agree(self) -> None:
        nest = self.nest("a.go", trace={"b": 2})
        designs = [Contender("a", "go1.4"), Contender("b", "go1.4", ["a-defect"])]
        self.assertEqual(self.check([nest], *designs).disagreements, [])

    def test_situations_are_added_up(self) -> None:
        files = [self.nest(name, situations={"panic": 2}) for name in ("a.go", "b.go")]
        record = self.check(files, Contender("a", "go1.4"))
        self.assertEqual(record.situations, {"a": {"panic": 4}})


class BehaviourTest(unittest.TestCase):
    def test_runs_that_end_at_a_bound_are_not_compared(self) -> None:
        for kind in ("fuel", "overflow"):
            told = {"outcome": {"kind": kind, "chain": []}, "traces": []}
            self.assertIsNone(behaviour_of(Report("ok", None, told)))
        self.assertIsNone(behaviour_of(Report("crash", {})))

    def test_numbers_of_addresses_may_differ(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.go"
            file.write_text("trace(addr(&x))", encoding="utf-8")
            designs = [Contender("a", "go1.4"), Contender("b", "go1.4")]
            record = Record("", "", "", "a", {}, designs)
            self.assertEqual(disagreements(record, {str(file): {"a": "1", "b": "2"}}), ([], 0))


if __name__ == "__main__":
    unittest.main()
