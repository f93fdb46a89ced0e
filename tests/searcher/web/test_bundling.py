"""A view's modules become one script that does what they do; what can't be joined is refused, not sent broken."""

import pytest

from photoseek.searcher.web.page.bundling import BundlingError, bundle
from photoseek.searcher.web.page.static_files import StaticFiles


def _bundled(modules: dict[str, str], *entries: str) -> str:
    return bundle(entries or ("start.js",), modules.__getitem__)


def test_a_module_runs_once_and_before_those_that_import_it() -> None:
    script = _bundled(
        {
            "start.js": 'import { a } from "./core/a.js";\nimport "./b.js";\n',
            "b.js": 'import { a as other } from "./core/a.js";\nother();\n',
            "core/a.js": "export function a() {}\n",
        }
    )
    assert [line for line in script.splitlines() if line.startswith("//")] == [
        "// core/a.js",
        "// b.js",
        "// start.js",
    ]
    assert "const { a: other } = module0;" in script
    assert "export" not in script
    assert "import" not in script


def test_what_is_imported_later_is_in_the_bundle_before_the_entries_run() -> None:
    script = _bundled(
        {
            "start.js": 'async function open() { return await import("./viewer/viewer.js"); }\n',
            "viewer/viewer.js": "export const shown = 1;\n",
        }
    )
    assert script.index("// viewer/viewer.js") < script.index("// start.js")
    assert "await Promise.resolve().then(() => module0)" in script


@pytest.mark.parametrize(
    "form",
    [
        "export default 1;",
        "export let count = 0;",
        'import * as all from "./a.js";',
        'export * from "./a.js";',
    ],
)
def test_a_form_that_is_not_read_is_refused(form: str) -> None:
    with pytest.raises(BundlingError, match="isn't read here"):
        _bundled({"start.js": form, "a.js": ""})


def test_a_circle_of_imports_is_refused() -> None:
    with pytest.raises(BundlingError, match=r"start\.js → a\.js → start\.js"):
        _bundled({"start.js": 'import "./a.js";', "a.js": 'import "./start.js";'})


def test_every_view_has_a_script_with_all_modules_that_it_imports() -> None:
    files = StaticFiles()
    views = [name for name in files.names() if name.startswith("views/")]
    assert len(views) > 10
    for name in views:
        script = files.content(files.script(name.removeprefix("views/").removesuffix(".js"))).decode()
        assert f"// {name}\n" in script
        assert "// core/start.js\n" in script
    assert files.script("no-such-view") == "bundles/start.js"
