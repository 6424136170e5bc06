"""How the command line complains: a line on standard error.

In: text. Out: the terminal. Loads nothing, since whatever goes wrong is told with it.
"""

import sys


def complain(line: str) -> None:
    """Print a line on standard error."""
    print(line, file=sys.stderr)
