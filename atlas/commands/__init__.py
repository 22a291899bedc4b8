"""The commands, a module for each subject; each module has its `commands`."""
