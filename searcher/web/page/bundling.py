"""Joins the ES modules that a view imports into one script, so that a browser asks once and not for each.

Every module becomes a block, after those that it imports. What it exports is an object, and its imports are taken
from the objects of others. Only the forms that the page's modules use are read: named imports and exported
declarations, each at the beginning of a line. An `import()` has its module in the bundle, too: a module of which a
browser had two copies would have two states.
"""

import posixpath
import re
from collections.abc import Callable, Iterable

_IMPORT = re.compile(r'^import\s+(?:\{([^}]*)\}\s+from\s+)?"(\.[^"]+)";[^\n]*$', re.MULTILINE)
_IMPORT_LATER = re.compile(r'\bimport\("(\.[^"]+)"\)')
_EXPORT = re.compile(r"^export (?=(?:async )?function ([\w$]+)|class ([\w$]+)|const ([\w$]+))", re.MULTILINE)
_UNREAD = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


class BundlingError(Exception):
    """Modules import each other in a circle, or one has a form of import or export that isn't read here."""


def bundle(entries: Iterable[str], read: Callable[[str], str]) -> str:
    """Return one module that does what the entries do, in their order.

    `read` returns the source of a module by its path. Raises BundlingError, and KeyError if a module isn't there.
    """
    entries = list(entries)
    order: list[str] = []
    wanted = list(entries)
    for name in wanted:  # each `import()` adds one
        _visit(name, read, order, wanted, [])
    # What is imported later must be there when the entries run, which may wait for the server.
    order.sort(key=lambda name: name in entries)
    numbers = {name: number for number, name in enumerate(order)}
    blocks = [_block(name, read(name), numbers) for name in order]
    declared = ", ".join(f"module{number}" for number in numbers.values())
    return f"let {declared};\n" + "".join(blocks)


def imports(name: str, source: str) -> list[str]:
    """Return the paths of the modules that a module imports at once."""
    return [_resolved(name, match[2]) for match in _IMPORT.finditer(source)]


def _visit(
    name: str, read: Callable[[str], str], order: list[str], wanted: list[str], above: list[str]
) -> None:
    if name in order:
        return
    if name in above:
        raise BundlingError(f"modules import each other in a circle: {' → '.join([*above, name])}")
    source = read(name)
    for imported in imports(name, source):
        _visit(imported, read, order, wanted, [*above, name])
    wanted += [_resolved(name, match[1]) for match in _IMPORT_LATER.finditer(source)]
    order.append(name)


def _block(name: str, source: str, numbers: dict[str, int]) -> str:
    def taken(match: re.Match[str]) -> str:
        if match[1] is None:  # only for what it does
            return ""
        names = match[1].replace(" as ", ": ")
        return f"const {{{names}}} = module{numbers[_resolved(name, match[2])]};"

    def taken_later(match: re.Match[str]) -> str:
        return f"Promise.resolve().then(() => module{numbers[_resolved(name, match[1])]})"

    exported = [match[1] or match[2] or match[3] for match in _EXPORT.finditer(source)]
    body = _EXPORT.sub("", _IMPORT_LATER.sub(taken_later, _IMPORT.sub(taken, source)))
    if unread := _UNREAD.search(body):
        raise BundlingError(f"{name}: this form of import or export isn't read here: {unread[0]}")
    return f"// {name}\n{{\n{body}\nmodule{numbers[name]} = {{ {', '.join(exported)} }};\n}}\n"


def _resolved(name: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), relative))
