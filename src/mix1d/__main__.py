"""Start the command line, or say which extra it needs: `mix1d ...` and `python -m mix1d ...`."""

import sys

from mix1d.errors import Mix1dError
from mix1d.optional import need


def main() -> None:
    """Run the command line and exit with its code; `mix1d.cli.run` has the list."""
    try:
        need("cli", "duckdb", "rich", doing="the command line needs")
    except Mix1dError as error:
        print(f"mix1d: {error}", file=sys.stderr)
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
