"""The short form of the torture: killed at random while files change, nothing lost and nothing wrong."""

import subprocess
import sys
from pathlib import Path

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "torture.py"


def test_a_library_survives_kills_torn_caches_and_changing_files() -> None:
    ran = subprocess.run(
        [sys.executable, _SCRIPT, "--rounds", "2", "--photos", "60"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "2 rounds, 0 lost, 0 wrong"
