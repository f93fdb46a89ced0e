"""`photoseek tag add`: a tag that a person puts on photos."""

from typing import TYPE_CHECKING

from photoseek.cli.tag.picking import TagOfPhotos

if TYPE_CHECKING:
    from photoseek.storage import Transaction


class AddTag(TagOfPhotos):
    """Tag photos yourself; no model takes such a tag away.

    Photos at paths are tagged at once. What --where finds is only counted, unless --apply is there. `tag remove`
    takes the tag back.

    Examples:
      photoseek tag add beach ~/Pictures/2023/06/*.jpg
      photoseek tag add beach --where "a beach in:2023" --apply
    """

    what_apply_does = "tags them"

    def change(self, transaction: "Transaction", photo_ids: set[int]) -> dict[str, int]:
        """Tag the photos."""
        return {"tagged": transaction.tags.put(photo_ids, self.tag)}

    def preview(self, transaction: "Transaction", photo_ids: set[int]) -> dict[str, int]:
        """Return how many the person hasn't tagged so."""
        return {"tagged": len(photo_ids - transaction.tags.photos_of_people(self.tag))}

    def sentence(self, figures: dict[str, int], photos: int, *, applied: bool) -> str:
        """Say how many are tagged, and how many were."""
        from photoseek.indexer.wording import counted

        others = photos - figures["tagged"]
        already = f"; {counted(others, 'photo')} had it from you already" if others else ""
        return f"{counted(figures['tagged'], 'photo')} {'' if applied else 'to be '}tagged{already}"
