"""All that a person said, out of a library and into another."""

from sqlalchemy import Connection

from photoseek.storage.exchange.document import Document
from photoseek.storage.exchange.exporting import collected
from photoseek.storage.exchange.importing import ImportPlan, carry_out, planned_import
from photoseek.storage.records import Change


class Exchange:
    """Questions about all that a person said, as one document."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def collected(self) -> Document:
        """Return all that a person said."""
        return collected(self._connection)

    def planned(self, document: Document) -> ImportPlan:
        """Return what of a document is new here."""
        return planned_import(self._connection, document)

    def carry_out(self, plan: ImportPlan, what: str) -> Change | None:
        """Store what is new; returns the change that the edits became, described by `what`."""
        return carry_out(self._connection, plan, what)
