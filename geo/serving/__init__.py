"""Answer questions about a snapshot."""
