"""`python -m digitrec` is the command `digitrec`."""

import sys

from digitrec.cli import main

sys.exit(main())
