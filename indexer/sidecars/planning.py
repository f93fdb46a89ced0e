"""What is to become of one sidecar, in bytes, with all checks that can be made before anything is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from photoseek.indexer.metadata.xmp import properties_in
from photoseek.indexer.sidecars.contents import content_of, other_languages
from photoseek.indexer.sidecars.editing import changed
from photoseek.indexer.sidecars.fields import BY_SHOWN, LISTS, TEXTS, Change, Content, Field, Wanted, Written
from photoseek.indexer.sidecars.files import hash_of, read_sidecar
from photoseek.indexer.sidecars.finding import Target
from photoseek.indexer.sidecars.layout import MOST_BYTES, UnusableXmp
from photoseek.indexer.sidecars.merging import merged
from photoseek.indexer.wording import why_unread
from photoseek.storage import SidecarWrite


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to become of a sidecar."""

    target: Target
    change: Change = field(default_factory=Change)  # empty: it stays as it is
    before: bytes | None = None
    after: bytes = b""
    written: dict[str, Any] = field(default_factory=dict)
    left: str | None = None  # why it is left as it is, though it should change

    @property
    def as_write(self) -> SidecarWrite:
        """Return it as the catalog has it."""
        before, after = hash_of(self.before), hash_of(self.after) or b""
        return SidecarWrite(self.target.path, self.target.photo_id, self.before, before, after, self.written)


def planned(target: Target, wanted: Wanted, writes: Sequence[SidecarWrite], *, overwrite: bool) -> Planned:
    """Merge what the library says into a sidecar; `writes` is what was written there before, the latest first."""
    try:
        return _planned(target, wanted, writes, overwrite=overwrite)
    except UnusableXmp as error:
        return Planned(target, left=str(error))
    except OSError as error:
        return Planned(target, left=why_unread(error) if error.errno else str(error))


def _planned(target: Target, wanted: Wanted, writes: Sequence[SidecarWrite], *, overwrite: bool) -> Planned:
    before = read_sidecar(target.path)
    if before is not None and len(before) > MOST_BYTES:
        raise UnusableXmp(f"it is larger than {MOST_BYTES >> 20} MB")
    result = merged(wanted, _last(writes, before), content_of(before), overwrite=overwrite)
    if result.conflicts:
        fields = ", ".join(one.shown for one in result.conflicts)
        raise UnusableXmp(f"another program changed {fields} since: --overwrite-changed writes it anyway")
    if not result.change:
        return Planned(target, before=before)
    after = changed(before, result.change)
    _verify(before, after, result.change)
    return Planned(target, result.change, before, after, result.after.as_json())


def _last(writes: Sequence[SidecarWrite], now: bytes | None) -> Written:
    """Return what the library wrote last, without what was never written, or was put back since."""
    there = hash_of(now)
    for write in writes:
        if there == write.after_hash or there != write.before_hash:
            return Written.of_json(write.written)
    return Written()


def _verify(before: bytes | None, after: bytes, change: Change) -> None:
    """Read the result, and compare it with what was meant. Raises UnusableXmp."""
    there, read = content_of(before), content_of(after)
    is_meant = (
        all(
            _folded(read, one)
            == _folded(there, one) - _keys(change.remove.get(one, ())) | _keys(change.add.get(one, ()))
            for one in LISTS
        )
        and all(read.texts.get(one) == change.put.get(one, there.texts.get(one)) for one in TEXTS)
        and other_languages(before) == other_languages(after)
    )
    others = [
        {name: values for name, values in properties_in(packet).values.items() if name not in BY_SHOWN}
        for packet in (before or b"", after)
    ]
    if not is_meant or (before is not None and others[0] != others[1]):
        raise UnusableXmp("its XMP is written in a way that can't be changed safely: nothing was written")


def _folded(content: Content, one: Field) -> set[str]:
    return _keys(content.lists.get(one, ()))


def _keys(items: Iterable[str]) -> set[str]:
    return {item.strip().casefold() for item in items}
