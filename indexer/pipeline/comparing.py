"""One root compared with its disk: what needs no reading is saved at once, what is gone at the end of a run."""

import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec

from photoseek.indexer.decode.formats import is_video_name
from photoseek.indexer.disk.changes import Changes, MovedOut, compare
from photoseek.indexer.disk.disks import ANOTHER
from photoseek.indexer.disk.moved_out import moved_out
from photoseek.indexer.objects.looking import look_at
from photoseek.indexer.pipeline.run import Result, Run, Summary
from photoseek.storage import NEVER_READ, KnownFile, Root, Transaction

# The brake (an emptied root counts always): more than this at once is a disk that went, not a person who tidied.
BRAKE_FILES = 50
BRAKE_SHARE = 0.2
# What is missing is forgotten after so many days of looking; nobody looks less often than once in so many.
MOST_DAYS_UNSEEN = 31
# A file written to this recently may not be whole yet.
SETTLE_S = 0.4
# The package of the extra `video`; only the processes that read files import it.
VIDEO_READER = "av"


def compare_root(run: Run, root: Root, below: list[str], result: Result) -> Changes:
    """Compare one root, and save at once what needs no reading: moves and returns."""
    summary, noticed = result.summary, result.noticed
    with run.library.catalog.read() as transaction:
        noticed.compared_before[root.root_id] = transaction.roots.scanned_at(root.root_id)
        disks_before = transaction.roots.disks(root.root_id)
    scanned, disks = look_at(run.library, root, below, disks_before)
    summary.unusable_patterns |= scanned.unusable
    if disks is None:
        summary.unreadable[root.path] = scanned.unreadable[""]
        return Changes(seen=scanned)
    if not run.confirm_missing:
        for part in disks.others.difference(scanned.unreadable):
            scanned.mark_unreadable(part, ANOTHER)
    with run.library.catalog.read() as transaction:
        skipped = transaction.skips.under(root.root_id, below)
        known, as_known = transaction.files.known_except_unchanged(root.root_id, below, scanned.files)
    changes = compare(scanned, known, skipped, as_known)
    changes.below, changes.whole = below, scanned.saw("") and "" in below
    _find_moved_out(root, changes, known)
    changes.replacing |= {path for path in changes.to_read if disks.on_other_disk(path)}
    if run.only_settled:
        noticed.unsettled += [(root, path) for path in _take_out_unsettled(changes)]
    summary.unread_videos += _take_out_unreadable_videos(changes)
    if changes.is_all_left_out:  # as the files of a program that goes on writing where a person leaves it
        return changes
    with run.library.catalog.write() as transaction:
        _save(transaction, root, changes)
        for path, reason in scanned.unreadable.items():
            if path and path not in known and path not in disks.others:
                transaction.skips.add(root.root_id, path, NEVER_READ, reason)
        if changes.whole:
            remembered = disks.to_remember(disks_before, scanned.files, all_of_it=run.confirm_missing)
            if remembered != disks_before:
                transaction.roots.remember_disks(root.root_id, remembered)
    noticed.links += [(root, link) for link in scanned.links]
    summary.moved += len(changes.moved)
    included_again = sum(file.left_out for file in changes.returned)
    summary.included_again += included_again
    summary.returned += len(changes.returned) - included_again
    summary.missing += len(changes.not_there)
    summary.exclude([*changes.left_out.values(), *(moved.why for moved in changes.moved_out)])
    summary.unchanged += changes.unchanged
    summary.unreadable |= {f"{root.path}/{path}": reason for path, reason in scanned.unreadable.items()}
    return changes


def _save(transaction: Transaction, root: Root, changes: Changes) -> None:
    for move in changes.moved:
        transaction.files.move(move.file, move.path, move.stamp)
    transaction.files.set_present(file.file_id for file in changes.returned)
    transaction.files.leave_out([*changes.left_out, *_placed(transaction, root, changes.moved_out)])
    transaction.files.set_missing(file.file_id for file in changes.not_there)
    transaction.skips.clear(root.root_id, changes.skips_over)


def _find_moved_out(root: Root, changes: Changes, known: Mapping[str, KnownFile]) -> None:
    """Tell files that were moved to where they are left out from those that are gone."""
    gone = list(changes.vanished)
    if changes.whole:  # so that nothing stays missing which one round of a watch saw but half of
        gone += [file for file in known.values() if file.missing_since is not None and not file.left_out]
    changes.moved_out = [moved for moved in moved_out(root, gone, changes.seen) if moved.path not in known]
    found = {moved.file.file_id for moved in changes.moved_out}
    changes.vanished = [file for file in changes.vanished if file.file_id not in found]


def _placed(transaction: Transaction, root: Root, moved: Sequence[MovedOut]) -> list[int]:
    """Return where files lie that were moved to where they are left out; gives their ids there."""
    for one in moved:
        transaction.files.move(one.file, one.path, one.stamp)
    return [
        file.file_id for file in transaction.files.at_each(root.root_id, (m.path for m in moved)).values()
    ]


def _take_out_unsettled(changes: Changes) -> list[str]:
    """Take what is still being written out of what is to be read; gives its paths."""
    now = time.time_ns()
    # A time in the future is a clock that differs, not a file that is being written.
    young = [p for p, stamp in changes.to_read.items() if 0 <= now - stamp.mtime_ns < SETTLE_S * 1e9]
    for path in young:
        del changes.to_read[path]
    return young


def _take_out_unreadable_videos(changes: Changes) -> int:
    """Take videos out of what is to be read where nothing is installed that reads them; returns how many."""
    videos = [path for path in changes.to_read if is_video_name(path)]
    if not videos or find_spec(VIDEO_READER) is not None:
        return 0
    for path in videos:
        del changes.to_read[path]
    return len(videos)


def settle_vanished(run: Run, root: Root, changes: Changes, placed: set[int], summary: Summary) -> None:
    """Mark what is gone as missing, unless it was found elsewhere or the brake holds."""
    if changes.is_all_left_out:
        return
    vanished = {file.file_id for file in changes.vanished}
    with run.library.catalog.write() as transaction:
        others = transaction.files.of(file.photo_id for file in changes.vanished)
        copied = {f.photo_id for f in others if f.missing_since is None and f.file_id not in vanished}
        elsewhere = [file for file in changes.vanished if file.photo_id in placed | copied]
        gone = [file for file in changes.vanished if file.photo_id not in placed | copied]
        transaction.files.forget(file.file_id for file in elsewhere)
        moved = sum(file.photo_id in placed for file in elsewhere)
        summary.moved += moved
        summary.copies_gone += len(elsewhere) - moved
        present = transaction.files.count_present(root.root_id)
        held = gone if gone and not run.confirm_missing and _brake(len(gone), present) else []
        if changes.seen.saw(""):
            transaction.files.hold_back(root.root_id, changes.below, (file.file_id for file in held))
        if held:
            summary.held_back += len(held)
            return
        transaction.files.set_missing(file.file_id for file in gone)
        if changes.whole:
            transaction.roots.scanned(root.root_id, MOST_DAYS_UNSEEN)
    summary.missing += len(gone)


def _brake(gone: int, present: int) -> bool:
    return gone == present or (gone > BRAKE_FILES and gone > present * BRAKE_SHARE)
