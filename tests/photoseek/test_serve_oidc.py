"""The options of `serve` about OIDC: half of them is refused, and the secret is in no command line."""

from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from photoseek.cli.parser import UsageError
from photoseek.cli.search.serve import Serve
from photoseek.cli.search.serve_oidc import issuer

_PUBLIC = "https://photos.example"


def _serve(
    oidc: str | None = "https://id.example", client: str | None = "me", file: Path | None = None
) -> Serve:
    named = {
        "--oidc": oidc,
        "--oidc-client": client,
        "--oidc-secret-file": None if file is None else str(file),
    }
    return Serve("serve", [word for option, value in named.items() if value for word in (option, value)])


def test_nobody_signs_in_by_half_of_the_options(tmp_path: Path) -> None:
    assert _serve(None, None).provider(None) is None
    assert _serve().provider(_PUBLIC) is not None
    for half, public_url, said in (
        (_serve(None), None, "name the provider"),
        (_serve(None, None, tmp_path), None, "name the provider"),
        (_serve(client=None), _PUBLIC, "--oidc-client"),
        (_serve(), None, "--public-url"),
    ):
        with pytest.raises(UsageError, match=said):
            half.provider(public_url)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "no secret"), (b"a\nb", "no secret"), ("é".encode(), "no text in ASCII"), (None, "No such file")],
)
def test_a_file_without_a_secret_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with pytest.raises(UsageError, match=said):
        _serve(file=tmp_path / "secret").provider(_PUBLIC)


def test_the_secret_is_in_no_argument_and_no_later_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOSEEK_OIDC_SECRET", "of the environment")
    (tmp_path / "secret").write_text("of the file\n")
    serve = _serve(file=tmp_path / "secret")
    serve.provider(_PUBLIC)
    with pytest.raises(KeyError):
        monkeypatch.delenv("PHOTOSEEK_OIDC_SECRET")
    assert serve.oidc_arguments() == [
        "--oidc", "https://id.example", "--oidc-client", "me", "--oidc-secret-file", str(tmp_path / "secret"),
    ]  # fmt: skip


def test_only_an_address_is_a_provider() -> None:
    assert issuer("https://id.example/realms/home") == "https://id.example/realms/home"
    with pytest.raises(ArgumentTypeError, match=r"https://id\.example"):
        issuer("id.example")
