"""What is asked of the script that teaches heads is done, or refused."""

import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "fit_label_heads.py"


@pytest.mark.slow
@pytest.mark.parametrize("alone", ["--weight", "--penalty"])
def test_a_weight_without_a_penalty_or_the_reverse_is_refused(tmp_path: Path, alone: str) -> None:
    pytest.importorskip("torch")
    typed = [sys.executable, _SCRIPT, "--data", tmp_path, "--work", tmp_path / "work", alone, "1"]
    ran = subprocess.run(typed, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "--weight and --penalty are given together" in ran.stderr
    assert not (tmp_path / "work").exists()
