"""The tables of tags: what photos show, by models and people, and the runs that tagged them."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from photoseek.storage.schema.column_types import TextList
from photoseek.storage.schema.metadata import metadata

tag_run = Table(  # what `tag --apply` was asked to do; kept when it is undone
    "tag_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", Text),  # NULL: tags were only taken away
    Column("vocabulary", Text),  # NULL: the labels were named on the command line
    Column("labels", TextList),  # JSON array of names
    Column("query", Text),  # which photos were weighed; NULL: all
    Column("threshold", Float),
    Column("applied_at", Text, nullable=False),
    Column("undone_at", Text),
)

tag = Table(
    "tag",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("model", Text),  # NULL: a person added it
    Column("probability", Float),
    Column("tagged_at", Text, nullable=False),
    Column("vocabulary", Text),
    Column("run_id", ForeignKey("tag_run.id")),  # NULL: a person's, or from before runs were kept
    Index("tag_by_name", "name"),
)

refused_tag = Table(  # a person said that a photo does not show this: no model tags it
    "refused_tag",
    metadata,
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("refused_at", Text, nullable=False),
    Index("refused_tag_by_name", "name"),
)

tag_run_change = Table(  # the models' tags that a run changed, as they were before; in the order of the ids
    "tag_run_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("tag_run.id", ondelete="CASCADE"), nullable=False),
    Column("photo_id", ForeignKey("photo.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("model", Text),
    Column("probability", Float),
    Column("tagged_at", Text),  # NULL: the photo did not have this tag
    Column("vocabulary", Text),
    Column("earlier_run_id", Integer),
    UniqueConstraint("run_id", "photo_id", "name"),
    Index("tag_run_change_of_tag", "photo_id", "name"),
)

tag_run_rule = Table(  # the rules that a run changed, as they were before
    "tag_run_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("tag_run.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("before", Text),  # JSON object of the rule; NULL: there was none
    UniqueConstraint("run_id", "name", "model"),
)

tag_run_album = Table(  # the albums that a run made
    "tag_run_album",
    metadata,
    Column("run_id", ForeignKey("tag_run.id", ondelete="CASCADE"), primary_key=True),
    Column("album_id", ForeignKey("album.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, nullable=False),
)

label_rule = Table(
    "label_rule",
    metadata,
    Column("name", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("mean", Float, nullable=False),
    Column("deviation", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("vocabulary", Text),
    Column("prompts", TextList),  # JSON array of what is embedded; NULL: the name
    Column("parent", Text),  # the label that a photo of this one shows too
    Column("exclusive_group", Text),  # a photo shows one label of it at most
    Column("run_id", Integer),  # the run that made it
)
