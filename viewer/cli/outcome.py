"""How a command can end: exit codes, and the user's mistakes the command line itself finds."""

from __future__ import annotations

DONE, INTERNAL, BAD_INPUT, BREACH, NOT_ASSESSED = range(5)
PIPE_CLOSED = 141
"""The reader left before the answer was out, as the shell counts it: never *every zone clear*."""
"""The exit codes of the contract; for `assess`, ``DONE`` means every danger zone clear."""


class BadInputError(ValueError):
    """A user's mistake in the arguments or files of a command: one sentence, exit 2."""
