"""The short form of the torture of extractions: killed meanwhile, nothing is lost and nothing is made twice."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "torture_extractions.py"


@pytest.mark.slow
def test_what_is_extracted_outlives_kills_and_is_extracted_once() -> None:
    ran = subprocess.run(
        [sys.executable, _SCRIPT, "--kills", "10", "--photos", "96"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert re.fullmatch(
        r"10 kills, \d+ while extracting \(.+\), \d+ with some to go; "
        r"\d+ extracted and \d+ words of faces said: 0 lost, 0 wrong, 0 twice",
        ran.stdout.strip(),
    )
