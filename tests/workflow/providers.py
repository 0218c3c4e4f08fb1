"""SMS providers on this machine: they verify each signature from the published rules, not by SDK.

Each answers with what the test has told it to answer, and keeps what it has accepted.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

SECRET = "secret-of-the-test"
KEY_ID = "AKID-of-the-test"


@dataclass
class Provider:
    """What a provider was asked, and what it answers."""

    url: str = ""
    verify: Callable[["Asked"], str | None] = lambda _asked: None
    status: int = 200
    answer: bytes = b"{}"
    refusal: Callable[[str], bytes] = lambda words: words.encode()
    accepted: list["Asked"] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.query)) | dict(parse_qsl(self.body.decode()))


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """A provider that listens on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): words for name, words in self.headers.items()}
            asked = Asked("POST", parts.path, parts.query, headers, self.rfile.read(length))
            wrong = provider.verify(asked)
            if wrong:
                provider.refused.append(wrong)
                self._say(403, provider.refusal(wrong))
                return
            provider.accepted.append(asked)
            self._say(provider.status, provider.answer)

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # The pause after which it notices that it shall stop: each test waits for it.
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def tc3(asked: Asked) -> str | None:
    """What is wrong with a TC3-HMAC-SHA256 signature; None when it is right.

    https://cloud.tencent.com/document/api/382/52066
    """
    scheme, _space, rest = asked.headers.get("authorization", "").partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    key_id, day, service, _end = parts["Credential"].split("/")
    names = parts["SignedHeaders"].split(";")
    lines = "".join(f"{name}:{asked.headers[name].strip().lower()}\n" for name in names)
    canonical = "\n".join(
        ["POST", "/", asked.query, lines, parts["SignedHeaders"], _sha(asked.body)]
    )
    to_sign = "\n".join(
        [
            scheme,
            asked.headers["x-tc-timestamp"],
            f"{day}/{service}/tc3_request",
            _sha(canonical.encode()),
        ]
    )
    key = _hmac(_hmac(_hmac(f"TC3{SECRET}".encode(), day), service), "tc3_request")
    if scheme != "TC3-HMAC-SHA256" or key_id != KEY_ID or {"host", "content-type"} - set(names):
        return "not ours"
    return None if hmac.compare_digest(_hmac(key, to_sign).hex(), parts["Signature"]) else "forged"


def acs3(asked: Asked) -> str | None:
    """What is wrong with an ACS3-HMAC-SHA256 signature; None when it is right.

    https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
    """
    scheme, _space, rest = asked.headers.get("authorization", "").partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    names = parts["SignedHeaders"].split(";")
    lines = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names)
    pairs = sorted(parse_qsl(asked.query, keep_blank_values=True))
    query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in pairs)
    hashed = _sha(asked.body)
    canonical = "\n".join(["POST", "/", query, lines, parts["SignedHeaders"], hashed])
    to_sign = f"{scheme}\n{_sha(canonical.encode())}"
    if scheme != "ACS3-HMAC-SHA256" or parts["Credential"] != KEY_ID:
        return "not ours"
    if asked.headers["x-acs-content-sha256"] != hashed or "x-acs-date" not in names:
        return "another body"
    right = _hmac(SECRET.encode(), to_sign).hex()
    return None if hmac.compare_digest(right, parts["Signature"]) else "forged"


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hmac(key: bytes, words: str) -> bytes:
    return hmac.new(key, words.encode(), hashlib.sha256).digest()
