"""Who is let in: requests from this machine, from this server's own pages, and with what they have to show."""
