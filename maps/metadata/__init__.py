"""Records of the data sets for catalogues and search engines: DCAT and schema.org."""
