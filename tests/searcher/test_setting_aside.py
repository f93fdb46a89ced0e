"""The script that sets copies aside: run by a real shell, on files whose names a shell might run."""

import os
import subprocess
from pathlib import Path

from photoseek.searcher.duplicates.setting_aside import SetAside, as_list, as_script

_NAMES = (
    b"plain.jpg",
    b"with space.jpg",
    b"it's.jpg",
    b'"quoted".jpg',
    b"$(touch ran).jpg",
    b"`touch ran`.jpg",
    b"a;touch ran;.jpg",
    b"-rf.jpg",
    b"*.jpg",
    b"back\\slash.jpg",
    b"new\nline.jpg",
    b"ends in newline\n",
    b"not utf8 \xff\xfe.jpg",
)


def _run(script: bytes, folder: Path, *aside: str) -> str:
    path = folder / "set-aside.sh"
    path.write_bytes(script)
    done = subprocess.run(
        ["/bin/sh", str(path), *aside],
        cwd=folder,
        env={"HOME": str(folder / "home"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    assert not done.stderr, done.stderr
    return done.stdout.decode(errors="replace")


def _file(folder: Path, name: bytes, content: bytes = b"copy") -> str:
    path = os.fsencode(folder) + b"/" + name
    with open(path, "wb") as written:  # noqa: PTH123 (its name is bytes)
        written.write(content)
    return os.fsdecode(path)


def test_files_are_moved_whatever_their_names_and_nothing_is_run(tmp_path: Path) -> None:
    photos = tmp_path / "photos of 'me'"
    photos.mkdir()
    stays = _file(photos, b"stays.jpg")
    files = [_file(photos, name) for name in _NAMES]
    assert not _run(as_script([SetAside(file, stays) for file in files]), tmp_path)
    assert os.listdir(photos) == ["stays.jpg"]  # noqa: PTH208 (names are compared)
    home = tmp_path / "home" / "photoseek-set-aside"
    assert all(os.path.exists(f"{home}{file}") for file in files)  # noqa: PTH110 (undecodable names)
    assert not list(tmp_path.rglob("ran"))


def test_a_file_whose_other_copy_is_gone_is_left_alone(tmp_path: Path) -> None:
    file, stays = _file(tmp_path, b"one.jpg"), _file(tmp_path, b"other.jpg")
    Path(stays).unlink()
    assert "left alone" in _run(as_script([SetAside(file, stays)]), tmp_path)
    assert Path(file).exists()


def test_a_link_to_the_copy_that_stays_is_left_alone(tmp_path: Path) -> None:
    stays = _file(tmp_path, b"stays.jpg")
    link = tmp_path / "link.jpg"
    link.symlink_to(stays)
    assert "left alone" in _run(as_script([SetAside(str(link), stays)]), tmp_path)
    assert link.is_symlink()


def test_nothing_in_the_folder_is_overwritten_and_a_second_run_harms_nothing(tmp_path: Path) -> None:
    file, stays = _file(tmp_path, b"one.jpg"), _file(tmp_path, b"other.jpg")
    script = as_script([SetAside(file, stays)])
    assert not _run(script, tmp_path, "put here")
    moved = Path(f"{tmp_path}/put here{file}")
    assert moved.read_bytes() == b"copy"
    assert "not there any more" in _run(script, tmp_path, "put here")
    _file(tmp_path, b"one.jpg", b"another")
    assert "has it already" in _run(script, tmp_path, "put here")
    assert moved.read_bytes() == b"copy"
    assert Path(file).read_bytes() == b"another"


def test_a_list_has_the_names_as_the_disk_has_them() -> None:
    files = [SetAside(os.fsdecode(b"/photos/\xff.jpg"), "/other")]
    assert as_list(files) == b"/photos/\xff.jpg\n"
    assert as_list(files, null=True) == b"/photos/\xff.jpg\0"
