"""Says something of people in a transaction of its own, and keeps how it is taken back."""

from collections.abc import Callable

from photoseek.searcher.web.api.people.shapes import ChangedPeopleShape
from photoseek.searcher.web.services import Services
from photoseek.storage import Transaction
from photoseek.storage.rows.people.records import PeopleChange

# Makes a change; returns it and the person that it is about, if it is about one.
Say = Callable[[Transaction], tuple[PeopleChange, int | None]]


class Saying:
    """What is said of people over HTTP."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def said(self, say: Say) -> ChangedPeopleShape:
        """Say something. Raises UnknownName, and NameTaken where one photo would show a person twice."""
        self._services.warm.refuse_replaced()
        with self._services.library.catalog.write() as transaction:
            change, about = say(transaction)
            person = None if about is None else transaction.people.person(about).person_id
        undo = self._services.undo.add(change.faces, lambda: self._undone(change.number))
        return ChangedPeopleShape(faces=change.faces, person=person, undo=undo)

    def _undone(self, number: int) -> int:
        with self._services.library.catalog.write() as transaction:
            return transaction.people_words.undo(number).faces
