"""A register of the whole country: made up at any size, joined to its dong by three engines."""
