"""Write and read a snapshot: its layers, files and manifest."""
