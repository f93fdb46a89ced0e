"""An object store of the tests' own on loopback: moto's server, in this process, started when a test needs it."""

import logging
import os
from collections.abc import Iterable
from functools import cache
from itertools import count
from typing import Any

_NUMBERS = count()
# What a person would set to use such a store.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


class ObjectStore:
    """The server; what is in its buckets stays while it is stopped."""

    def __init__(self) -> None:
        self._server: Any = None
        self._port = 0
        self.start()

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Answer, at the address from before if there is one."""
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request
        if self._server is None:
            self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
            self._server.start()
            _, self._port = self._server.get_host_and_port()

    def stop(self) -> None:
        """Answer no more: who asks is refused."""
        if self._server is not None:
            self._server.stop()
            self._server = None


@cache
def object_store() -> ObjectStore:
    """Return the one server of these tests, running."""
    return ObjectStore()


def stop_object_store() -> None:
    """Stop the server, if a test needed it."""
    if object_store.cache_info().currsize:
        object_store().stop()


class Bucket:
    """A new bucket, by the client that Amazon makes for Python rather than by what is tested."""

    def __init__(self, name: str | None = None) -> None:
        import boto3

        self.name = name or f"photos-{next(_NUMBERS)}"
        self.client = boto3.client(
            "s3",
            endpoint_url=object_store().address,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106 (any will do)
            region_name="us-east-1",
        )
        self.client.create_bucket(Bucket=self.name)

    def url(self, key: str = "") -> str:
        """Return the URL of the bucket, or of what is in it."""
        return f"s3://{self.name}/{key}" if key else f"s3://{self.name}"

    def put(self, key: str, content: bytes) -> None:
        """Write an object, or another in its place."""
        self.client.put_object(Bucket=self.name, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        """Return an object's content."""
        return bytes(self.client.get_object(Bucket=self.name, Key=key)["Body"].read())

    def put_many(self, content: bytes, keys: Iterable[str]) -> None:
        """Write objects of one content by the server's own model: a thousand requests would take 11 seconds."""
        from moto.core import DEFAULT_ACCOUNT_ID
        from moto.s3.models import s3_backends

        for key in keys:
            s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(self.name, key, content)

    def delete(self, key: str) -> None:
        """Delete an object."""
        self.client.delete_object(Bucket=self.name, Key=key)
