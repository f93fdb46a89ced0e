"""Encrypted connections, with a certificate made for the test, and the limits that hold for them too."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from photoseek.searcher.errors import BadCertificate
from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web import (
    Access,
    ByUser,
    Guard,
    Rules,
    Services,
    bound,
    certificate_from,
    server_for,
)
from photoseek.searcher.web.server.connections import BoundedConnection
from photoseek.storage import Library
from tests.searcher.web.browser import is_closed

_PATIENCE_S = 60


class _Hasty(BoundedConnection):
    head_s = stall_s = 1.0
    most = 20


class _Authority:
    def __init__(self, folder: Path) -> None:
        self.made = trustme.CA()
        of_server = self.made.issue_cert("127.0.0.1", "localhost")
        self.certificate, self.key = folder / "photos.crt", folder / "photos.key"
        of_server.cert_chain_pems[0].write_to_path(self.certificate)
        of_server.private_key_pem.write_to_path(self.key)

    def trusting(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self.made.configure_trust(context)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> _Authority:
    return _Authority(tmp_path_factory.mktemp("authority"))


@contextmanager
def _serving(library: Library, authority: _Authority) -> Iterator[int]:
    access = Access(Rules(encrypted=True))
    services = Services(WarmSearcher(library), lambda *_: "nobody makes any", access=access)
    certificate = certificate_from(authority.certificate, authority.key)
    server = server_for(Guard(ByUser(services), access), _Hasty, certificate)
    with bound("127.0.0.1", 0) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def _connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)


def _request(port: int, *headers: str) -> bytes:
    lines = ["GET /api/v1/photos/1/file HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers, "", ""]
    return "\r\n".join(lines).encode()


def _read_answer(encrypted: ssl.SSLSocket) -> tuple[bytes, int]:
    """Return the status line of an answer, and the length of its body, which is read whole."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += encrypted.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    )
    while len(body) < length:
        body += encrypted.recv(65536)
    return head.partition(b"\r\n")[0], len(body)


def test_photos_are_answered_encrypted_again_and_again_by_one_connection(
    unchanged: Library, authority: _Authority
) -> None:
    with _serving(unchanged, authority) as port, ExitStack() as stack:
        plain = stack.enter_context(_connected(port))
        trusted = authority.trusting()
        encrypted = stack.enter_context(trusted.wrap_socket(plain, server_hostname="127.0.0.1"))
        for _ in range(3):
            # The origin is the encrypted address, not the same one without encryption.
            encrypted.sendall(_request(port, f"Origin: https://127.0.0.1:{port}"))
            status, length = _read_answer(encrypted)
            assert status == b"HTTP/1.1 200 OK"
            assert length > 0
        encrypted.sendall(_request(port, f"Origin: http://127.0.0.1:{port}"))
        assert _read_answer(encrypted)[0].startswith(b"HTTP/1.1 403")


def test_many_who_never_finish_a_handshake_make_room_for_one_who_does(
    unchanged: Library, authority: _Authority
) -> None:
    with _serving(unchanged, authority) as port, ExitStack() as stack:
        held = [stack.enter_context(_connected(port)) for _ in range(60)]
        plain = stack.enter_context(_connected(port))
        encrypted = stack.enter_context(authority.trusting().wrap_socket(plain, server_hostname="127.0.0.1"))
        encrypted.sendall(_request(port))
        assert _read_answer(encrypted)[0] == b"HTTP/1.1 200 OK"
        for connection in held:  # each is closed: the first for the others, the last for its time
            assert is_closed(connection)


def test_who_speaks_no_tls_is_sent_away(unchanged: Library, authority: _Authority) -> None:
    with _serving(unchanged, authority) as port:
        for sent in (_request(port), b"\x16\x03\x01\x00\x05hello", b"\0" * 1000):
            with _connected(port) as plain:
                plain.sendall(sent)
                assert is_closed(plain)


def test_old_versions_of_tls_are_refused(unchanged: Library, authority: _Authority) -> None:
    with _serving(unchanged, authority) as port, _connected(port) as plain:
        old = authority.trusting()
        old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        old.set_ciphers("DEFAULT:@SECLEVEL=0")  # or OpenSSL would refuse by itself
        with pytest.deprecated_call():
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(OSError, match=r"(?i)protocol|version|reset|alert"):
            old.wrap_socket(plain, server_hostname="127.0.0.1")


def test_what_is_no_pair_of_certificate_and_key_is_one_sentence(
    authority: _Authority, tmp_path: Path
) -> None:
    other = trustme.CA().issue_cert("localhost")
    other_key, locked = tmp_path / "other.key", tmp_path / "locked.key"
    other.private_key_pem.write_to_path(other_key)
    for certificate, its_key in (
        (authority.certificate, other_key),
        (authority.key, authority.key),
        (authority.certificate, tmp_path / "missing.key"),
        (tmp_path, authority.key),
    ):
        with pytest.raises(BadCertificate, match="--tls-cert"):
            certificate_from(certificate, its_key)
    key = load_pem_private_key(other.private_key_pem.bytes(), None)
    encryption = BestAvailableEncryption(b"a password")
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    with pytest.raises(BadCertificate, match="without one"):
        certificate_from(authority.certificate, locked)
