"""The schema of every layer, and its validation."""
