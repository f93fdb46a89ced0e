"""How long missing photos are kept."""

RETENTION_DAYS = 90  # that photos are kept, with all a person said of them, once their files are gone
MOST_DAYS = 36_500  # a century, before which there is nothing to count from
