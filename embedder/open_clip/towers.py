"""The two towers of an open_clip model as modules from pixels and token ids to unit vectors."""

from collections.abc import Sequence
from typing import Any

from photoseek.embedder.open_clip.shortcuts import compute_only_what_is_read, take_bytes


def photo_module(model: Any, mean: Sequence[float], std: Sequence[float], dtype: str) -> Any:  # noqa: ANN401 (open_clip ships no types)
    """Return what takes (n, size, size, 3) uint8 RGB to (n, dimension) float32; inside it computes in `dtype`."""
    import torch
    from torch import Tensor, nn

    numbers: torch.dtype = getattr(torch, dtype)

    class Photos(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            compute_only_what_is_read(model.visual)
            self.takes_bytes = take_bytes(model.visual, mean, std)
            self.visual = model.visual.to(numbers)
            # Buffers, so that they go to the device that the module goes to.
            self.mean: Tensor
            self.std: Tensor
            for name, values in (("mean", mean), ("std", std)):
                self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1) * 255, persistent=False)

        def forward(self, photos: Tensor) -> Tensor:
            if self.takes_bytes:
                seen = self.visual(photos)
            else:
                pixels = (photos.permute(0, 3, 1, 2).float() - self.mean) / self.std
                seen = self.visual(pixels.to(numbers))
            return nn.functional.normalize(seen.float(), dim=-1)

    return Photos().eval()


def text_module(model: Any) -> Any:  # noqa: ANN401 (as above)
    """Return what takes (n, length) token ids to (n, dimension) float32."""
    from torch import Tensor, nn

    class Texts(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.short = shortens(model)

        def forward(self, ids: Tensor) -> Tensor:
            if not self.short:
                return nn.functional.normalize(self.model.encode_text(ids), dim=-1)
            # What open_clip's CLIP.encode_text does, but with no more positions than there are tokens.
            length = ids.shape[1]
            seen = self.model.token_embedding(ids) + self.model.positional_embedding[:length]
            read = self.model.transformer(seen, attn_mask=self.model.attn_mask[:length, :length])
            last = ids.argmax(dim=-1, keepdim=True).unsqueeze(-1).expand(-1, -1, read.shape[-1])
            pooled = self.model.ln_final(read).gather(1, last).squeeze(1)
            return nn.functional.normalize(pooled @ self.model.text_projection, dim=-1)

    return Texts().eval()


def shortens(model: Any) -> bool:  # noqa: ANN401 (as above)
    """Whether a text's padding can be left out: each word sees only those before it, and the last is read."""
    import open_clip
    from torch import nn

    return (
        type(model) is open_clip.CLIP
        and model.attn_mask is not None
        and model.text_pool_type == "argmax"
        and isinstance(model.text_projection, nn.Parameter)
    )
