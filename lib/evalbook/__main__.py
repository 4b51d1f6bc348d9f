"""`python -m evalbook` is the `evalbook` command."""

import sys

from evalbook.commands import main

sys.exit(main())
