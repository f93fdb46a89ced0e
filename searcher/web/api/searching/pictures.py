"""A question over HTTP may only name photos of the library, so that no web page can open other files."""

import os
from dataclasses import replace

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.folders import locations_of
from photoseek.searcher.query.query import LibraryPhoto, Part, Picture, Query, name_of
from photoseek.storage import Transaction, for_terminal


def pictures_of_library(transaction: Transaction, query: Query) -> Query:
    """Return the query with each picture replaced by the photo of the library that has its path.

    Only the catalog is read, so the error for an unknown path doesn't reveal whether the file exists. Raises
    BadQuery.
    """
    return query.with_parts(lambda side: (_known(transaction, part) for part in side.parts))


def _known(transaction: Transaction, part: Part) -> Part:
    if not isinstance(part.what, Picture):
        return part
    typed = part.what.path
    path = os.path.normpath(os.path.expanduser(typed))  # noqa: PTH111 (paths stay str)
    files = (transaction.files.at(root_id, below) for root_id, below in locations_of(path, transaction))
    found = {file.photo_id for file in files if file is not None}
    if not found and part.what.may_be_name:
        return replace(part, what=name_of(part.what))
    if not found:
        raise BadQuery(
            f"{for_terminal(typed)} is no photo of the library: over HTTP a picture is one, by its path below a "
            "watched folder or its id as in +#1234"
        )
    if len(found) > 1:
        raise BadQuery(
            f"{for_terminal(typed)} is the name of several photos: give its whole path, or its id as in +#1234"
        )
    return replace(part, what=LibraryPhoto(found.pop()))
