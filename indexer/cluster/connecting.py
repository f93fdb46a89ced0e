"""The connection to a Ray cluster: one that runs, or one that is made on this machine and ends with the run."""

import logging
import os
import secrets
import shutil
import signal
import socket
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from types import ModuleType

from photoseek.indexer.errors import ClusterError
from photoseek.storage import for_terminal

LOCAL = "local"
AUTO = "auto"
TRIES = 3  # of a block of photos, before this machine does it itself
LOOK_EVERY_S = 0.5  # while others work, whether they are to stop
_REACH_S = 10.0
_STORE_BYTES = 500_000_000  # of pixels between reading and embedding, which are at most a few hundred photos


def refuse_unusable(address: str) -> None:
    """Raise ClusterError where the extra is missing, or the address can't be one."""
    if find_spec("ray") is None:
        raise ClusterError(
            "--ray needs Ray: `pip install 'photoseek[ray]'` adds it, here and on each machine"
        )
    if address in {LOCAL, AUTO}:
        return
    host, _, port = address.rpartition(":")
    if "://" in address or not host or not port.isdigit():
        raise ClusterError(
            f"“{for_terminal(address)}” is no address of a Ray cluster: name {LOCAL}, {AUTO} or HOST:PORT, and "
            "run this on one of its machines"
        )


@contextmanager
def connected(address: str) -> Iterator[ModuleType]:
    """Yield Ray, connected. Raises ClusterError."""
    refuse_unusable(address)
    if address not in {LOCAL, AUTO}:
        _refuse_unreachable(address)
    settings = {"RAY_USAGE_STATS_ENABLED": "0"}
    if address == LOCAL:
        # Ray listens on every network, and a program that reaches it can run others here: it needs this secret.
        settings |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": _secret()}
    with _environment(settings), _folder(address) as folder:
        import ray

        how = {"include_dashboard": False, "object_store_memory": _STORE_BYTES, "_temp_dir": folder}
        with _quiet():
            try:
                _connect(ray, address, how if folder else {})
                yield ray
            finally:
                ray.shutdown()


@cache
def _secret() -> str:
    """Return this process's: Ray reads it once, and would show a later cluster the first one's."""
    return secrets.token_hex(32)


def _connect(ray: ModuleType, address: str, how: Mapping[str, object]) -> None:
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL, **how)
    except (Exception, SystemExit) as error:  # Ray ends the process where a cluster doesn't answer
        raise ClusterError(_why_not(address, error)) from error
    finally:
        if is_main:  # Ray sets a handler of its own, and an end from outside is to go on meaning what it did
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _folder(address: str) -> Iterator[str | None]:
    """Yield where a cluster of our own keeps its sockets and logs: with it they go."""
    if address != LOCAL:
        yield None
        return
    folder = tempfile.mkdtemp(prefix="ps-")  # short, for the path of a socket has 107 bytes at most
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Ray's own messages off the terminal: it prints them on stdout, among results."""
    from ray._private import worker

    printing = worker.print_to_stdstream
    worker.print_to_stdstream = lambda *_, **__: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        worker.print_to_stdstream = printing


def _refuse_unreachable(address: str) -> None:
    """Ask first: Ray tries for two minutes, and then ends the process."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _REACH_S).close()
    except (OSError, OverflowError, UnicodeError) as error:
        raise ClusterError(_why_not(address, error)) from error


def _why_not(address: str, error: BaseException) -> str:
    said = " ".join(str(error).split())
    if address == LOCAL:
        return f"a Ray cluster can't be started on this machine ({said}): see that memory and disk have room"
    where = "on this machine" if address == AUTO else f"at {for_terminal(address)}"
    if "ersion" in said and "ismatch" in said:
        return f"the Ray cluster {where} runs other versions ({said}): install the same Python and Ray"
    return (
        f"no Ray cluster can be reached {where} ({said}): start one with `ray start --head`, and join this "
        "machine to it with `ray start --address HOST:PORT`"
    )


def said(error: Exception) -> str:
    """Return one of Ray's errors in a line: it ends with what happened, after a stack."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[-1] if lines else ''}"
