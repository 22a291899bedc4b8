"""What is in a file that somebody sent: its columns, its values, and a mapping to start from."""
