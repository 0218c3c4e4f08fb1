"""A network that can be cut: everything between browser and server goes through here."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class Network:
    """Passes bytes to a server on this machine, until :meth:`cut`; :meth:`mend` lets them again."""

    def __init__(self, address: str) -> None:
        self._target = ("127.0.0.1", urlsplit(address).port or 80)
        self._open = threading.Event()
        self._open.set()
        self._links: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Drop every connection, and refuse new ones."""
        self._open.clear()
        for link in list(self._links):
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._open.set()

    def close(self) -> None:
        self.cut()
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._door.accept()
                if self._open.is_set():
                    threading.Thread(target=self._join, args=(near,), daemon=True).start()
                else:
                    near.close()

    def _join(self, near: socket.socket) -> None:
        """One connection, until either end has had enough."""
        with near, socket.create_connection(self._target) as far:
            self._links |= {near, far}
            back = threading.Thread(target=self._pass, args=(far, near), daemon=True)
            back.start()
            self._pass(near, far)
            back.join()
            self._links -= {near, far}

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for link in (source, sink):
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
