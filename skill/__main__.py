"""`python -m skill` is `krampevakt`."""

from skill.cli import main

main()
