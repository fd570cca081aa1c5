"""Serve the page on this machine only, until Ctrl-C."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Any

from dash import Dash
from werkzeug.serving import make_server

from mix1d.errors import InputError
from mix1d.explore.callbacks import connect
from mix1d.explore.door import HOST, guard
from mix1d.explore.page import layout
from mix1d.explore.session import Session

_PORTS_TRIED = 50


def application(session: Session) -> Any:
    """Return the Dash application of a session; everything it needs comes from its own server."""
    app = Dash(
        "mix1d.explore",
        assets_folder=str(Path(__file__).with_name("assets")),
        serve_locally=True,
        title=f"{session.title} · mix1d",
        update_title=None,
        add_log_handler=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    guard(app.server)
    app.layout = layout(session)
    connect(app, session)
    return app


def serve(session: Session, port: int, *, browse: bool, until: str = "Ctrl-C ends it") -> None:
    """Serve a session on 127.0.0.1 until Ctrl-C, and open it in the user's browser where there is a screen.

    `until` says in words what ends it. Ports that are taken are passed by, 0 takes any that is free;
    `InputError` where none is.
    """
    with free_port(port) as listening:
        found = listening.getsockname()[1]
        address = f"http://{HOST}:{found}/"
        try:
            print(f"Exploring {session.title} at {address} ({until})", flush=True)
            if port not in (0, found):
                print(f"Port {port} is busy: port {found} is used instead.", flush=True)
            _serve(session, listening, address if browse and has_screen() else None)
        finally:
            # The terminal has written ^C on the line.
            print(
                "\nThe explorer has ended." if sys.stdout.isatty() else "The explorer has ended.", flush=True
            )


def _serve(session: Session, listening: socket.socket, open_at: str | None) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = application(session)
    host, port = listening.getsockname()
    server = make_server(host, port, app.server, threaded=True, fd=listening.fileno())
    try:
        if open_at is not None:
            # In a thread: a browser in the terminal would wait for a page that nobody serves yet.
            threading.Thread(target=webbrowser.open, args=(open_at,), daemon=True).start()
        server.serve_forever()  # returns on Ctrl-C
    finally:
        server.server_close()


def free_port(port: int) -> socket.socket:
    """Return a listening socket at the first free port from `port` on.

    >>> with free_port(0) as found:
    ...     found.getsockname()[0]
    '127.0.0.1'
    """
    last = min(port + _PORTS_TRIED, 65_535) if port else 0
    for number in range(port, last + 1):
        tried = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # a port whose last owner has just ended is free; elsewhere it means more
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, number))
            tried.listen(128)
        except OSError as error:
            tried.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return tried
    raise InputError(f"ports {port} to {last} are all busy: choose another with --port")


def has_screen() -> bool:
    """Say whether a browser that is started here can be seen by the user."""
    if sys.platform in ("win32", "darwin"):
        return "SSH_CONNECTION" not in os.environ
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
