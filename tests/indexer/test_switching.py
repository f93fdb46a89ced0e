"""From one model to the next: the old one answers, whole, until in one moment the next does."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from photoseek.cli.models.model_list import as_table
from photoseek.embedder import Embedder, FakeEmbedder, ModelSource, UnknownModel
from photoseek.indexer import Run, Summary, index
from photoseek.indexer.errors import ModelInUse
from photoseek.indexer.models.adding import add_model, remove_model
from photoseek.indexer.models.choice import choose, open_model
from photoseek.indexer.models.switching import Step, Switching
from photoseek.indexer.models.use import bring_to_use, by_others
from photoseek.indexer.watch.loop import WatchEvent, watch
from photoseek.searcher.model_list import listed
from photoseek.storage import Library, Root, UnknownName

_PATIENCE_S = 20


def _nothing(_library: Library, _embedder: Embedder) -> Callable[..., None]:
    return lambda *_: None


@pytest.fixture
def root(run: Run, photos: Path, make_photo) -> Root:
    for number in range(5):
        make_photo(photos / f"{number}.jpg", shade=number)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    return root


@pytest.fixture
def switching(run: Run) -> Switching:
    return Switching(run, _nothing)


def _states(library: Library) -> dict[str, str | None]:
    return {row.name: row.state for row in listed(library) if row.state}


@pytest.mark.usefixtures("root")
def test_with_no_model_on_its_way_there_is_no_step(switching: Switching) -> None:
    assert switching.step(Event()) is None


def test_a_library_whose_model_ships_no_more_goes_on_with_its_successor(
    run: Run, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(run.library, ModelSource("fake-3"))
    monkeypatch.setattr("photoseek.embedder.models._REPLACED", {run.model.name: "fake-2"})
    run.embedder, run.model = open_model(run.library)
    assert _states(run.library) == {"fake-2": "in use", "fake-3": "on its way", "fake": "added"}
    assert index(run, {root: [""]}).embedded == 5


@pytest.mark.usefixtures("root")
def test_a_model_chosen_where_the_one_in_use_ships_no_more_answers_at_once(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photoseek.embedder.models._REPLACED", {run.model.name: "fake-3"})
    _, at_once = choose(run.library, ModelSource("fake-2"))
    assert at_once


@pytest.mark.usefixtures("root")
def test_the_next_model_answers_once_all_photos_have_its_vectors(run: Run, switching: Switching) -> None:
    _, at_once = choose(run.library, ModelSource("fake-2"))
    assert not at_once
    assert _states(run.library) == {"fake": "in use", "fake-2": "on its way"}
    assert switching.step(Event()) == Step("fake-2", 5, 0, answers=True)
    assert _states(run.library) == {"fake-2": "in use", "fake": "added"}
    assert (run.model.name, run.embedder.facts.model_id) == ("fake-2", "fake-2")
    assert len(run.library.vector_index()) == 5
    assert switching.step(Event()) is None


@pytest.mark.usefixtures("root")
def test_stopped_at_any_photo_it_goes_on_from_there(run: Run, switching: Switching) -> None:
    choose(run.library, ModelSource("fake-2"))
    stop = Event()
    stop.set()
    step = switching.step(stop)
    assert step == Step("fake-2", 0, 5, answers=False)
    assert _states(run.library)["fake"] == "in use"
    assert len(run.library.vector_index()) == 5
    step = switching.step(Event())
    assert step is not None
    assert step.answers


def test_photos_that_come_meanwhile_get_vectors_of_both(
    run: Run, root: Root, switching: Switching, photos: Path, make_photo
) -> None:
    choose(run.library, ModelSource("fake-2"))
    make_photo(photos / "new.jpg", "blue")
    index(run, {root: [""]})
    assert len(run.library.vector_index()) == 6, "the old model's answers stay complete"
    assert switching.step(Event()) == Step("fake-2", 6, 0, answers=True)


@pytest.mark.usefixtures("root")
def test_photos_of_a_root_that_is_away_are_waited_for(run: Run, switching: Switching, photos: Path) -> None:
    choose(run.library, ModelSource("fake-2"))
    photos.rename(photos.with_name("away"))
    assert switching.step(Event()) == Step("fake-2", 0, 5, answers=False)
    photos.mkdir()  # where a disk is mounted
    assert switching.step(Event()) == Step("fake-2", 0, 5, answers=False)
    photos.rmdir()
    photos.with_name("away").rename(photos)
    assert switching.step(Event()) == Step("fake-2", 5, 0, answers=True)


@pytest.mark.usefixtures("root")
def test_another_disk_where_the_photos_lay_makes_nothing_missing(
    run: Run, switching: Switching, photos: Path, make_photo
) -> None:
    choose(run.library, ModelSource("fake-2"))
    photos.rename(photos.with_name("away"))
    for number in range(5):
        make_photo(photos / f"{number}.jpg", "blue", shade=number)
    assert switching.step(Event()) == Step("fake-2", 0, 5, answers=False)
    with run.library.catalog.read() as transaction:
        assert len(transaction.photos.present_ids()) == 5


@pytest.mark.usefixtures("root")
def test_choosing_the_model_in_use_calls_the_change_off(run: Run, switching: Switching) -> None:
    choose(run.library, ModelSource("fake-2"))
    assert choose(run.library, ModelSource("fake"))[1]
    assert switching.step(Event()) is None
    assert _states(run.library) == {"fake": "in use"}


@pytest.mark.usefixtures("root")
def test_a_model_that_cannot_be_had_is_said_once_and_changes_nothing(run: Run, switching: Switching) -> None:
    with run.library.catalog.write() as transaction:
        transaction.models.use_later(transaction.models.add("nonsense", 4, None))
    step = switching.step(Event())
    assert step is not None
    assert "no model" in str(step.why_not)
    assert switching.step(Event()) is None
    assert _states(run.library)["fake"] == "in use"


@pytest.mark.usefixtures("root")
def test_a_label_that_only_the_old_model_decided_is_named(run: Run, switching: Switching) -> None:
    from photoseek.storage import LabelRule

    with run.library.catalog.write() as transaction:
        transaction.label_rules.put([LabelRule("beach", "fake", 0.0, 1.0, 0.5)])
    choose(run.library, ModelSource("fake-2"))
    step = switching.step(Event())
    assert step is not None
    assert step.stale_labels == ("beach",)


def test_before_any_vector_a_model_answers_at_once(library: Library) -> None:
    assert open_model(library, ModelSource("fake"))[1].name == "fake"
    assert choose(library, ModelSource("fake-2"))[1]
    assert _states(library) == {"fake-2": "in use"}


@pytest.mark.usefixtures("root")
def test_a_chosen_model_is_brought_to_use_in_one_go_and_goes_on_after_a_stop(run: Run) -> None:
    model, _ = choose(run.library, ModelSource("fake-2"))
    stop = Event()
    stop.set()
    assert not bring_to_use(run.library, model, _nothing, stop, lambda _: None).answers
    assert by_others(run.library) is None
    with run.library.indexing():
        assert "the index that runs" in str(by_others(run.library))
    step = bring_to_use(run.library, model, _nothing, Event(), lambda _: None)
    assert (step.embedded, step.left, step.answers) == (5, 0, True)
    assert _states(run.library)["fake-2"] == "in use"


def test_a_watch_embeds_for_the_next_model_and_still_sees_new_photos(
    run: Run, root: Root, photos: Path, make_photo
) -> None:
    events: list[WatchEvent] = []
    thread = Thread(target=lambda: events.extend(watch(run, [root], Switching(run, _nothing))))
    thread.start()
    try:
        _until(lambda: any(isinstance(event, Summary) for event in events))
        choose(run.library, ModelSource("fake-2"))
        _until(lambda: _states(run.library).get("fake-2") == "in use")
        make_photo(photos / "later.jpg", "blue")
        _until(lambda: len(run.library.vector_index()) == 6)
    finally:
        run.stop.set()
        thread.join(_PATIENCE_S)
    assert [event for event in events if isinstance(event, Step)][-1].answers
    assert run.library.vector_index().model.name == "fake-2"


def _until(holds: Callable[[], bool]) -> None:
    latest = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < latest, "it did not come about"
        time.sleep(0.05)


@pytest.mark.usefixtures("root")
def test_a_model_that_answers_or_is_on_its_way_is_not_removed(run: Run) -> None:
    choose(run.library, ModelSource("fake-2"))
    for name in ("fake", "fake-2"):
        with pytest.raises(ModelInUse, match=name):
            remove_model(run.library, name)
    with pytest.raises(UnknownName, match="nowhere"):
        remove_model(run.library, "nowhere")


@pytest.mark.usefixtures("root")
def test_what_removing_a_model_frees_is_said(run: Run, switching: Switching) -> None:
    choose(run.library, ModelSource("fake-2"))
    switching.step(Event())
    compiled = run.library.compiled_folder / "fake"
    compiled.mkdir(parents=True)
    removed = remove_model(run.library, "fake")
    assert (removed.vectors, removed.freed_bytes) == (5, 5 * FakeEmbedder().facts.dimension * 2)
    assert _states(run.library) == {"fake-2": "in use"}
    assert len(run.library.vector_index()) == 5


def test_a_model_that_ships_is_added_by_its_name(library: Library) -> None:
    assert add_model(library, ModelSource("fake"), print).name == "fake"
    with pytest.raises(UnknownModel, match="nonsense"):
        add_model(library, ModelSource("nonsense"), print)
    assert "photoseek-5" in as_table(listed(library))
