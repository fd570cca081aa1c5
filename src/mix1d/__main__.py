"""Start the command line, or say which extra it needs: `mix1d ...` and `python -m mix1d ...`."""

import sys

from mix1d.optional import installed

_NEEDS = ("duckdb", "rich")


def main() -> None:
    """Run the command line and exit with its code; `mix1d.cli.run` has the list."""
    missing = [name for name in _NEEDS if not installed(name)]
    if missing:
        words = " and ".join(missing)
        print(f'mix1d: the command line needs {words}: pip install "mix1d[cli]"', file=sys.stderr)
        sys.exit(2)
    try:
        from mix1d.cli import run
        from mix1d.cli.process import ending_tidily, prepare_streams

        prepare_streams()
        with ending_tidily():
            sys.exit(run())
    except KeyboardInterrupt:  # before or after the command
        sys.exit(130)


if __name__ == "__main__":
    main()
