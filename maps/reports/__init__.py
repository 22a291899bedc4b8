"""Reports: several pages on one dong, drawn as pictures are."""
