"""Tests of mistakes.py: which of several mistakes a finding shows."""

import unittest
from typing import Any

from stackquake.jobs.batch import Report
from stackquake.nightly.mistakes import shown_by
from stackquake.nightly.sightings import Stored

SIGNATURE = "throw:f"


def report(signature: str | None) -> Report:
    if signature is None:
        return Report("ok", None)
    return Report("violation", {"check": signature.partition(":")[0], "signature": signature})


class MistakesTest(unittest.TestCase):
    def shown(self, corpus: dict[str, set[str]] | None = None, **nest: str | None) -> str | None:
        """With what each mistake makes of the finding's nest, and of the corpus."""
        fields: dict[str, Any] = {"check": "throw", "signature": SIGNATURE, "message": "m"}
        one = Stored(1, "fuzz", "nest", "old", (), command="c", place=None, mistake=None, **fields)
        reports = {slug: report(signature) for slug, signature in nest.items()}
        return shown_by(one, reports, corpus or {})

    def test_the_same_signature_counts_first(self) -> None:
        self.assertEqual(self.shown(a="throw:g", b=SIGNATURE, corpus={"c": {SIGNATURE}}), "b")

    def test_then_what_the_corpus_shows_of_a_mistake(self) -> None:
        self.assertEqual(self.shown(a="throw:g", b=None, corpus={"b": {SIGNATURE}}), "b")

    def test_then_the_same_check(self) -> None:
        self.assertEqual(self.shown(a=None, b="throw:g", corpus={"a": {"throw:h"}}), "b")

    def test_otherwise_it_is_unknown(self) -> None:
        self.assertIsNone(self.shown(a=None, b="leaked-record:x"))


if __name__ == "__main__":
    unittest.main()
