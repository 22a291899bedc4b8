"""Run the command as `python -m atlas`."""

from atlas.command_line import main

if __name__ == "__main__":
    main()
