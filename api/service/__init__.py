"""Settings, the current snapshot, tokens and caches."""
