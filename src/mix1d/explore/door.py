"""What the server answers at all: only pages of its own, which ask for what they offer."""

from __future__ import annotations

import os
import re
import sys
import traceback
from typing import Any

from flask import Response, abort, request
from werkzeug.exceptions import HTTPException

from mix1d.errors import DEBUG, Mix1dError, unforeseen
from mix1d.explore.session import in_words

HOST = "127.0.0.1"
_NAMES = re.compile(rf"(?:{re.escape(HOST)}|localhost)(?::\d{{1,5}})?")
_LONGEST = 1 << 20  # bytes of a request; the page sends some hundred
_SUITES = "/_dash-component-suites/"
_CALLBACKS = os.path.join(os.path.dirname(__file__), "callbacks.py")


def guard(server: Any) -> None:
    """Refuse what does not come from the page, without a traceback on the terminal."""
    server.config["TRUSTED_HOSTS"] = [HOST, "localhost"]  # from Flask 3.1 on
    server.config["MAX_CONTENT_LENGTH"] = _LONGEST
    server.before_request(_check_name)
    server.register_error_handler(Exception, _answer)


def _check_name() -> None:
    """Refuse other names that lead to this machine: another site made them, to send what it likes."""
    if _NAMES.fullmatch(request.environ.get("HTTP_HOST", "")) is None:
        abort(400)


def _answer(error: Exception) -> Any:
    """Return the answer to a request that could not be handled."""
    if isinstance(error, HTTPException):
        return error
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    if isinstance(error, Mix1dError | OSError):
        return _words(in_words(error), 400)
    if _is_ours(error):
        sentence = unforeseen(error)
        print(f"mix1d: {sentence}", file=sys.stderr, flush=True)
        return _words(sentence, 500)
    if request.path.startswith(_SUITES):
        return _words("there is no such file", 404)
    return _words("the page never asks for this", 400)


def _is_ours(error: Exception) -> bool:
    """Say whether an error comes out of our functions, and not out of a request that never reached them."""
    return any(frame.f_code.co_filename == _CALLBACKS for frame, _ in traceback.walk_tb(error.__traceback__))


def _words(text: str, status: int) -> Response:
    return Response(text + "\n", status, mimetype="text/plain")
