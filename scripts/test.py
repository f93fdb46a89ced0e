"""Everything that must hold, in one command: `python3 scripts/test.py [--quick] [--coverage] [PYTEST ARGUMENTS]`.

Makes `.venv` if need be, installs photoseek with what its tests need, then checks style, types, the rooms'
imports and behaviour. All checks run, whatever the ones before say; the exit code is 1 if any failed.
Arguments go to pytest in place of its usual ones: `scripts/test.py -k moved tests/indexer`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time

import environment
from environment import say

# It looks for packages where it is started, and would find `photoseek/` without the rooms there.
_LINT_IMPORTS = (
    f"import os, sys; os.chdir({str(environment.TREE)!r}); from importlinter.cli import lint_imports; "
    f"sys.exit(lint_imports({str(environment.ROOT / 'pyproject.toml')!r}, no_cache=True))"
)

# Each a name and arguments of .venv's Python.
CHECKS = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "mypy": ("-m", "mypy"),
    "mypy scripts": ("-m", "mypy", "scripts"),
    "lint-imports": ("-c", _LINT_IMPORTS),
    "codespell": ("-m", "codespell_lib", "."),
}
# A worker that is done takes half of what waits for the other: few tests take most of the time.
TWO_WORKERS = ("-n", "2", "--dist", "worksteal")
QUICK = ("--ignore", "tests/end_to_end", "-m", "not slow")
COVERAGE = ("--cov", "--cov-report", "term:skip-covered")


def main() -> int:
    """Install, check, test."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fast", action="store_true", help="take .venv as it is: install nothing")
    parser.add_argument(
        "--quick", action="store_true", help="leave out the tests that start processes or load real models"
    )
    parser.add_argument(
        "--coverage", action="store_true", help="print which branches ran; takes nearly twice as long"
    )
    options, for_pytest = parser.parse_known_args()
    if not options.fast:
        environment.ensure("test")
    elif not environment.PYTHON.exists():
        parser.error("there is no .venv yet: run this without --fast once")
    environment.link_tree()
    passed = {name: _check(name, arguments) for name, arguments in CHECKS.items()}
    say("pytest")
    wanted = [*(for_pytest or TWO_WORKERS), *(QUICK if options.quick else ())]
    wanted += COVERAGE if options.coverage else ()
    passed["pytest"] = not _python("-m", "pytest", *wanted).returncode
    failed = [name for name, ok in passed.items() if not ok]
    print(f"failed: {', '.join(failed)}" if failed else f"all passed: {', '.join(passed)}", flush=True)
    return 1 if failed else 0


def _check(name: str, arguments: tuple[str, ...]) -> bool:
    """Run one check and give its verdict in a line; what it has to say is shown only if it fails."""
    began = time.monotonic()
    done = _python(*arguments, quiet=True)
    ok = not done.returncode
    verdict = "passed" if ok else f"FAILED with {done.returncode}"  # below 0, the signal that ended it
    print(f"{verdict}  {name} ({time.monotonic() - began:.1f} s)", flush=True)
    if not ok:
        print(done.stdout.strip(), flush=True)
    return ok


def _python(*arguments: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [environment.PYTHON, *arguments],
        check=False,
        cwd=environment.ROOT,
        # Where Python may keep no bytecode, each process that a test starts compiles the packages again.
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        encoding="utf-8",
        errors="replace",
    )


if __name__ == "__main__":
    environment.run(main)
