"""The catalog's tables, as SQLAlchemy Core knows them; migrations create them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from photoseek.storage.schema.column_types import FilePath, HalfVector, JsonValue, RegionList, TextList
from photoseek.storage.schema.extracted.engines import extraction, extraction_engine
from photoseek.storage.schema.extracted.moments import video_moment
from photoseek.storage.schema.extracted.people import face, face_word, people_change, person, person_word
from photoseek.storage.schema.extracted.regions import face_region
from photoseek.storage.schema.extracted.texts import photo_text
from photoseek.storage.schema.metadata import metadata
from photoseek.storage.schema.tag_tables import (
    label_rule,
    refused_tag,
    tag,
    tag_run,
    tag_run_album,
    tag_run_change,
    tag_run_rule,
)
from photoseek.storage.schema.user_tables import account, album_right, audit, oidc_binding, root_right

# These tables are in modules of their own, but used as if they stood below.
__all__ = [
    "account",
    "album_right",
    "audit",
    "extraction",
    "extraction_engine",
    "face",
    "face_region",
    "face_word",
    "label_rule",
    "metadata",
    "oidc_binding",
    "people_change",
    "person",
    "person_word",
    "photo_text",
    "refused_tag",
    "root_right",
    "tag",
    "tag_run",
    "tag_run_album",
    "tag_run_change",
    "tag_run_rule",
    "video_moment",
]

library = Table(
    "library",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("schema_version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),  # raised by every write, in its transaction
    Column("model_id", ForeignKey("model.id")),  # the model that answers
    Column("next_model_id", ForeignKey("model.id")),  # the one that will, once every photo has a vector of it
    Column("people_since", Text),  # when the owner turned on that faces are found; NULL: they are not
    Column("text_off_since", Text),  # when the owner turned off that text is read; NULL: it is read
)

model = Table(
    "model",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("dimension", Integer, nullable=False),
    Column("weights", FilePath),
    Column("tokenizer", FilePath),  # of the person's own weights; NULL: the architecture's
)

# JSON: what tells the file systems it lies on from others mounted at the same places.
root = Table(
    "root",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", FilePath, nullable=False, unique=True),
    Column("added_at", Text, nullable=False),
    Column("scanned_at", Text),
    Column("disk", Text),
    Column("excluded", TextList),  # JSON array of patterns, as .gitignore has them, of what is left out
)

photo = Table(
    "photo",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_hash", LargeBinary, nullable=False, unique=True),
    Column("pixel_hash", LargeBinary, nullable=False, index=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("format", Text, nullable=False),
    # ISO 8601, the wall clock where it was taken, as far as it is known: "1998", "1998-07", "1998-07-14",
    # "1998-07-14T12:30:05".
    Column("taken_at", Text, index=True),
    Column("taken_offset_minutes", Integer),  # east of UTC
    Column("camera", Text),
    Column("lens", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("look", LargeBinary),  # 64 bytes of brightness, by which copies know each other
    Column("added_at", Text, nullable=False),
    # What the file, or a person, says in words; searchable text.
    Column("title", Text),
    Column("description", Text),
    Column("keywords", TextList),  # JSON array of strings
    Column("rating", Integer),  # 1 to 5 stars, -1: rejected; NULL: not rated
    Column("date_source", Text),  # the field that `taken_at` was read from: "EXIF DateTimeOriginal"
    Column("position_source", Text),  # likewise of latitude and longitude
    Column("facts_dropped", TextList),  # JSON array of sentences: what the file says that was not believed
    # Which version of the reader read what the file says; an older one's is worth reading again.
    Column("facts_version", Integer, nullable=False, server_default="0", index=True),
    Column("regions", RegionList),  # faces that other programs named; triggers copy them to `face_region`
    Column("duration_ms", Integer),  # of a video; NULL: it is a photo
    Column("codec", Text),  # of a video's pictures: "h264"
    # Where in a motion photo's file the video begins, and its length, in bytes.
    Column("motion_at", BigInteger),
    Column("motion_bytes", BigInteger),
    # Of no file, only set by a person.
    Column("favourite", Boolean, nullable=False, server_default="0"),
    Column("hidden", Boolean, nullable=False, server_default="0", index=True),
)

edit_change = Table(  # what a person changed at one time
    "edit_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made_at", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("photos", Integer, nullable=False),  # how many it was about
    Column("undone_at", Text),  # its rows of `edit` are gone then
    Column("account_id", ForeignKey("account.id", ondelete="SET NULL")),  # a user's; NULL: an owner's
)

edit = Table(  # what a person says of a photo: of each field the word of the latest change counts
    "edit",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("change_id", ForeignKey("edit_change.id"), primary_key=True, index=True),
    Column(
        "value", JsonValue(none_as_null=True)
    ),  # by column of `photo`; NULL: the file's own value counts again
    Column("set_at", Text, nullable=False),
)

own_fact = Table(  # what the file says where the columns of `photo` hold a person's word
    "own_fact",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", JsonValue, nullable=False),  # by column of `photo`
)

file = Table(
    "file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("root_id", ForeignKey("root.id", ondelete="CASCADE"), nullable=False),
    Column("path", FilePath, nullable=False),
    Column("photo_id", ForeignKey("photo.id"), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
    Column("missing_since", Text),
    # Excluded by a pattern, so it isn't checked whether it exists; `missing_since` says since when.
    Column("left_out", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("root_id", "path"),
)

sidecar = Table(  # a file beside a photo's file that was read with it; a later stamp is worth reading again
    "sidecar",
    metadata,
    Column("root_id", ForeignKey("root.id", ondelete="CASCADE"), primary_key=True),
    Column("path", FilePath, primary_key=True),  # of the photo's file
    Column("name", FilePath, primary_key=True),
    Column("is_sure", Boolean, nullable=False),  # that it belongs to the photo, by the names
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
)

sidecar_run = Table(  # one run that wrote sidecars; deleted once it is undone
    "sidecar_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("written_at", Text, nullable=False),
    Column("is_whole", Boolean, nullable=False),  # false: the run, or its undoing, goes on or was killed
)

sidecar_write = Table(  # one sidecar that a run wrote
    "sidecar_write",
    metadata,
    Column("run_id", ForeignKey("sidecar_run.id", ondelete="CASCADE"), primary_key=True),
    Column("path", FilePath, primary_key=True),  # absolute
    Column("photo_id", Integer, nullable=False),  # which may be forgotten since
    Column("before", LargeBinary),  # the file as it was, compressed by zlib; NULL: there was none
    Column("before_hash", LargeBinary),
    Column("after_hash", LargeBinary, nullable=False),
    Column("written", Text, nullable=False),  # JSON: which of its values are the library's
    Index("sidecar_write_by_path", "path", "run_id"),
)

skipped = Table(
    "skipped",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("root_id", ForeignKey("root.id", ondelete="CASCADE"), nullable=False),
    Column("path", FilePath, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("skipped_at", Text, nullable=False),
    # For a file skipped for a temporary reason: how often it was tried, and when it is tried again.
    Column("tries", Integer, nullable=False, default=0, server_default="0"),
    Column("again_at", Text),
    UniqueConstraint("root_id", "path"),
)

held_back = Table(  # files gone in the last run, but too many at once to be marked as missing
    "held_back",
    metadata,
    Column("file_id", ForeignKey("file.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Text, nullable=False),
)

vector = Table(
    "photo_vector",
    metadata,
    Column("model_id", ForeignKey("model.id", ondelete="CASCADE"), primary_key=True),
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, nullable=False),  # the library's when it was written
    Column("data", HalfVector, nullable=False),  # float16, little-endian, unit length
    Index("vector_by_revision", "model_id", "revision"),
)

vector_gone = Table(  # so that a cache can catch up with what was deleted
    "vector_gone",
    metadata,
    Column("model_id", ForeignKey("model.id", ondelete="CASCADE"), primary_key=True),
    Column("photo_id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
)

album = Table(
    "album",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("query", Text),
    Column("created_at", Text, nullable=False),
)

album_photo = Table(
    "album_photo",
    metadata,
    Column("album_id", ForeignKey("album.id", ondelete="CASCADE"), primary_key=True),
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("added_at", Text, nullable=False),
)

suggestion = Table(  # an album that was suggested
    "suggestion",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),  # in the list that was shown
    Column("name", Text, nullable=False),
    Column("dropped_at", Text),  # a person wants no such album; NULL: it was shown last
)

suggestion_photo = Table(
    "suggestion_photo",
    metadata,
    Column("suggestion_id", ForeignKey("suggestion.id", ondelete="CASCADE"), primary_key=True),
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
)

judgement = Table(  # a person's judgements of answers, to compare models by
    "judgement",
    metadata,
    Column("query", Text, primary_key=True),
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("good", Boolean, nullable=False),
    Column("judged_at", Text, nullable=False),
)

# The names of photos with files, folded by `photoseek.storage.folding`; made from the rows above.
words = Table(
    "words",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, nullable=False),  # of its files
    Column("folder", Text, nullable=False),  # of their folders
    Column("text", Text, nullable=False),  # title and description inside the file
    Column("keywords", Text, nullable=False),
)

words_stale = Table(  # photos whose row above must be rewritten before the transaction ends
    "words_stale",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("photo_id", Integer, nullable=False),
)

photo_change = (
    Table(  # the revision at which what a grid shows of a photo changed last; `change_log` writes it
        "photo_change",
        metadata,
        Column("photo_id", Integer, primary_key=True),  # which may be gone
        Column("revision", Integer, nullable=False, index=True),
    )
)
