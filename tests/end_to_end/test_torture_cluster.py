"""The short form of the torture of a cluster: an embedder and PostgreSQL die, and each block comes twice."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "torture_cluster.py"


def test_an_index_on_a_cluster_survives_what_dies_meanwhile() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            _SCRIPT,
            "--photos",
            "20",
            "--rounds",
            "3",
            "--kinds",
            "embedder",
            "database",
            "twice",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "3 rounds, 0 lost, 0 wrong"
