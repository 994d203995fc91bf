"""Hypothesis as every test here uses it, and what to do when a chapter was changed by hand."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
# The same examples in each run, however slow the machine.
settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")

CHANGED = """\
These chapters are not as they were committed: {}.
If you ran or answered them in Jupyter, they are yours, and the tests that fail may be about your answers.
  git stash       takes your version out of the folder and brings the committed one back;
                  `git stash pop` brings yours back.
  make notebooks  keeps the cells as you have written them, and stores what they give from the top."""


def pytest_terminal_summary(terminalreporter, exitstatus):
    if exitstatus == pytest.ExitCode.TESTS_FAILED and shutil.which("git"):
        command = ["git", "diff", "--name-only", "HEAD", "--", "notebooks/*.ipynb"]
        found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.split()
        if found:
            terminalreporter.section("changed by hand")
            terminalreporter.write_line(CHANGED.format(", ".join(found)))
