"""What a store, and the packages that speak to it, raise, in sentences: one kind of OSError."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from photoseek.storage.names import for_terminal
from photoseek.storage.objects.urls import LOCAL, ObjectPath

_EXTRA = "them with `pip install 'photoseek[store]'`"
_OF_THE_EXTRA = frozenset({"s3", LOCAL})
# Of errors that say that nothing answered, by the names of their classes: their packages need not be loaded.
_SILENT = frozenset(
    {
        "builtins.ConnectionError",
        "builtins.TimeoutError",
        "socket.gaierror",
        "fsspec.exceptions.FSTimeoutError",
        "aiohttp.client_exceptions.ClientError",
        "botocore.exceptions.ConnectionError",
        "botocore.exceptions.HTTPClientError",
    }
)
_NO_CREDENTIALS = frozenset(
    {
        "botocore.exceptions.NoCredentialsError",
        "botocore.exceptions.PartialCredentialsError",
        "botocore.exceptions.CredentialRetrievalError",
        "botocore.exceptions.TokenRetrievalError",
        "botocore.exceptions.SSOError",
        "botocore.exceptions.ProfileNotFound",
    }
)
# The codes by which S3 refuses the credentials, rather than a single request.
_REFUSED = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"})
_EXPIRED = frozenset({"s3fs.utils.FileExpired", "fsspec.exceptions.FileExpired"})
_MOST_SAID = 120  # characters of what a package says


class StoreFailure(OSError):
    """A store can't be asked, or doesn't give what was asked for; the message is a sentence with the remedy."""

    is_away = False  # whether the store as a whole is, so that it says nothing of any object


class StoreAway(StoreFailure):
    """A store that doesn't answer, or not to us."""

    is_away = True


class ObjectChanged(StoreFailure):
    """An object was replaced while it was read."""


@contextmanager
def in_sentences(of: ObjectPath) -> Iterator[None]:
    """Translate errors about an object or a prefix.

    Raises StoreFailure, and FileNotFoundError for an object that is not there.
    """
    try:
        yield
    except StoreFailure:
        raise
    except ImportError as error:
        named = _EXTRA if of.scheme in _OF_THE_EXTRA else "those that fsspec names for it"
        raise StoreAway(f"{of.scheme}:// needs packages that are not installed: install {named}") from error
    except Exception as error:
        raise _translated(error, of) from error


def _translated(error: Exception, of: ObjectPath) -> OSError:
    kinds, code = _names_of(error), _code_of(error)
    away = _why_away(kinds, code, of)
    if away is not None:
        return StoreAway(away)
    if not kinds.isdisjoint(_EXPIRED):
        return ObjectChanged("the object was replaced while it was read: index again")
    if isinstance(error, PermissionError):
        shown = for_terminal(of.url)
        return StoreFailure(f"access to {shown} is denied: see what your credentials may do there")
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return FileNotFoundError(errno.ENOENT, "there is no such object", of.url)
    said = f"{code}, " if code else ""
    return StoreFailure(f"the object store failed ({said}{type(error).__name__}): try again later")


def _why_away(kinds: set[str], code: str | None, of: ObjectPath) -> str | None:
    """Return why the store as a whole can't be used; None if it answered."""
    shown = for_terminal(of.bucket or of.path)
    if not kinds.isdisjoint(_NO_CREDENTIALS):
        return (
            f"no credentials for {of.scheme}:// are found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or run `aws configure`"
        )
    if code in _REFUSED:
        return f"the credentials for {shown} are refused ({code}): see that they are right and in time"
    if code == "NoSuchBucket":
        return f"there is no bucket {shown}: check its name, and AWS_ENDPOINT_URL if you set it"
    if not kinds.isdisjoint(_SILENT):
        return (
            f"the object store of {shown} does not answer: check the network, and AWS_ENDPOINT_URL if you set it; "
            "it is looked at once it answers"
        )
    return None


def _names_of(error: BaseException) -> set[str]:
    """Return the names of an error's classes, and of those that caused it."""
    names: set[str] = set()
    found: BaseException | None = error
    while found is not None:
        names |= {f"{one.__module__}.{one.__qualname__}" for one in type(found).__mro__}
        found = found.__cause__
    return names


def _code_of(error: BaseException) -> str | None:
    found: BaseException | None = error
    while found is not None:
        response = getattr(found, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code", ""))[:_MOST_SAID]
        found = found.__cause__
    return None
