"""Albums that a library suggests: trips, events and themes, by time, place and looks."""
