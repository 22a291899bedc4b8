"""Write a snapshot from sources and registers."""
