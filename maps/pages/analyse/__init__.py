"""The analysts' page: questions about businesses, each with its answer, map, chart and table."""
