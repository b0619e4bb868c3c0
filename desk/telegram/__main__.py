"""`python -m desk.telegram`."""

from desk.telegram.serve import main

main()
