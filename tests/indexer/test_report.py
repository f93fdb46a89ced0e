"""What a person reads of a library says what its searches cost them."""

from pathlib import Path

import pytest

from photoseek.cli.library.status import say_glance
from photoseek.indexer import Run, index
from photoseek.indexer.disk.locations import places_for
from photoseek.indexer.wording import tag_again
from photoseek.storage.vector_index.base import INDEX_NAME
from photoseek.storage.vector_index.upkeep import IndexPolicy, save


@pytest.mark.parametrize(
    ("flat_until", "answer"),
    [(200_000, "exact: a question is compared with every vector"), (12, "of the ten nearest, as measured")],
)
def test_a_glance_tells_what_share_of_the_nearest_a_search_finds(
    run: Run, photos: Path, make_photo, capsys: pytest.CaptureFixture[str], flat_until: int, answer: str
) -> None:
    for shade in range(40):
        make_photo(photos / f"{shade}.jpg", ["red", "green", "blue"][shade % 3], shade)
    index(run, places_for(run.library, [photos]))
    with run.library.catalog.read() as transaction:
        model = transaction.models.in_use()
        assert model is not None
        policy = IndexPolicy(flat_until=flat_until, a_flat_list=8, least_rows=6)
        save(run.library.folder / INDEX_NAME, transaction, model, always=True, policy=policy)
    say_glance(run.library, answered=False, as_json=False)
    assert answer in capsys.readouterr().out


def test_a_few_labels_to_tag_by_again_are_named_and_many_are_counted() -> None:
    assert tag_again(["beach", "my dog"]).endswith(
        "run `photoseek tag --labels 'beach,my dog' --apply` again"
    )
    assert "with the file of these 400 labels" in tag_again(f"label {n}" for n in range(400))
