"""Start the command line, or say which extra it needs: `mix1d ...` and `python -m mix1d ...`."""

import sys

from mix1d._optional import installed

_NEEDS = ("duckdb", "rich")


def main() -> None:
    """Run the command line and exit with its code: 0, 1 (bad data), 2 (bad usage), 130 (interrupted)."""
    missing = [name for name in _NEEDS if not installed(name)]
    if missing:
        words = " and ".join(missing)
        print(f'mix1d: the command line needs {words}: pip install "mix1d[cli]"', file=sys.stderr)
        sys.exit(2)
    try:
        from mix1d.cli import run

        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
