"""Write constraints.txt anew: the exact version of each package that the two set-up commands install.

One file serves Python 3.11 to 3.14 on Linux, macOS and Windows; a package that only some of them need has its
condition beside it. What the file holds already is kept where pyproject.toml still allows it. Needs `uv` on the
path (`pipx install uv`).

Examples:
  python scripts/lock.py               # after a change of pyproject.toml
  python scripts/lock.py --upgrade     # the newest version of everything
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tomllib

import environment


def main() -> int:
    """Have uv resolve every extra and every group together."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--upgrade", action="store_true", help="take the newest version of every package")
    options = parser.parse_args()
    uv = shutil.which("uv")
    if uv is None:
        parser.error("uv is not installed: `pipx install uv`, then this again")
    pyproject = tomllib.loads((environment.ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [word for name in sorted(pyproject["dependency-groups"]) for word in ("--group", name)]
    command = [
        *(uv, "pip", "compile", "pyproject.toml", "--quiet", "--no-config", "--all-extras", *groups),
        *("--universal", "--python-version", pyproject["project"]["requires-python"].removeprefix(">=")),
        *("--no-annotate", "--custom-compile-command", "python scripts/lock.py"),
        *("--output-file", str(environment.LOCK.relative_to(environment.ROOT))),
        *(["--upgrade"] if options.upgrade else []),
    ]
    return subprocess.run(command, check=False, cwd=environment.ROOT).returncode


if __name__ == "__main__":
    environment.run(main)
