"""Questions to a layer: filters, order, counts."""
