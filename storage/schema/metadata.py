"""What every table of the catalog belongs to, so that a new library gets all of them."""

from sqlalchemy import MetaData

metadata = MetaData()
