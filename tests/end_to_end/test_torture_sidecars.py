"""The short form of the torture of sidecars: killed while they are written, none is torn, and all are undone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "torture_sidecars.py"


@pytest.mark.slow
def test_a_sidecar_is_whole_whenever_its_writer_is_killed() -> None:
    ran = subprocess.run(
        [sys.executable, _SCRIPT, "--kills", "10", "--photos", "60"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert re.fullmatch(
        r"10 kills, \d+ in the middle, 0 torn; undone: 0 lost, 0 left behind", ran.stdout.strip()
    )
