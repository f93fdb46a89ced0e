"""From folders to a library: compare, decode, embed, save."""
