"""One module and one TOML file per source."""
