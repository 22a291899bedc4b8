"""Parameters of requests, parsed and checked."""
