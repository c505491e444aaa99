"""`python -m siting` is the command `siting`."""

from siting.cli.app import main

main()
