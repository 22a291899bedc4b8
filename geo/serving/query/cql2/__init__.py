"""CQL2 filters, evaluated on whole columns."""
