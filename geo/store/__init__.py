"""A store shared by machines: snapshots published to a bucket, and followed by services."""
