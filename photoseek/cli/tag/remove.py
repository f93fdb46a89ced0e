"""`photoseek tag remove`: a tag that photos don't deserve."""

from typing import TYPE_CHECKING

from photoseek.cli.tag.picking import TagOfPhotos

if TYPE_CHECKING:
    from photoseek.storage import Transaction


class RemoveTag(TagOfPhotos):
    """Remove a tag from photos, also one that a model put; no model puts it on them again.

    Photos at paths lose it at once. What --where finds is only counted, unless --apply is there. `tag add` puts
    the tag back.

    Examples:
      photoseek tag remove beach ~/Pictures/2023/06/*.jpg
      photoseek tag remove beach --where "tag:beach a swimming pool" --apply
    """

    what_apply_does = "removes it"

    def change(self, transaction: "Transaction", photo_ids: set[int]) -> dict[str, int]:
        """Remove the tag."""
        return {"removed": transaction.tags.refuse(photo_ids, self.tag)}

    def preview(self, transaction: "Transaction", photo_ids: set[int]) -> dict[str, int]:
        """Return how many have it."""
        return {"removed": len(photo_ids & transaction.tags.photos_with(self.tag))}

    def sentence(self, figures: dict[str, int], photos: int, *, applied: bool) -> str:
        """Say from how many it is removed, and how many don't have it."""
        from photoseek.indexer.wording import counted

        others = photos - figures["removed"]
        refused = f"; {counted(others, 'photo')} without it will not get it from a model" if others else ""
        did = "removed" if applied else "to be removed"
        return f"{did} from {counted(figures['removed'], 'photo')}{refused}"
