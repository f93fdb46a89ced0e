"""Signing in through a real browser, with and without scripts, and what a page does when its session has ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from photoseek.searcher.web import CALLBACK, Access, Accounts, Client, Passwords, Rules, SignIn
from photoseek.searcher.web.access.oidc.provider import Provider
from photoseek.searcher.web.page.static_files import StaticFiles
from photoseek.storage import Library
from tests.oidc_provider import provider
from tests.page.accessibility import assert_accessible
from tests.searcher.web.browser import serving

_PASSWORD = "a password of some length"  # noqa: S105 (of this test's library)
# Asks the API as scripts of the page do.
_SEND = f"""async ([method, path]) =>
  (await import("{StaticFiles().address("core/api.js")}")).send(method, path)"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("served") / "library")
    yield library
    library.close()


@pytest.fixture
def asking(library: Library, tmp_path: Path) -> Iterator[str]:
    passwords = Passwords(tmp_path)
    passwords.set(_PASSWORD)
    with serving(library, access=Access(Rules("0.0.0.0"), passwords)) as server:  # noqa: S104 (at the loopback)
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_signs_in_and_is_where_they_wanted_to_be(
    asking: str,
    chromium: Chromium,
    scripts: bool,  # noqa: FBT001 (a case)
) -> None:
    context = chromium.new_context(java_script_enabled=scripts, locale="en-GB")
    page = context.new_page()
    page.goto(f"{asking}/albums?q=a%26b")
    expect(page).to_have_title("Sign in · photoseek")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("That is not the password.")
    if scripts:
        assert_accessible(page)
    page.get_by_label("Password").fill(_PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{asking}/albums?q=a%26b")
    assert page.goto(f"{asking}/api/v1/session").status == 200
    context.close()


@pytest.mark.slow
def test_signing_out_leads_to_the_form(asking: str, chromium: Chromium) -> None:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(asking)
    page.get_by_label("Password").fill(_PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{asking}/")
    # Not waited for: what the page asks for afterwards is refused, by which it may load itself again before.
    page.evaluate(f"() => {{ ({_SEND})(['DELETE', '/session']).then(() => location.reload()); }}")
    expect(page).to_have_title("Sign in · photoseek")
    context.close()


@pytest.mark.slow
def test_a_page_goes_on_when_the_server_was_started_anew(library: Library, chromium: Chromium) -> None:
    access = Access()
    context = chromium.new_context()
    page = context.new_page()
    with serving(library, access=access) as server:
        page.goto(f"http://127.0.0.1:{server.port}/")
        access.write_token = "of-the-next-server"  # noqa: S105 (as a new process makes)
        assert page.evaluate(_SEND, ["DELETE", "/session"]) is None  # and no error
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_signs_in_by_a_provider_on_another_site(
    library: Library,
    chromium: Chromium,
    scripts: bool,  # noqa: FBT001 (a case)
) -> None:
    with library.catalog.write() as transaction:
        user = transaction.users.add(f"Carla {scripts}", is_owner=True)
        transaction.bindings.bind_subject(user, "carla-1")
    context = chromium.new_context(java_script_enabled=scripts, locale="en-GB")
    page = context.new_page()
    accounts = Accounts(library.catalog)
    access = Access(Rules("0.0.0.0"), accounts=accounts)  # noqa: S104 (at the loopback)
    with provider("localhost") as given, serving(library, access=access) as server:
        here = f"http://127.0.0.1:{server.port}"
        client = Client(given.issuer, given.client_id, given.secret, f"{here}{CALLBACK}")
        access.oidc = SignIn(Provider(client), accounts)
        page.goto(f"{here}/albums?q=a%26b")
        if scripts:
            assert_accessible(page)
        page.get_by_role("link", name="Sign in by single sign-on").click()
        expect(page).to_have_title("Provider")
        page.get_by_role("link", name="Go on as Carla").click()
        expect(page).to_have_url(f"{here}/albums?q=a%26b")
        assert page.goto(f"{here}/api/v1/session").status == 200
        page.goto(f"{here}/sign-in/oidc?next=/tags")  # a link, though nothing is left to do
        expect(page).to_have_url(f"{here}/tags")
        context.close()
    with library.catalog.write() as transaction:
        transaction.users.remove(user)
