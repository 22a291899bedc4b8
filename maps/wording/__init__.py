"""The words of results: sentences, titles, columns, parameters and their values, by language."""
