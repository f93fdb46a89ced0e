"""One model after another, as a person chooses them: whatever is killed meanwhile, one whole model answers."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

from tests.end_to_end.person import Photoseek, command, environment_for, parsed

_PHOTOS = 400
_KILLS = 6


def test_a_change_of_models_killed_at_any_point_leaves_one_whole_model_answering(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    for number in range(_PHOTOS):
        make_photo(photos / f"{number:04d}.jpg", shade=number)
    here("index", "--model", "fake", photos)
    here("models", "use", "fake-2", "--later")
    random_s = random.Random(0)  # noqa: S311 (any moment will do)
    for _ in range(_KILLS):
        indexing = subprocess.Popen(
            command("index"),
            env=environment_for(tmp_path / "library"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(random_s.uniform(0.5, 2.5))
        os.killpg(indexing.pid, signal.SIGKILL)
        indexing.wait()
        answer = parsed(here("find", "red", "--json", "--limit", 2 * _PHOTOS))
        assert answer["model"] in {"fake", "fake-2"}
        assert len(answer["hits"]) == _PHOTOS
    here("index")
    answer = parsed(here("find", "red", "--json", "--limit", 2 * _PHOTOS))
    assert (answer["model"], len(answer["hits"])) == ("fake-2", _PHOTOS)
    assert parsed(here("verify", "--json"))["ok"]
    assert parsed(here("models", "remove", "fake", "--json"))["vectors"] == _PHOTOS
    here("models", "remove", "fake-2", code=18)
    states = {row["name"]: row["state"] for row in parsed(here("models", "list", "--json"))["models"]}
    assert states["fake-2"] == "in use"
    assert "fake" not in states
