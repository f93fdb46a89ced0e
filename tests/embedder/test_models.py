"""The catalogue says what is true, and a name that isn't in it says what to do."""

from pathlib import Path

import pytest

from photoseek.embedder import ModelNotUsable, ModelSource, UnknownModel, open_embedder
from photoseek.embedder.models import CATALOGUE, ships


@pytest.mark.slow
def test_every_open_clip_row_is_in_open_clips_registry() -> None:
    open_clip = pytest.importorskip("open_clip")
    torch = pytest.importorskip("torch")
    for row in CATALOGUE:
        if ships(row.name):
            continue
        architecture, pretrained = row.name.split("/")
        assert pretrained in open_clip.list_pretrained_tags_by_model(architecture)
        config = open_clip.get_model_config(architecture)
        assert config["embed_dim"] == row.dimension
        with torch.device("meta"):  # shapes without weights
            model = open_clip.create_model(architecture, pretrained=None, device="meta")
        assert round(sum(p.numel() for p in model.parameters()) * 4 / 1e6) == row.megabytes


@pytest.mark.parametrize("name", ["nonsense", "ViT-B-32"])
def test_an_unknown_name_says_which_there_are(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="photoseek-5"):
        open_embedder(ModelSource(name), tmp_path)


def test_a_model_that_ships_no_more_names_its_successor(tmp_path: Path) -> None:
    with pytest.raises(ModelNotUsable, match=r"photoseek index.*models use photoseek-5"):
        open_embedder(ModelSource("photoseek-1"), tmp_path)


@pytest.mark.slow
def test_an_architecture_that_open_clip_lacks_says_how_to_list_them(tmp_path: Path) -> None:
    pytest.importorskip("open_clip")
    with pytest.raises(UnknownModel, match="list_models"):
        open_embedder(ModelSource("ViT-Z-99/nowhere"), tmp_path)


@pytest.mark.slow
def test_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    pytest.importorskip("open_clip")
    with pytest.raises(ModelNotUsable, match="nowhere"):
        open_embedder(ModelSource("ViT-B-32", tmp_path / "nowhere.pt"), tmp_path)


@pytest.mark.slow
def test_weights_that_are_no_weights_are_named(tmp_path: Path) -> None:
    pytest.importorskip("open_clip")
    (tmp_path / "text.pt").write_text("not weights")
    with pytest.raises(ModelNotUsable, match=r"text\.pt"):
        open_embedder(ModelSource("ViT-B-32", tmp_path / "text.pt"), tmp_path)
