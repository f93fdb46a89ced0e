"""Proposals as a contact sheet: a section for each label, with the photos that it fits."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from photoseek.searcher.contact_sheet.page import Section, SheetPhoto
from photoseek.searcher.contact_sheet.photos import MakeThumbnail, sheet_photos
from photoseek.searcher.contact_sheet.writing import write_sheet
from photoseek.searcher.labels.proposals import Proposal
from photoseek.storage import Library

_MOST_OF_A_LABEL = 200
_MOST_PHOTOS = 5_000  # about 60 MB
_LEAST_OF_A_LABEL = 4


def write_proposals(library: Library, proposals: Sequence[Proposal], path: Path, make: MakeThumbnail) -> None:
    """Write a contact sheet of proposals; `make` makes thumbnails that were deleted.

    Of a label that fits many photos, some are shown that are spread evenly from the likeliest to the least likely,
    so that the share of right ones among them is that among all. Raises NameTaken, ExportFailed.
    """
    fitting = [proposal for proposal in proposals if proposal.probabilities]
    most = min(_MOST_OF_A_LABEL, max(_LEAST_OF_A_LABEL, _MOST_PHOTOS // max(1, len(fitting))))
    sections = [
        Section(
            f"{proposal.rule.name}: {_counted(len(proposal.probabilities))}",
            _photos(library, proposal, most, make),
            _note(proposal, most),
        )
        for proposal in fitting
    ]
    note = "" if sections else "No photo fits a label."
    write_sheet(path, "Proposed tags", sections, note)


def _photos(library: Library, proposal: Proposal, most: int, make: MakeThumbnail) -> Iterator[SheetPhoto]:
    listed = [*proposal.probabilities.items()]
    count = min(most, len(listed))
    some = [listed[number * len(listed) // count] for number in range(count)]
    return sheet_photos(library, ((photo_id, [f"{value:.0%}"]) for photo_id, value in some), make)


def _counted(photos: int) -> str:
    return "1 photo" if photos == 1 else f"{photos} photos"


def _note(proposal: Proposal, most: int) -> str:
    count = len(proposal.probabilities)
    right = f"Expected precision {proposal.expected_precision:.2f}."
    return (
        right if count <= most else f"{right} Here are {most} of them, evenly spread from the likeliest on."
    )
