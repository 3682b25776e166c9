"""For tests: small programs that stand in for the real ones, written where a test wants them."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def write_program(path: Path, text: str) -> Path:
    """An executable script; `text` is Python unless it begins with a line that says otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "" if text.startswith("#!") else f"#!{sys.executable}\n"
    path.write_text(head + text, encoding="utf-8")
    path.chmod(0o755)
    return path


def path_with(folder: Path) -> Mapping[str, str]:
    """An environment whose PATH begins with the folder of the stand-ins."""
    return {"PATH": f"{folder}:{os.environ['PATH']}"}
