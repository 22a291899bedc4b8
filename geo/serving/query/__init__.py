"""Queries of a layer: filters, order, counts."""
