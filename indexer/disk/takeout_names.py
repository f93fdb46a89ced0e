"""Which JSON file of Google Takeout belongs to which photo.

Takeout names it after the photo's title: `IMG.jpg.json`, since 2024 `IMG.jpg.supplemental-metadata.json`, cut so
that 46 characters stand before `.json`. Of several photos with one title, the second is `IMG(1).jpg`, and its file
`IMG.jpg(1).json` or `IMG.jpg.supplemental-metadata(1).json`. An edited copy, `IMG-edited.jpg`, has none of its
own.
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from photoseek.storage.photo_formats import PHOTO_SUFFIXES

_LONG_END = "supplemental-metadata"  # behind the title and a dot
_CUT_AT = range(40, 52)  # characters; 46, but those of some writing systems were counted otherwise
_NUMBERED = re.compile(r"(.+)(\(\d{1,5}\))", re.DOTALL)
# As Google Photos writes "edited" in the languages of its users, folded.
_EDITED = (
    *("-edited", "-bearbeitet", "-modifié", "-modifie", "-editado", "-editada", "-modificato", "-bewerkt"),
    *("-編集済み", "-已修改", "-已编辑", "-已編輯", "-수정됨", "-edytowane", "-redigerad", "-redigeret"),
    *("-redigert", "-muokattu", "-upraveno", "-upravené", "-szerkesztett", "-editat", "-düzenlendi"),
    *("-изменено", "-отредактировано", "-змінено", "-επεξεργασμένο", "-נערך", "-معدّل", "-diedit"),
)
_LEAST_OF_EDITED = 2  # characters of the ending that are left where a long name was cut
_LONG_STEM = 46


class Stem(NamedTuple):
    """A photo's folded name in its parts."""

    name: str  # without its suffix and number
    number: str  # "(1)", or ""
    suffix: str

    @classmethod
    def of(cls, name: str) -> "Stem":
        """Take a name apart."""
        whole, end = os.path.splitext(name)  # noqa: PTH122 (paths stay str)
        numbered = _NUMBERED.fullmatch(whole) if whole.endswith(")") else None
        return cls(numbered[1], numbered[2], end) if numbered else cls(whole, "", end)

    @property
    def title(self) -> str:
        """What Takeout's file is named after."""
        return self.name + self.suffix


def takeout_of(
    photos: Mapping[str, Stem], files: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, bool]]:
    """Yield a photo, a file of its own, and whether that is sure: else only if the file names this title.

    `photos` are the photos of a folder with their folded names in parts, `files` its JSON files, each with its
    folded name without `.json`.
    """
    by_title = _by_title(files)
    if not by_title:
        return
    by_stem = _by_stem(by_title)
    alike: dict[Stem, list[str]] = defaultdict(list)
    for photo, stem in photos.items():
        alike[stem].append(photo)
    with_stem = Counter(stem[:2] for stem in alike)
    cut: dict[str, list[str]] = defaultdict(list)
    for photo, stem in photos.items():
        own = _own(photo, alike[stem], stem, by_title) or _of_the_original(stem, by_title, by_stem)
        if own:
            yield from ((photo, file, True) for file in own)
        elif shared := _named_by_the_cut(stem, by_title):
            cut[shared].append(photo)
        elif with_stem[stem[:2]] == 1:
            yield from ((photo, file, True) for file in by_title.get((stem.name, stem.number), ()))
    for file, of in cut.items():
        yield from ((photo, file, len(of) == 1) for photo in of)


_Files = dict[tuple[str, str], list[str]]  # title and number → files


def _by_title(files: Iterable[tuple[str, str]]) -> _Files:
    found: _Files = defaultdict(list)
    for file, base in files:
        numbered = _NUMBERED.fullmatch(base) if base.endswith(")") else None
        for titled, number in ((base, ""), *([(numbered[1], numbered[2])] if numbered else [])):
            found[titled, number].append(file)
            title, dot, end = titled.rpartition(".")
            if title and dot and _LONG_END.startswith(end):
                found[title, number].append(file)
    return dict(found)


def _by_stem(by_title: _Files) -> _Files:
    """Return the files by titles without their suffix: a HEIC that was edited is kept as JPEG."""
    found: _Files = defaultdict(list)
    for (title, number), files in by_title.items():
        name, end = os.path.splitext(title)  # noqa: PTH122 (paths stay str)
        if end in PHOTO_SUFFIXES:
            found[name, number] += files
    return dict(found)


def _own(photo: str, alike: Sequence[str], stem: Stem, by_title: _Files) -> list[str]:
    """Return the files named after the photo; where names differ only in case, each photo's own."""
    found = set(by_title.get((stem.title, stem.number), []))
    if stem.number:
        found.update(by_title.get((stem.name + stem.number + stem.suffix, ""), []))
    if len(alike) == 1:
        return sorted(found)
    titles = {name: Stem.of(name).title for name in alike}
    exact = [file for file in found if file.startswith(titles[photo])]
    others = tuple(title for name, title in titles.items() if name != photo)
    return sorted(exact or (file for file in found if not others or not file.startswith(others)))


def _of_the_original(stem: Stem, by_title: _Files, by_stem: _Files) -> list[str]:
    """Return the files of the photo that this is an edited copy of."""
    for name in _unedited(stem.name):
        inner = None if stem.number else _NUMBERED.fullmatch(name)
        plain, number = (inner[1], inner[2]) if inner else (name, stem.number)
        if found := by_title.get((plain + stem.suffix, number)) or by_stem.get((plain, number)):
            return sorted(set(found))
        if cut := _named_by_the_cut(Stem(plain, number, stem.suffix), by_title):
            return [cut]
    return []


def _unedited(name: str) -> Iterator[str]:
    for end in _EDITED:
        if name.endswith(end) and name != end:
            yield name.removesuffix(end)
        elif len(name) >= _LONG_STEM:
            for length in range(len(end) - 1, _LEAST_OF_EDITED - 1, -1):
                if name.endswith(end[:length]):
                    yield name[:-length]


def _named_by_the_cut(stem: Stem, by_title: _Files) -> str | None:
    """Return the file whose name is the beginning of this photo's."""
    for length in reversed(_CUT_AT):
        if length < len(stem.title) and (files := by_title.get((stem.title[:length], stem.number))):
            return files[0]
    return None
