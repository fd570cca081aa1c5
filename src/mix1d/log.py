"""What mix1d says to the logger named mix1d, at the level DEBUG; nothing is shown unless it is asked for."""

import sys
import time


def log(message: str, *values: object) -> None:
    """Log a line, with values put into the message as `logging` does.

    Whoever wants to read it has imported `logging`; it is not loaded for those who do not.
    """
    logging = sys.modules.get("logging")
    if logging is not None:
        logging.getLogger("mix1d").debug(message, *values)


class Stopwatch:
    """Seconds since it was made, for the log."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def __str__(self) -> str:
        return f"{time.perf_counter() - self._start:.3f} s"
