"""The texts of two user units of systemd: one that follows the photo folders, one that serves the library."""

from collections.abc import Sequence
from dataclasses import dataclass

from photoseek.errors import BadUsage
from photoseek.storage import is_url

WATCH, SERVE = "photoseek-watch.service", "photoseek-serve.service"
_USES = {WATCH: "follow the photo folders", SERVE: "show the library as a page"}
# By the kernel's filter of system calls, which needs nothing of the system. Memory may be written and executed,
# since models are compiled to machine code.
_FILTERED = (
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "RestrictNamespaces=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallErrorNumber=EPERM",
    "UMask=0077",
)
# By mounts of its own, for which the system has to allow user namespaces: all but the library, and where models
# are downloaded to, is read-only, photos above all.
_MOUNTED = (
    "PrivateTmp=yes",
    "ProtectSystem=strict",
    "ProtectHome=read-only",
    "ReadWritePaths=-%h/.cache/huggingface",
)
_LOCAL = "file://"
# Exit codes of what another try doesn't mend: the command line, a newer library, no password.
_FINAL = "2 7 29"


@dataclass(frozen=True)
class Unit:
    """One unit, for a library."""

    name: str
    arguments: Sequence[str]  # of photoseek
    library: str  # as PHOTOSEEK_LIBRARY names it
    python: str
    token: str | None = None
    sandboxed: bool = True  # whether the system allows user namespaces
    caches: str | None = None  # the folder with the caches of a database
    thumbnails: str | None = None  # the path or URL of what keeps them in place of the library

    @property
    def text(self) -> str:
        """Return the unit as its file has it. Raises BadUsage if a path can't stand in one."""
        command = " ".join(map(_argument, (self.python, "-P", "-m", "photoseek", *self.arguments)))
        shared = self.thumbnails
        own = [self.caches or self.library]
        if shared is not None and (not is_url(shared) or shared.startswith(_LOCAL)):
            own.append(shared.removeprefix(_LOCAL))
        lines = [
            "[Unit]",
            f"Description=photoseek: {_USES[self.name]}",
            "",
            "[Service]",
            f"ExecStart={command}",
            f"Environment={_quoted(f'PHOTOSEEK_LIBRARY={self.library}')}",
            *([] if self.token is None else [f"Environment={_quoted(f'PHOTOSEEK_TOKEN={self.token}')}"]),
            *([] if shared is None else [f"Environment={_quoted(f'PHOTOSEEK_THUMBNAILS={shared}')}"]),
            *(["Nice=10"] if self.name == WATCH else []),
            "Restart=on-failure",
            "RestartSec=30",
            f"RestartPreventExitStatus={_FINAL}",
            *_FILTERED,
            *((*_MOUNTED, *(f"ReadWritePaths={_quoted(path)}" for path in own)) if self.sandboxed else ()),
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        ]
        return "\n".join(lines)


def _argument(text: str) -> str:
    """Return a word of a command line; `$` would be an environment variable."""
    return _quoted(text.replace("$", "$$"))


def _quoted(text: str) -> str:
    if not text.isprintable():
        raise BadUsage("systemd takes no line breaks and no steering characters: rename the folder")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
