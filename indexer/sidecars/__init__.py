"""What the library says of photos, written into `.xmp` files beside them: merged, undone, never over another's."""
