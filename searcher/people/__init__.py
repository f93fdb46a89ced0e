"""People: who a face may be of."""
