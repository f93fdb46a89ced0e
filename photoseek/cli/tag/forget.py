"""`photoseek tag forget`: what a person said of a tag, taken back."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from photoseek.cli.tag.picking import TagOfPhotos

if TYPE_CHECKING:
    from photoseek.storage import PersonsWord, Transaction


class ForgetTag(TagOfPhotos):
    """Take back what you said of a tag on photos, by `tag add` or `tag remove`: a model may decide again.

    It is forgotten at once for photos at paths. What --where finds is only counted, unless --apply is there.

    Examples:
      photoseek tag forget beach ~/Pictures/2023/06/*.jpg
      photoseek tag forget beach --where "in:2023" --apply
    """

    what_apply_does = "forgets them"

    def change(self, transaction: "Transaction", photo_ids: set[int]) -> dict[str, int]:
        """Forget what was said."""
        return _figures(transaction.tags.forget(photo_ids, self.tag))

    def preview(self, transaction: "Transaction", photo_ids: set[int]) -> dict[str, int]:
        """Return what was said."""
        return _figures(word for word in transaction.tags.words_on(photo_ids) if word.name == self.tag)

    def sentence(self, figures: dict[str, int], photos: int, *, applied: bool) -> str:
        """Say of how many photos each answer is forgotten."""
        from photoseek.indexer.wording import counted

        yes, no = (counted(figures[f"forgotten_{answer}"], "photo") for answer in ("yes", "no"))
        did = "forgotten" if applied else "to be forgotten"
        return f"your yes to {yes} and your no to {no} {did}"


def _figures(said: "Iterable[PersonsWord]") -> dict[str, int]:
    answers = [word.yes for word in said]
    return {"forgotten_yes": sum(answers), "forgotten_no": len(answers) - sum(answers)}
