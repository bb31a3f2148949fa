"""`python -m univocal` is the command `univocal`."""

from univocal.cli.main import main

if __name__ == "__main__":
    main()
