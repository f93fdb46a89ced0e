"""`text:` finds what is written about a photo, and what can be read in it, also where a letter was misread."""

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.filter_context import CompiledFilter, FilterContext
from photoseek.storage import Word, phrases_asked, words_asked


def read_text(value: str) -> CompiledFilter:
    """Read words that stand in a photo's title or description, or can be read in it, also in parts of words.

    Only where no photo has them all, words count that a reader may have made of them.
    """
    words_in("text", value)
    phrases = phrases_asked(value)

    def condition(context: FilterContext) -> set[int]:
        found = {phrase: _with_phrase(context, phrase) for phrase in phrases}
        exact = set.intersection(*found.values())
        if exact - context.hidden or context.is_negated:
            return exact
        texts = context.transaction.texts
        nearly = set.intersection(*(there | texts.with_misread(phrase) for phrase, there in found.items()))
        if nearly - context.hidden:
            context.notes.append(f"no photo reads “{value}”: these have words that are a letter away from it")
        return nearly

    return condition


def _with_phrase(context: FilterContext, phrase: Word) -> set[int]:
    words, texts = context.transaction.words, context.transaction.texts
    return words.with_all(words_asked(" ".join(phrase)), prefix=True, kind="text") | texts.with_part(phrase)


def words_in(kind: str, value: str) -> list[Word]:
    """Return the words of a filter's value. Raises BadQuery where it has none."""
    words = words_asked(value)
    if not words:
        raise BadQuery(f"{kind}:{value} has no letter or digit: write what stands there, as in {kind}:beach")
    return words
