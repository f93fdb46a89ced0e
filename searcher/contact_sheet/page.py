"""A contact sheet as HTML: headings, thumbnails as `data:` URIs, no script, nothing loaded from elsewhere."""

import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

GENERATOR = '<meta name="generator" content="photoseek contact sheet">'
_START = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{GENERATOR}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
"""
_STYLE = """<style>
:root { color-scheme: light dark; --page: #fff; --ink: #1b1b1b; --soft: #5c5c5c; --card: #f1f1f1; --link: #0b57d0 }
@media (prefers-color-scheme: dark) {
  :root { --page: #141414; --ink: #ececec; --soft: #a8a8a8; --card: #232323; --link: #9ec1ff }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 100rem; padding: 1rem 1.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: .5rem 0 }
h2 { font-size: 1.2rem; margin: 2rem 0 .25rem; break-after: avoid }
p { margin: .25rem 0; color: var(--soft) }
a { color: var(--link) }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none }
.photos { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .75rem; padding: 0;
  margin: .75rem 0; list-style: none }
.photos li { content-visibility: auto; contain-intrinsic-size: auto 14rem; break-inside: avoid }
figure { margin: 0; padding: .5rem; border-radius: .4rem; background: var(--card); height: 100% }
img, .none { display: block; width: 100%; height: 10rem; object-fit: contain }
.none { display: grid; place-items: center; color: var(--soft) }
figcaption { margin-top: .4rem; font-size: .85rem; overflow-wrap: anywhere }
figcaption span { display: block; color: var(--soft) }
@media print {
  :root { color-scheme: light; --page: #fff; --ink: #000; --soft: #333; --card: #fff; --link: #000 }
  body { max-width: none; padding: 0 }
  nav { display: none }
  .photos { grid-template-columns: repeat(4, 1fr) }
  .photos li { content-visibility: visible }
  figure { border: 1px solid #999 }
}
</style>
"""


@dataclass(frozen=True, slots=True)
class SheetPhoto:
    """A photo on a contact sheet."""

    name: str  # shown below it, and read to a person who can't see it
    thumbnail: bytes | None  # a JPEG; None: a box says that there is no thumbnail
    lines: tuple[str, ...] = ()  # below the name: a date, a probability


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the photos under it, which are asked for once, one after the other."""

    heading: str
    photos: Iterable[SheetPhoto]
    note: str = ""  # a sentence under the heading


def page(title: str, sections: Sequence[Section], note: str = "") -> Iterator[str]:
    """Yield the HTML piece by piece, a photo a piece. Every text in it is escaped."""
    yield f"{_START}<title>{_text(title)}</title>\n{_STYLE}</head>\n<body>\n"
    yield f'<header>\n<h1 dir="auto">{_text(title)}</h1>\n{_paragraph(note)}</header>\n'
    if len(sections) > 1:
        yield from _contents(sections)
    yield "<main>\n"
    for number, section in enumerate(sections, 1):
        yield from _section(number, section)
    yield "</main>\n</body>\n</html>\n"


def _contents(sections: Sequence[Section]) -> Iterator[str]:
    yield '<nav aria-label="Sections">\n<ul>\n'
    for number, section in enumerate(sections, 1):
        yield f'<li><a href="#section-{number}" dir="auto">{_text(section.heading)}</a></li>\n'
    yield "</ul>\n</nav>\n"


def _section(number: int, section: Section) -> Iterator[str]:
    name = f"section-{number}"
    yield f'<section aria-labelledby="{name}">\n<h2 id="{name}" dir="auto">{_text(section.heading)}</h2>\n'
    yield f'{_paragraph(section.note)}<ul class="photos">\n'
    for photo in section.photos:
        yield f"<li><figure>{_picture(photo)}\n<figcaption>{_caption(photo)}</figcaption></figure></li>\n"
    yield "</ul>\n</section>\n"


def _picture(photo: SheetPhoto) -> str:
    if photo.thumbnail is None:
        return '<div class="none">no thumbnail</div>'
    data = b64encode(photo.thumbnail).decode("ascii")
    return f'<img alt="{_text(f"Photo {photo.name}")}" decoding="async" src="data:image/jpeg;base64,{data}">'


def _caption(photo: SheetPhoto) -> str:
    lines = "".join(f'<span dir="auto">{_text(line)}</span>' for line in photo.lines)
    return f'<bdi dir="auto">{_text(photo.name)}</bdi>{lines}'


def _paragraph(note: str) -> str:
    return f'<p dir="auto">{_text(note)}</p>\n' if note else ""


def _text(text: str) -> str:
    """Escape a text for an element or an attribute; what HTML can't hold becomes a replacement character."""
    return escape("".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text))
