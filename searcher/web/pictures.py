"""Which pictures a question over HTTP may name: photos of the library, so that no web page opens other files."""

import os
from dataclasses import replace

from searcher.errors import BadQuery
from searcher.filters import places_of
from searcher.query import Part, Picture, Query
from storage import Transaction, for_terminal


def of_the_library(transaction: Transaction, query: Query) -> Query:
    """Give the query with the whole path of each picture, which may be named by its path below a watched folder.

    Only the catalog is asked: that a file is no photo of the library is said alike of those that there are and
    those that there aren't. Raises BadQuery.
    """
    return replace(query, parts=tuple(_known(transaction, part) for part in query.parts))


def _known(transaction: Transaction, part: Part) -> Part:
    if not isinstance(part.what, Picture):
        return part
    typed = part.what.path
    path = os.path.normpath(os.path.expanduser(typed))  # noqa: PTH111 (paths stay str)
    roots = {root.root_id: root.path for root in transaction.roots.all()}
    found = {}
    for root_id, below in places_of(path, transaction):
        file = transaction.files.at(root_id, below)
        if file is not None:
            found[file.photo_id] = os.path.join(roots[root_id], below)
    if not found:
        raise BadQuery(
            f"{for_terminal(typed)} is no photo of the library: over HTTP a picture is one, by its path below a "
            "watched folder or its id as in +#1234"
        )
    if len(found) > 1:
        raise BadQuery(
            f"{for_terminal(typed)} is the name of several photos: give its whole path, or its id as in +#1234"
        )
    return replace(part, what=Picture(next(iter(found.values()))))
