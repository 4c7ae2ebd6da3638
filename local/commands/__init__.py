"""The command line: `followthrough`."""

from local.commands.app import main

__all__ = ["main"]
