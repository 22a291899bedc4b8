"""Who runs the businesses of a register: apart, published in protected tables, shown to staff."""
