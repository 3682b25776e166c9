"""Tests of repository.py, in a repository made for them."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import repository

AUTHOR = {f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class ChangedTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        patch = mock.patch.object(repository, "ROOT", self.root)
        patch.start()
        self.addCleanup(patch.stop)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("first")

    def git(self, *arguments: str) -> None:
        environment = {**os.environ, **AUTHOR}
        subprocess.run(["git", "-C", self.root, *arguments], check=True, env=environment)

    def commit(self, name: str) -> None:
        (self.root / name).write_text(name)
        self.git("add", name)
        self.git("commit", "--quiet", "--message", name)

    def test_on_a_branch_it_is_everything_since_the_main_branch(self) -> None:
        self.git("switch", "--quiet", "--create", "work")
        self.commit("second")
        self.commit("third")
        (self.root / "first").write_text("changed")
        (self.root / "new").write_text("")
        self.assertEqual(repository.changed(), {"first", "second", "third", "new"})

    def test_on_the_main_branch_it_is_the_last_commits(self) -> None:
        last = [f"commit {number}" for number in range(repository.COMMITS_OF_MAIN)]
        for name in ["second", *last]:
            self.commit(name)
        self.assertEqual(repository.changed(), set(last))

    def test_it_is_unknown_without_commits_before(self) -> None:
        self.assertIsNone(repository.changed())


if __name__ == "__main__":
    unittest.main()
