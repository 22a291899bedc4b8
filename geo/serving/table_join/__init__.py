"""Join a table of residents to the dong by code or name."""
