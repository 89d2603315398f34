"""Says at the end of a run how many answers were held against brute force."""

from __future__ import annotations

from tally import table


def pytest_terminal_summary(terminalreporter):
    """Print the tally of the campaigns."""
    lines = table()
    if lines:
        terminalreporter.section("answers held against brute force")
        for line in lines:
            terminalreporter.write_line(line)
