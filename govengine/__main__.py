"""`python -m govengine`: the command line."""

from govengine.cli.main import main

if __name__ == "__main__":
    main()
