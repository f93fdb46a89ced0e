"""The video of a motion photo: inside the photo's file, or beside it under the same name."""

from collections.abc import Sequence
from functools import partial

from photoseek.searcher.hits.companions import begins_as_video, videos_beside
from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.files.originals import Original, none_unchanged
from photoseek.searcher.web.files.sending import FileToSend
from photoseek.storage import Photo, open_regular, status_at, status_of, within
from photoseek.storage.photo_formats import media_type

_LOOK_S = 5.0  # the longest that a disk may take to answer
_HEAD_BYTES = 12  # that show whether a file is a video


def motion_of(photo: Photo, files: Sequence[Original]) -> FileToSend:
    """Open the video of a motion photo. Raises Refused for a photo that has none, or has changed."""
    facts = photo.facts
    if facts.motion_at is not None and facts.motion_bytes is not None:
        for file in files:
            content = file.opened()
            if content is not None:
                tag = f"{facts.content_hash.hex()}-motion"
                return FileToSend(
                    file.path,
                    content,
                    media_type("MP4"),
                    tag,
                    begins=facts.motion_at,
                    size=facts.motion_bytes,
                )
        raise none_unchanged(photo.photo_id)
    for path in photo.paths:
        found = _beside(path)
        if found is not None:
            return found
    raise Refused(404, "no-motion", f"photo {photo.photo_id} has no video, in its file or beside it")


def _beside(path: str) -> FileToSend | None:
    """Open the first file beside a photo that is named, and begins, as its video does."""
    try:
        for video in within(_LOOK_S, path, partial(videos_beside, path, status_at)):
            file = open_regular(video)
            if begins_as_video(within(_LOOK_S, video, partial(file.read, _HEAD_BYTES))):
                status = status_of(file)
                kind = media_type("MOV" if video.lower().endswith(".mov") else "MP4")
                return FileToSend(video, file, kind, f"{status.st_mtime_ns:x}-{status.st_size:x}")
            file.close()
    except OSError:
        return None
    return None
