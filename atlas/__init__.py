"""The command line: the `atlas` command and its subcommands."""

from atlas.command_line import app, main

__all__ = ["app", "main"]
