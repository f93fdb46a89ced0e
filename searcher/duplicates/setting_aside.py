"""What is made of a choice among copies: a list of the files to set aside, or a script that moves them.

Nothing is moved or deleted here. The script is for a person to read and to run.
"""

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

_SCRIPT = """\
#!/bin/sh
# Moves {count} into a folder, each below its whole path; a copy of each stays where it is.
# Nothing is deleted. A file is left alone if it, or the copy that stays, is not there any more.
#
#   sh set-aside.sh             moves into ~/photoseek-set-aside
#   sh set-aside.sh FOLDER      moves into FOLDER
set -eu
aside=${{1:-$HOME/photoseek-set-aside}}
case $aside in /*) ;; *) aside=$PWD/$aside ;; esac

set_aside() {{ # the file, and the copy that stays
  if [ ! -f "$1" ]; then printf 'not there any more: %s\\n' "$1"
  elif [ ! -f "$2" ] || [ "$1" -ef "$2" ]; then printf 'left alone, as no other copy is there: %s\\n' "$1"
  elif [ -e "$aside$1" ]; then printf 'left alone, as the folder has it already: %s\\n' "$1"
  else
    mkdir -p -- "$aside${{1%/*}}"
    mv -n -- "$1" "$aside$1"
  fi
}}

"""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file to set aside, and the copy that stays."""

    path: str
    stays: str


def as_script(files: Iterable[SetAside]) -> bytes:
    """Return a script for a POSIX shell. File names are quoted, whatever characters they have."""
    listed = list(files)
    lines = "".join(f"set_aside {shlex.quote(file.path)} {shlex.quote(file.stays)}\n" for file in listed)
    count = "1 file" if len(listed) == 1 else f"{len(listed)} files"
    return os.fsencode(_SCRIPT.format(count=count) + lines)


def as_list(files: Iterable[SetAside], *, null: bool = False) -> bytes:
    r"""Return the paths, each ended by a line break or by ``\0``."""
    end = b"\0" if null else b"\n"
    return b"".join(os.fsencode(file.path) + end for file in files)
