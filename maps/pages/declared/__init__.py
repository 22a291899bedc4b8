"""The map pages: each module here declares one, and its name is the end of the address."""
