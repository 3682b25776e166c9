"""The printer of the language against the real gofmt, over the corpus and nests made for it."""

import random
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from stackquake.files import ROOT
from stackquake.jobs import build

FOLDERS = ("seeds", "truth", "regressions", "trophies", "defects")

NESTS = 40
STATEMENTS = 30  # in each

PRELUDE = """package main
func f(a int, b int) {}
func main() {
var x int
var y int
var z int
var a [4]int
n := &node{}
p := &x
c := make(chan int, 9)
f(a[0]+z, y+*p)
"""


class Writer:
    """Writes statements with all operators at all depths and with needless parentheses.

    What may fault is left out, so that every statement is one of the language.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def sum(self, depth: int) -> str:
        """An int with at least one variable in it, so that no operator has two literals."""
        left = self._random.choice(["x", "y", "z", "a[1]", "a[3]"])
        if depth == 0:
            return left
        if self._random.random() < 0.5:
            left = self.sum(depth - 1)
        written = f"{left} {self._random.choice('+-*&|^')} {self.sum(depth - 1)}"
        kind = self._random.random()
        if kind < 0.2:
            return f"-5*({written}) >> {self._random.randrange(64)}"
        if kind < 0.4:
            return f"({self._random.choice(['7', '-7'])} - ({written}))"
        return f"({written})" if kind < 0.8 else written

    def condition(self, depth: int) -> str:
        """Something that may stand after `if`."""
        if depth == 0:
            written = f"{self.sum(2)} {self._random.choice(['==', '<', '>='])} {self.sum(1)}"
        else:
            operation = self._random.choice(["&&", "||"])
            written = f"{self.condition(depth - 1)} {operation} {self.condition(depth - 1)}"
        return self._random.choice(["({})", "!({})", "{}"]).format(written)

    def statement(self) -> str:
        """One statement, as nobody would lay it out."""
        forms = [
            f"x={self.sum(3)}",
            f"trace({self.sum(3)})",
            f"f({self.sum(2)},{self.sum(3)},)",
            f"if({self.condition(2)}){{trace(1)}} else if n==(&node{{val:{self.sum(1)}}}) {{}}",
            f"for i:={self.sum(2)};i< {self.sum(2)};i++{{}}",
            f"c<- {self.sum(2)}",
            f"n=&node{{val:{self.sum(2)},next:n}}",
            f"x = {self.sum(1)} * *p",
            f"y = x - -5*(x- {self.sum(1)})",
            "select{case c<-x-1:{};case x=<-c:default:func(){}()}",
            "defer func(q*int){ f(1,*q) ; }(&x)",
        ]
        return self._random.choice(forms)


class GofmtTest(unittest.TestCase):
    """Needs the package golang-go; a machine without it fails."""

    def setUp(self) -> None:
        build.ensure("check", ["format_nests"])
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def assert_gofmt_agrees(self, at_least: int) -> None:
        """Formats the nests of the folder in place, and expects that gofmt would change none."""
        files = sorted(str(file) for file in self.folder.glob("*.go"))
        self.assertGreaterEqual(len(files), at_least)
        program = build.program("check", "format_nests")
        formatted = subprocess.run([program, "-w", *files], capture_output=True, text=True)
        self.assertEqual((formatted.returncode, formatted.stderr), (0, ""))
        checked = subprocess.run(["gofmt", "-d", *files], capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))

    def test_corpus(self) -> None:
        for name in FOLDERS:
            for file in (ROOT / "corpus" / name).glob("*.go"):
                shutil.copy(file, self.folder / f"{name}_{file.name}")
        self.assert_gofmt_agrees(at_least=60)

    def test_odd_layouts(self) -> None:
        for seed in range(NESTS):
            writer = Writer(seed)
            lines = [writer.statement() for _ in range(STATEMENTS)]
            text = PRELUDE + "\n".join(lines) + "\n}\n"
            (self.folder / f"seed_{seed}.go").write_text(text)
        self.assert_gofmt_agrees(at_least=NESTS)


if __name__ == "__main__":
    unittest.main()
