"""The visitors' page: places, desks and helplines to find by task, by words, and on foot."""
