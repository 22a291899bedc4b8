"""The HTTP service: routes over a published snapshot."""
