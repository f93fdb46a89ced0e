"""open_clip's tokenizers as a `tokenizer.json`, so that a question is read without torch."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.open_clip.downloading import from_hub

# What open_clip's cleaning (ftfy, html.unescape) makes of what people and phones type. What it does beyond
# these, mending text that was decoded wrongly, is for captions from the web.
_PLAIN = {
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("“”„‟", '"'),
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "&quot;": '"',
    "&#39;": "'",
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
    **{chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},  # full-width letters and digits
}
_WORDS = r"<start_of_text>|<end_of_text>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"
_PUNCTUATION = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^`{|}~]"""


def keep_tokenizer(architecture: str, given: Path | None, target: Path, *, shortened: bool) -> None:
    """Write what turns texts into the token ids that open_clip gives `architecture`.

    `given` is the `tokenizer.json` of an architecture that has none in open_clip. With `shortened`, texts are
    padded to the longest of a batch, else to the model's context. Raises ModelNotUsable.
    """
    import open_clip

    text = (open_clip.get_model_config(architecture) or {}).get("text_cfg", {})
    settings = text.get("tokenizer_kwargs", {})
    try:
        if "hf_tokenizer_name" in text:
            file = given or _downloaded(text["hf_tokenizer_name"])
            made, pad = (
                _from_file(file, settings.get("clean", "whitespace")),
                _padding_token(architecture, file),
            )
        else:
            from open_clip.tokenizer import SimpleTokenizer

            made, pad = _from_byte_pairs(SimpleTokenizer()), "!"
        context = text.get("context_length", 77)
        made.enable_truncation(context)
        made.enable_padding(
            pad_id=made.token_to_id(pad), pad_token=pad, length=None if shortened else context
        )
        made.save(str(target), pretty=False)  # which is read a fifth faster
    except ModelNotUsable:
        raise
    except Exception as error:  # tokenizers' own errors have no narrower type
        raise ModelNotUsable(
            f"the tokenizer of {architecture} can't be read ({str(error)[:120]}): give its tokenizer.json "
            "with --tokenizer"
        ) from error


def _from_byte_pairs(theirs: Any) -> Any:  # noqa: ANN401 (open_clip and tokenizers ship no types)
    """Make CLIP's own (Radford et al. 2021, §2.4): lower-cased byte pairs between a start and an end token."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.BPE(theirs.encoder, list(theirs.bpe_ranks), end_of_word_suffix="</w>"))
    made.normalizer = normalizers.Sequence(_cleaning("lower"))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), "removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    first, last = "<start_of_text>", "<end_of_text>"
    ends = [(token, theirs.encoder[token]) for token in (first, last)]
    made.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", pair=f"{first} $A $B {last}", special_tokens=ends
    )
    made.add_special_tokens([first, last])
    return made


def _from_file(file: Path, clean: str) -> Any:  # noqa: ANN401 (as above)
    """Read a tokenizer as its makers saved it, with open_clip's cleaning before its own."""
    from tokenizers import Tokenizer, normalizers

    made = Tokenizer.from_file(str(file))
    own = [made.normalizer] if made.normalizer else []
    made.normalizer = normalizers.Sequence([*_cleaning(clean), *own])
    return made


def _cleaning(clean: str) -> list[Any]:
    """Return the steps of open_clip's `get_clean_fn(clean)`."""
    from tokenizers import Regex, normalizers

    steps = [normalizers.NFC(), *(normalizers.Replace(mark, plain) for mark, plain in _PLAIN.items())]
    if clean == "canonicalize":
        steps += [normalizers.Replace("_", " "), normalizers.Replace(Regex(_PUNCTUATION), "")]
    if clean != "whitespace":
        steps.append(normalizers.Lowercase())
    return [*steps, normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]


def _downloaded(repository: str) -> Path:
    with suppress(ModelNotUsable):  # beside the other, it names the padding; some have none
        from_hub(repository, ("tokenizer_config.json",), "--tokenizer")
    return from_hub(repository, ("tokenizer.json",), "--tokenizer")


def _padding_token(architecture: str, file: Path) -> str:
    try:
        config: Mapping[str, Any] = json.loads((file.parent / "tokenizer_config.json").read_bytes())
    except (OSError, ValueError):
        config = {}
    token = config.get("pad_token")
    if isinstance(token, Mapping):  # with how it is to be stripped
        token = token.get("content")
    # SigLIP's first models were trained with the end token as padding.
    first_siglip = "siglip" in architecture.lower() and "siglip2" not in architecture.lower()
    return str(token or ("</s>" if first_siglip else "<pad>"))
