"""An SMS gateway in bad weather: slow, silent after accepting, sometimes talking nonsense.

``python -m chaos.gateway RECORD SEED PORT_FILE [kind]``. It sends no message twice under a key
whose first request has *ended*; of two requests that run at the same moment it would send both, as
gateways do that look first and write afterwards.
"""

import json
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from chaos.record import Record

WORK = 0.01  # seconds that a message takes to go out
SILENCE = 2.0  # longer than a worker waits
SILENT, AWAY, NONSENSE = 0.02, 0.02, 0.01  # how often in fine weather


class Gateway(ThreadingHTTPServer):
    """Accepts messages and writes them down before it says so."""

    daemon_threads = True

    def __init__(
        self, record: Record, seed: int, *, moody: bool = True, work: float = WORK
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.record = record
        self.moody = moody
        self.work = work
        self.silent_until = 0.0
        self._chance = random.Random(seed)  # noqa: S311  # weather, not a secret
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def mood(self) -> str:
        """How the next request will be met."""
        with self._lock:
            draw = self._chance.random()
        if time.monotonic() < self.silent_until:
            return "silent"
        for name, share in (("silent", SILENT), ("away", AWAY), ("nonsense", NONSENSE)):
            draw -= share
            if draw < 0 and self.moody:
                return name
        return "kind"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up, or was killed, is no news here."""


class _Request(BaseHTTPRequestHandler):
    server: Gateway
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """``/`` takes a message; ``/silence`` lets every answer wait for some seconds."""
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/silence":
            self.server.silent_until = time.monotonic() + float(given["seconds"])
            self._answer(200, b"{}")
            return
        mood = self.server.mood()
        if mood == "away":
            self._answer(503, b"{}")
            return
        self._take(given["key"], given["to"], given["body"])
        if mood == "silent":
            time.sleep(SILENCE)
        self._answer(200, b"<html>" if mood == "nonsense" else b'{"accepted": true}')

    def _take(self, key: str, phone: str, text: str) -> None:
        record = self.server.record
        if record.knows(key):
            return
        time.sleep(self.server.work)
        record.accept(key=key, phone=phone, text=text, at=time.time())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its name in the library
        """The record says enough."""


def main(record: str, seed: str, port_file: str, weather: str = "moody") -> None:
    """Listen on a free port, and say in a file which."""
    moody = weather == "moody"
    gateway = Gateway(Record(Path(record)), int(seed), moody=moody, work=WORK if moody else 0)
    new = Path(f"{port_file}.new")
    new.write_text(gateway.url)
    new.rename(port_file)
    gateway.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
