"""`python -m werkzorg` does the same as `werkzorg`."""

from werkzorg.cli import main

if __name__ == "__main__":
    main()
