"""The outside end of a webhook: a server on loopback that keeps what it was sent, refuses it, or hangs."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Hook:
    """What came, oldest first; ``status`` is what is answered, and ``hangs`` that nothing is answered until the end."""

    def __init__(self) -> None:
        self.status = 200
        self.hangs = False
        self.came: list[dict[str, Any]] = []
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def url(self, path: str = "s3cret-path") -> str:
        """Its Apprise URL."""
        return f"json://127.0.0.1:{self._server.server_address[1]}/{path}"

    def texts(self) -> list[str]:
        """Title and words of what came, and everything is read then."""
        texts = [f"{each['title']} | {each['message']}" for each in self.came]
        self.came.clear()
        return texts

    def close(self) -> None:
        """Let everything go that hangs, and end."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.came.append(json.loads(body))
                if hook.hangs:
                    hook.over.wait()
                    return
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


@contextmanager
def open_hook() -> Iterator[Hook]:
    """A hook for one test."""
    hook = Hook()
    try:
        yield hook
    finally:
        hook.close()
