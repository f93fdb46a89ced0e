"""`photoseek judge`: which hits of a question are right."""

import sys
from typing import TYPE_CHECKING, Any

from photoseek.cli.command import Command
from photoseek.cli.options import add_json, add_query_words, whole_number
from photoseek.cli.output import say, say_captions_are_read, say_json
from photoseek.cli.parser import Parser, UsageError
from photoseek.indexer.wording import counted
from photoseek.storage import for_terminal, to_text

if TYPE_CHECKING:
    from photoseek.hooks import Hooks
    from photoseek.searcher import Hit
    from photoseek.storage import Library

_KEYS = {"y": "right", "n": "wrong", " ": "–", "q": "–"}


class Judge(Command):
    """Say which hits of a question are right, so that `photoseek evaluate` can compare models by it.

    On a terminal, each of the first hits is asked for with one key: y right, n wrong, space to leave it, q to
    stop; what was said is kept at once. What is said of a burst goes for each frame. --right and --wrong say it
    for scripts, by the hits' numbers as `find` lists them, by ids or by paths.

    Examples:
      photoseek judge a cat
      photoseek judge a cat --right 1,3 --wrong 2
      photoseek judge a cat --right Pictures/p02.png --json
      photoseek judge --list
      photoseek judge a cat --forget
    """

    words: list[str]
    right: list[str]
    wrong: list[str]
    limit: int
    model: str | None
    listing: bool
    forget: bool
    as_json: bool

    def add_arguments(self, parser: Parser) -> None:
        """Add the question, and what is said of its hits."""
        add_query_words(parser)
        parser.option(
            "--right", "PHOTOS", "Hits that are right: 1,4-6, or ids as #12,#13, or a path.", repeated=True
        )
        parser.option("--wrong", "PHOTOS", "Hits that are wrong, named likewise.", repeated=True)
        parser.option("--limit", "NUMBER", "Number of hits to judge.", read=whole_number(1), default=20)
        parser.option("--model", "NAME", "Judge the hits of this model rather than of the one in use.")
        parser.flag("--list", "List the questions that were judged.", into="listing")
        parser.flag("--forget", "Forget what was said of this question's hits.")
        add_json(parser)

    def run(self, hooks: "Hooks") -> int:
        """Take in, list or forget judgements."""
        from photoseek.searcher import parse
        from photoseek.searcher.judging.judging import question
        from photoseek.storage import Library

        if self.forget and (self.right or self.wrong):
            raise UsageError("--forget forgets all that was said: leave --right and --wrong out, or --forget")
        opened = Library.existing(self.library)
        if self.listing:
            _say_all(opened, as_json=self.as_json)
            return 0
        query = question(parse(self.words).anchored(hooks.directory))
        if self.forget:
            _forget(opened, str(query), as_json=self.as_json)
            return 0
        searcher = hooks.searcher(self.library, self.model)
        if not searcher.knows_background:
            say_captions_are_read()
        self._judge(opened, str(query), searcher.find(query, self.limit, fold=True).hits, hooks)
        return 0

    def _judge(self, library: "Library", line: str, hits: "tuple[Hit, ...]", hooks: "Hooks") -> None:
        from photoseek.searcher.judging.judging import named, verdicts_of

        said = verdicts_of(
            *(named(library, hits, names, hooks.directory) for names in (self.right, self.wrong))
        )
        if said:
            with library.catalog.write() as transaction:
                transaction.judgements.put(line, said)
        elif not self.as_json:
            if not sys.stdin.isatty():
                _number(library, line, hits)
                return
            _ask(library, line, hits)
        _say(library, line, as_json=self.as_json)


def _forget(library: "Library", line: str, *, as_json: bool) -> None:
    with library.catalog.write() as transaction:
        count = transaction.judgements.forget(line)
    if as_json:
        say_json({"query": line, "forgotten": count})
    else:
        say(f"{counted(count, 'judgement')} forgotten")


def _ask(library: "Library", line: str, hits: "tuple[Hit, ...]") -> None:
    """Ask for one key a hit; what it says is kept before the next is shown."""
    from photoseek.cli.judging.keys import single_keys
    from photoseek.searcher.judging.judging import photos_of

    with library.catalog.read() as transaction:
        before = transaction.judgements.of(line)
    with single_keys() as key_typed:
        say("y right, n wrong, space leaves it, q stops", err=True)
        for number, hit in enumerate(hits, 1):
            say(f"{_numbered(number, hit, before)}  ", err=True, end="")
            while (key := key_typed().lower()) not in _KEYS:
                pass
            say(_KEYS[key], err=True)
            if key == "q":
                return
            if key in "yn":
                with library.catalog.write() as transaction:
                    transaction.judgements.put(line, dict.fromkeys(photos_of(library, hit), key == "y"))


def _number(library: "Library", line: str, hits: "tuple[Hit, ...]") -> None:
    with library.catalog.read() as transaction:
        said = transaction.judgements.of(line)
    for number, hit in enumerate(hits, 1):
        say(_numbered(number, hit, said))
    say("say which are right with --right 1,4 and --wrong 2, or judge them on a terminal", err=True)


def _numbered(number: int, hit: "Hit", said: dict[int, bool]) -> str:
    from photoseek.searcher.hits.records import shown_path

    before = {True: "right", False: "wrong", None: "–"}[said.get(hit.photo.photo_id)]
    return f"{number:>3}  {before:<5}  {shown_path(hit.path, hit.gone)}"


def _say(library: "Library", line: str, *, as_json: bool) -> None:
    with library.catalog.read() as transaction:
        said = transaction.judgements.of(line)
        photos = transaction.photos.by_id(sorted(said))
    if not as_json:
        right = sum(said.values())
        say(f"{for_terminal(line)}: {right} right, {len(said) - right} wrong")
        return
    judgements: dict[str, Any] = {"query": line, "right": [], "wrong": []}
    for photo_id, good in said.items():
        paths = photos[photo_id].paths
        judgements["right" if good else "wrong"].append(
            {"photo_id": photo_id, "path": to_text(paths[0]) if paths else None}
        )
    say_json(judgements)


def _say_all(library: "Library", *, as_json: bool) -> None:
    from photoseek.searcher.judging.judging import Judged

    with library.catalog.read() as transaction:
        judged = [Judged(query, said) for query, said in transaction.judgements.all().items()]
    if as_json:
        questions = [{"query": one.query, "right": one.right, "wrong": one.wrong} for one in judged]
        say_json({"questions": questions})
        return
    for one in judged:
        say(f"{for_terminal(one.query)}  ({len(one.right)} right, {len(one.wrong)} wrong)")
    if not judged:
        say("no question has been judged", err=True)
