"""Strings and scripts of the page belong together: nothing is missing, and nothing is left over."""

import json
import re
from pathlib import Path

import pytest

from photoseek.searcher.query.filters import KEYS
from photoseek.searcher.web.page.languages import languages

_PAGE = Path(__file__).parents[2] / "searcher" / "web" / "page"
_SCRIPTS = {
    path.relative_to(_PAGE / "static"): path.read_text("utf-8") for path in (_PAGE / "static").rglob("*.js")
}
_TEXTS = [
    *_SCRIPTS.values(),
    *(path.read_text("utf-8") for path in (_PAGE / "templates").glob("*.html")),
    *(path.read_text("utf-8") for path in _PAGE.rglob("*.py")),
]
_WHOLE = re.compile(r"""["'`]([a-z_]+(?:\.[a-z0-9_-]+)+)["'`]""")
_MADE = re.compile(
    r"""["'`]([a-z_]+(?:\.[a-z_]+)*[._])(?:\$\{|' ~)"""
)  # `settings.${name}`, 'navigation.' ~ view
_PLURAL = re.compile(r"\.(one|other)$")


def _keys(strings: dict[str, str]) -> set[str]:
    return {_PLURAL.sub("", key) for key in strings}


def test_every_string_is_used() -> None:
    whole = {_PLURAL.sub("", key) for text in _TEXTS for key in _WHOLE.findall(text)}
    made = {beginning for text in _TEXTS for beginning in _MADE.findall(text)}
    # What the rest of such a key can be is said by the page, or by the server that it asks.
    rooms = (_PAGE.parents[1], _PAGE.parents[2] / "storage")
    server = [path.read_text("utf-8") for room in rooms for path in room.rglob("*.py")]
    words = {word for text in (*_TEXTS, *server) for word in re.findall(r"[\w-]+", text)}
    words |= {word.replace("-", "_") for word in words}

    def is_used(key: str) -> bool:
        return key in whole or any(
            key.startswith(beginning) and key.removeprefix(beginning) in words for beginning in made
        )

    assert sorted(key for key in _keys(dict(languages()["en"].strings)) if not is_used(key)) == []


def test_every_key_that_is_used_has_a_string() -> None:
    keys = _keys(dict(languages()["en"].strings))
    asked = {key for text in _TEXTS for key in re.findall(r"""\bt\(\s*["'`]([\w.-]+)["'`]\s*[,)]""", text)}
    assert len(asked) > 100
    assert sorted(asked - keys) == []


def test_every_filter_has_words_for_its_chip() -> None:
    keys = _keys(dict(languages()["en"].strings))
    assert sorted(key for key in KEYS if not any(one.startswith(f"chip.{key}") for one in keys)) == []


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_a_translation_names_the_same_values(code: str) -> None:
    english = languages()["en"].strings
    for key, text in languages()[code].strings.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


def test_no_language_says_a_thing_twice() -> None:
    for language in languages():
        pairs = json.loads(
            (_PAGE / "strings" / f"{language}.json").read_text("utf-8"), object_pairs_hook=list
        )
        names = [name for name, _ in pairs]
        assert sorted({name for name in names if names.count(name) > 1}) == [], language


def test_what_a_script_exports_is_imported_by_another() -> None:
    unused: list[str] = []
    for path, text in _SCRIPTS.items():
        others = "\n".join(other for name, other in _SCRIPTS.items() if name != path)
        exports = re.findall(r"^export (?:async )?(?:function|class|const|let) (\w+)", text, re.MULTILINE)
        unused += [f"{path}: {name}" for name in exports if not re.search(rf"\b{name}\b", others)]
    assert unused == []
