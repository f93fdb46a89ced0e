"""Beside which photos what is to be written, and into which file."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from photoseek.indexer.decode.formats import is_indexed_name
from photoseek.indexer.disk.sidecar_names import XMP, beside_each
from photoseek.indexer.metadata.sidecars import SidecarFile, belongs
from photoseek.indexer.metadata.xmp import properties_in
from photoseek.indexer.sidecars.contents import cleaned
from photoseek.indexer.sidecars.fields import DESCRIPTION, RATING, REGIONS, TITLE, Field, Wanted
from photoseek.indexer.sidecars.files import read_sidecar
from photoseek.indexer.sidecars.people import confirmed_people, regions_as_xml
from photoseek.storage import Photo, Transaction, is_url

_OF_EDITS: dict[str, Field] = {"title": TITLE, "description": DESCRIPTION, "rating": RATING}
_MOST_PARENTS = 20
_AT_ONCE = 10_000
_IN_A_STORE = "nothing is written into an object store"
_NO_PHOTO = "the photo is not there: see that its disk is mounted, or run `photoseek index` if it moved"
_APPLES = ".photoslibrary"  # a folder of Apple's Photos, which takes no other files


class Target(NamedTuple):
    """A file to write, which may not be there yet."""

    path: str  # absolute
    photo_id: int


def photos_spoken_of(transaction: Transaction, *, of_models: bool, of_people: bool = False) -> set[int]:
    """Return the photos of which a person said something, or beside which a sidecar was written before."""
    found = {word.photo_id for word in transaction.tags.words_of_people() if word.yes}
    if of_models:
        for name in transaction.tags.counts():
            found |= transaction.tags.photos_with(name)
    if of_people:
        found |= transaction.people.photos_of_named()
    present = sorted(transaction.photos.present_ids())
    for start in range(0, len(present), _AT_ONCE):
        edited = transaction.edits.fields_of(present[start : start + _AT_ONCE])
        found |= {photo_id for photo_id, fields in edited.items() if _OF_EDITS.keys() & set(fields)}
    return (found | transaction.sidecar_runs.photo_ids()).intersection(present)


def parents_of_tags(transaction: Transaction) -> dict[str, str]:
    """Return the parent of each tag that has one, by the vocabulary of the model in use."""
    model = transaction.models.in_use()
    rules = [] if model is None else transaction.label_rules.of(model.name)
    return {rule.name: rule.parent for rule in rules if rule.parent}


def wanted_of(
    transaction: Transaction,
    photo: Photo,
    parents: Mapping[str, str],
    *,
    of_models: bool,
    of_people: bool = False,
) -> Wanted:
    """Return what a person says of a photo, and if it is asked for, what models do, and who is in it."""
    tags = [tag.name for tag in transaction.tags.of(photo.photo_id) if of_models or tag.model is None]
    texts = {
        field: cleaned(str(value)).strip()
        for name, field in _OF_EDITS.items()
        if name in photo.edited and (value := getattr(photo.facts, name)) is not None
    }
    paths = [tuple(map(cleaned, _path(tag, parents))) for tag in tags]
    people = confirmed_people(transaction, photo) if of_people else ()
    if people and (regions := regions_as_xml(people, photo)) is not None:
        texts[REGIONS] = regions
    names = tuple(dict.fromkeys(one.name for one in people))
    return Wanted(tuple(paths), {field: text for field, text in texts.items() if text}, names)


def targets_of(photos: Iterable[Photo]) -> Iterator[tuple[Target, str | None]]:
    """Yield the sidecar beside each file of the photos, and why none can be there; one listing a folder."""
    by_folder: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for photo in photos:
        for path in photo.paths:
            folder, name = os.path.split(path)
            by_folder[folder].append((name, photo.photo_id))
    for folder, files in sorted(by_folder.items()):
        if is_url(folder):
            yield from ((Target(f"{folder}/{name}{XMP}", photo), _IN_A_STORE) for name, photo in files)
            continue
        try:
            names = os.listdir(folder)  # noqa: PTH208 (a Path for each name costs too much)
        except OSError as error:
            why = f"its folder can't be read ({(error.strerror or str(error)).lower()})"
            yield from ((Target(os.path.join(folder, name + XMP), photo), why) for name, photo in files)
            continue
        refused = "it lies in a library of Apple's Photos" if _APPLES in folder.lower() else None
        there = set(names)
        sidecars = [name for name in names if name[-4:].lower() == XMP]
        matched = beside_each(filter(is_indexed_name, names), sidecars) if sidecars else {}
        for name, photo_id in sorted(files):
            own = [(one.name, one.is_sure) for one in matched.get(name, ())]
            why_not = refused if name in there else _NO_PHOTO
            yield Target(_sidecar(folder, name, own), photo_id), why_not


def _path(tag: str, parents: Mapping[str, str]) -> Iterator[str]:
    above = [tag]
    while (parent := parents.get(above[-1])) and parent not in above and len(above) < _MOST_PARENTS:
        above.append(parent)
    return reversed(above)


def _sidecar(folder: str, photo: str, own: Collection[tuple[str, bool]]) -> str:
    """Return the file that belongs to the photo: name.ext.xmp, or a name.xmp that is there."""
    for name, _ in own:
        if name[:-4].casefold() == photo.casefold():
            return os.path.join(folder, name)
    for name, is_sure in own:
        path = os.path.join(folder, name)
        try:
            content = read_sidecar(path)
        except OSError:
            continue
        if belongs(properties_in(content), SidecarFile(path, photo, is_sure)):
            return path
    return os.path.join(folder, photo + XMP)
