"""`python -m siting` is the command `siting`."""

from siting.cli import main

main()
