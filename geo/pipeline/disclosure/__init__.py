"""Who runs the businesses of a register: kept apart, told in protected tables, shown to staff."""
