"""Errors, reference systems, vocabulary and types that every package may use."""
