"""Map the records of each register to the schema of businesses."""
