"""The JSON shapes of lists, for /openapi.json. A test compares them with real answers."""

from photoseek.searcher.web.shapes import Shape


class SmallPhotoShape(Shape):
    """A photo, as far as a page needs it to show it."""

    id: int
    ratio: float
    hash: str


class AlbumShape(Shape):
    """An album; `filter` asks for its photos. Until it is looked at, a query's `photos` are null.

    `may_edit` says whether who asks may put photos into it.
    """

    id: int
    name: str
    query: str | None
    filter: str
    may_edit: bool
    photos: int | None
    cover: SmallPhotoShape | None
    is_known: bool
    trouble: str | None


class AlbumsShape(Shape):
    """All albums, by name."""

    albums: list[AlbumShape]


class SuggestionOfAlbumShape(Shape):
    """An album that was suggested."""

    number: int
    name: str
    photos: int
    examples: list[SmallPhotoShape]


class SuggestedShape(Shape):
    """The albums that were suggested last."""

    suggested: list[SuggestionOfAlbumShape]


class DecidedShape(Shape):
    """The name of the suggestion, or of the album that it became, and the token that takes it back."""

    name: str
    undo: str


class TagOfLibraryShape(Shape):
    """A tag, with how many photos have it by whom, and of how many a person refused it."""

    name: str
    by_people: int
    by_models: int
    refused: int
    filter: str


class TagsShape(Shape):
    """All tags, by name."""

    tags: list[TagOfLibraryShape]


class ClusterShape(Shape):
    """Photos that lie together; `box` is south, west, north and east, in degrees."""

    name: str | None
    latitude: float
    longitude: float
    photos: int
    box: list[float]
    newest: SmallPhotoShape


class TownShape(Shape):
    """A town, for its name on a map."""

    name: str
    latitude: float
    longitude: float


class PlacesShape(Shape):
    """What a map shows; `located` counts all photos with a position that are not hidden."""

    photos: int
    located: int
    clusters: list[ClusterShape]
    towns: list[TownShape]


class LargestPlacesShape(Shape):
    """The towns around which most photos were taken."""

    located: int
    places: list[ClusterShape]
