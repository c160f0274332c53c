"""`python -m god_llm`: the command line."""

import sys

from god_llm.cli import main

sys.exit(main())
