"""Results of measures as one printed page: a map or a chart, and a footer."""
