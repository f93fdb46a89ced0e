"""Options of a command that works on a cluster, and the cluster that they name."""

from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from photoseek.cli.options import number, whole_number
from photoseek.cli.parser import Parser, UsageError, shown

if TYPE_CHECKING:
    from photoseek.indexer import Run
    from photoseek.indexer.cluster.cluster import Cluster
    from photoseek.indexer.extraction.extracting import Others

_MOST_PHOTOS = 1024  # of a block: more would be lost at once where a machine is
_MOST_GPUS = 8
_MOST_EMBEDDERS = 10_000


class Bounds(NamedTuple):
    """How many there are at least and at most."""

    least: int
    most: int


class OnCluster(Protocol):
    """A command with these options."""

    ray: str | None
    ray_batch: int | None
    ray_gpus: float | None
    ray_embedders: Bounds | None


def add_cluster(parser: Parser) -> None:
    """Add --ray, and how the cluster is used."""
    parser.option(
        "--ray",
        "ADDRESS",
        "Read, embed and extract on a Ray cluster: HOST:PORT, auto for the one this machine is in, or local for "
        "one of its own (docs/cluster.md).",
    )
    parser.option(
        "--ray-batch",
        "N",
        "With --ray: photos that are read, embedded and saved together; 32 if not named.",
        read=whole_number(1, _MOST_PHOTOS),
    )
    parser.option(
        "--ray-gpus",
        "SHARE",
        "With --ray: of a GPU for each embedder, as 1 or 0.5; 0, which is usual, uses none.",
        read=number(0, _MOST_GPUS),
    )
    parser.option(
        "--ray-embedders",
        "MIN-MAX",
        "With --ray: how many embedders there are; from 1 to one a machine, or what the GPUs take, if not named.",
        read=bounds,
    )


def bounds(text: str) -> Bounds:
    """Take two whole numbers with a dash between, or one that is both."""
    least, dash, most = text.partition("-")
    try:
        found = Bounds(int(least), int(most if dash else least))
    except ValueError:
        found = Bounds(0, 0)
    if not 1 <= found.least <= found.most <= _MOST_EMBEDDERS:
        raise ArgumentTypeError(f"“{shown(text)}” can't be used: name two whole numbers, as in 1-4, or one")
    return found


def refuse_no_cluster(command: OnCluster, *, reads_again: bool) -> None:
    """Raise UsageError where a cluster would have nothing to do, or none is named."""
    if command.ray is None:
        if any(how is not None for how in (command.ray_batch, command.ray_gpus, command.ray_embedders)):
            raise UsageError(
                "--ray-batch, --ray-gpus and --ray-embedders are about a cluster: name it by --ray"
            )
    elif reads_again:
        raise UsageError("--metadata is done on this machine: leave --ray out")


@contextmanager
def cluster_of(command: OnCluster) -> "Iterator[Cluster | None]":
    """Yield the cluster that was named, which is connected when there is something to do; None for none.

    Raises ClusterError where it can't be one.
    """
    if command.ray is None:
        yield None
        return
    from photoseek.indexer.cluster.cluster import BATCH, Cluster, ClusterOptions

    least, most = command.ray_embedders or (1, None)
    options = ClusterOptions(command.ray, command.ray_batch or BATCH, command.ray_gpus or 0.0, least, most)
    with closing(Cluster(options)) as cluster:
        yield cluster


def work_on(cluster: "Cluster | None", run: "Run") -> None:
    """Have a run read and embed on a cluster, if there is one."""
    if cluster is not None:
        run.blocks = cluster.blocks


def looked_at_by(cluster: "Cluster | None") -> "Others | None":
    """Return what has a cluster look at photos for an extractor, if there is one."""
    return None if cluster is None else cluster.looked
