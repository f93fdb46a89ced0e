"""`photoseek vocabulary check`: what is wrong with a vocabulary, and what the model makes of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, named_path, number
from photoseek.cli.output import columns, say, say_captions_are_read, say_json
from photoseek.cli.parser import Parser
from photoseek.cli.steps import shown_if_many
from photoseek.storage import for_terminal

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher import Proposal
    from photoseek.searcher.labels.heads import Measured
    from photoseek.searcher.labels.vocabulary.checking import Alike
    from photoseek.searcher.labels.vocabulary.reading import Vocabulary
    from photoseek.storage import Library, Place

_PAIRS_SHOWN = 100


class CheckVocabulary(Command):
    """Check a vocabulary: can it be read, which labels can't the model tell apart, how sure is it of each.

    The expected precision of each label is that of its tags in the library, as `tag --vocabulary` would put them
    if there were no other labels. Without a library, only the labels are compared.

    `photoseek` in place of a file is the vocabulary that ships. For its labels that captions taught, the precision
    and recall of tags on photos that taught nothing are shown too, as far as those photos are enough.

    Examples:
      photoseek vocabulary check holidays.yaml
    """

    file: Path
    threshold: float | None
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the file, and from which probability a photo counts."""
        parser.argument("file", "FILE", read=named_path)
        parser.option(
            "--threshold",
            "NUMBER",
            "Probability from which a photo would be tagged. Without it, each label has its own.",
            read=number(0.01, 0.999),
        )
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Check the file, then its labels. Raises BadVocabulary once all problems are printed."""
        from photoseek.indexer.wording import counted
        from photoseek.searcher.errors import BadVocabulary
        from photoseek.searcher.labels.vocabulary.built_in import vocabulary_at

        try:
            vocabulary = vocabulary_at(self.file)
        except BadVocabulary as error:
            if self.as_json:
                say_json({"name": None, "problems": error.problems, "labels": [], "alike": []})
            else:
                for problem in error.problems:
                    say(problem)
            count = counted(len(error.problems), "problem")
            raise BadVocabulary(
                [f"{for_terminal(str(self.file))} has {count}: do what is said of each"]
            ) from error
        _say_checked(vocabulary, *self._compare(vocabulary), as_json=self.as_json)
        return 0

    def _compare(
        self, vocabulary: "Vocabulary"
    ) -> "tuple[Sequence[Proposal] | None, Sequence[Alike], Mapping[str, Measured]]":
        """Return what each label fits on its own, the labels that are alike, and what was measured of labels.

        Where there are no photos, the first is None.
        """
        from photoseek.searcher import Searcher, propose
        from photoseek.searcher.labels.heads import heads_of
        from photoseek.searcher.labels.label_vectors import label_vectors
        from photoseek.searcher.labels.labelling import labelling
        from photoseek.searcher.labels.vocabulary.checking import alike, without_relations

        library = _library_with_photos(self.library)
        with labelling(self.library) as by:
            if not by.captions.exists():
                say_captions_are_read()
            captions = by.captions.read(by.embedder)
            folder = None if library is None else library.compiled_folder
            vectors = label_vectors(by.embedder, vocabulary.labels, folder, shown_if_many("embedding labels"))
            proposals = None
            if library is not None and (model := Searcher(library).model).name == by.embedder.facts.model_id:
                proposals = propose(
                    library,
                    model,
                    by.embedder,
                    captions,
                    without_relations(vocabulary.labels),
                    self.threshold,
                    shown_if_many("comparing photos"),
                )
        heads = heads_of(by.embedder.facts.model_id)
        taught = frozenset[str]() if heads is None else heads.named(vocabulary.labels)
        directions = captions.direction(vectors)
        comparing = shown_if_many("comparing labels")
        pairs = alike(vocabulary.labels, directions, proposals, comparing, taught=taught)
        return proposals, pairs, {} if heads is None else heads.measured(vocabulary.labels)


def _library_with_photos(place: "Place") -> "Library | None":
    from photoseek.storage import Library, NoLibrary

    try:
        library = Library.existing(place)
    except NoLibrary:
        return None
    with library.catalog.read() as transaction:
        return library if transaction.photos.is_any_present() else None


def _say_checked(
    vocabulary: "Vocabulary",
    proposals: "Sequence[Proposal] | None",
    pairs: "Sequence[Alike]",
    measured: "Mapping[str, Measured]",
    *,
    as_json: bool,
) -> None:
    from photoseek.indexer.wording import counted

    if as_json:
        say_json(
            {
                "name": vocabulary.name,
                "problems": [],
                "labels": _labels_as_json(vocabulary, proposals, measured),
                "alike": [_as_json(pair) for pair in pairs],
            }
        )
        return
    say(
        f"{for_terminal(vocabulary.name)}: {counted(len(vocabulary.labels), 'label')}, no problem in the file"
    )
    for pair in pairs[:_PAIRS_SHOWN]:
        say(_as_text(pair))
    if len(pairs) > _PAIRS_SHOWN:
        more = counted(len(pairs) - _PAIRS_SHOWN, "more pair")
        say(f"--json lists {more} of labels that the model can't tell apart", err=True)
    if pairs:
        say("make one label of two such, or give them prompts that differ", err=True)
    if measured:
        say("of tags on photos that taught nothing, by their captions:")
        for line in columns([_measured_row(name, one) for name, one in measured.items()]):
            say(line)
    if proposals is None:
        say("how sure the model is of a label is known once photos are indexed", err=True)
        return
    fitting = [one for one in proposals if one.probabilities]
    fitting.sort(key=lambda one: one.expected_precision or 0.0)
    rows = [
        (
            for_terminal(one.rule.name),
            counted(len(one.probabilities), "photo"),
            f"expected precision {one.expected_precision:.2f}",
        )
        for one in fitting
    ]
    for line in columns(rows, right={1}):
        say(line)
    if len(fitting) < len(proposals):
        say(f"no photo fits {counted(len(proposals) - len(fitting), 'label')}", err=True)


def _as_text(pair: "Alike") -> str:
    names = f"{for_terminal(pair.first.name)} and {for_terminal(pair.second.name)}"
    group = (
        f", of one group ({for_terminal(pair.first.group)})" if pair.in_one_group and pair.first.group else ""
    )
    photos = (
        f"; {pair.photos_of_both} of the {pair.photos_of_either} photos that fit one fit both"
        if pair.photos_of_either
        else ""
    )
    return f"the model can't tell apart {names}{group} (similarity {pair.similarity:.2f}{photos})"


def _as_json(pair: "Alike") -> dict[str, Any]:
    return {
        "labels": [pair.first.name, pair.second.name],
        "similarity": round(pair.similarity, 4),
        "in_one_group": pair.in_one_group,
        "photos_of_both": pair.photos_of_both,
        "photos_of_either": pair.photos_of_either,
    }


def _measured_row(name: str, measured: "Measured") -> tuple[str, ...]:
    shown = (("precision", measured.precision), ("recall", measured.recall))
    return for_terminal(name), *("" if value is None else f"{what} {value:.2f}" for what, value in shown)


def _labels_as_json(
    vocabulary: "Vocabulary", proposals: "Sequence[Proposal] | None", measured: "Mapping[str, Measured]"
) -> list[dict[str, Any]]:
    by_name = {one.rule.name: one for one in proposals or ()}
    return [
        {
            "name": label.name,
            "photos": None if proposals is None else len(by_name[label.name].probabilities),
            "expected_precision": None
            if proposals is None
            else _rounded(by_name[label.name].expected_precision),
            "measured_precision": _rounded(measured[label.name].precision)
            if label.name in measured
            else None,
            "measured_recall": _rounded(measured[label.name].recall) if label.name in measured else None,
        }
        for label in vocabulary.labels
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
