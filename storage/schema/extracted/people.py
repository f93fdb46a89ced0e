"""The tables of people: faces in photos, the persons that they are of, and what a person said of both."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text

from photoseek.storage.schema.column_types import JsonValue
from photoseek.storage.schema.metadata import metadata

person = (
    Table(  # a group of faces, with a name or without; `name`, `is_ignored`, `same_as` follow `person_word`
        "person",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("key", Text, nullable=False, unique=True),  # the same in each library that took it in
        Column("name", Text),
        Column("folded", Text, index=True),  # the name as `photoseek.storage.folding` stores it
        Column("is_ignored", Boolean, nullable=False, server_default="0"),
        Column(
            "same_as", ForeignKey("person.id"), index=True
        ),  # merged into that one; NULL: a person of its own
        Column("made_at", Text, nullable=False),
    )
)

face = Table(
    "face",
    metadata,
    Column("id", Integer, primary_key=True),  # stays when another engine finds the same face
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), nullable=False, index=True),
    # Where it is in the upright photo, as fractions of its width and height.
    Column("left", Float, nullable=False),
    Column("top", Float, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("engine", Text),  # that found it; NULL: none did, but a person said something of it
    Column("score", Float, nullable=False),  # how sure the engine is that it is a face, 0 to 1
    Column("grade", Text, nullable=False),  # what the face is good for: "good", "fair" or "poor"
    Column("why", Text),  # why it is not good: "small", "blurred", "turned", "profile"
    Column("vector", LargeBinary),  # float16, little-endian, unit length; NULL: no engine found it
    Column("guess_id", ForeignKey("person.id", ondelete="SET NULL"), index=True),  # by likeness
    Column("is_grouped", Boolean, nullable=False, server_default="0"),  # a guess was tried since it was found
    # What follows of the words and the guess:
    Column("person_id", ForeignKey("person.id", ondelete="SET NULL")),
    Column("is_said", Boolean, nullable=False, server_default="0"),  # a person said so
    Column("is_nobody", Boolean, nullable=False, server_default="0"),  # a person said: no face, or nobody's
    Index("face_by_person", "person_id", "photo_id"),
)

people_change = Table(  # what a person said of people at one time
    "people_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made_at", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("faces", Integer, nullable=False),
    Column("undone_at", Text),  # its words are gone then
)

person_word = Table(  # of each field, the word of the latest change counts
    "person_word",
    metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("field", Text, primary_key=True),  # "name", "is_ignored" or "same_as"
    Column("change_id", ForeignKey("people_change.id"), primary_key=True, index=True),
    Column("value", JsonValue(none_as_null=True)),
)

face_word = Table(  # a yes or no to a face being of a person
    "face_word",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("face_id", ForeignKey("face.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("change_id", ForeignKey("people_change.id"), nullable=False, index=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), index=True),  # NULL: of nobody
    Column("yes", Boolean, nullable=False),
)
