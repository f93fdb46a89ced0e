"""What an open_clip photo tower need not compute to give the same vectors: a tenth of what a ViT-B/32 does."""

from collections.abc import Sequence
from typing import Any


def compute_only_what_is_read(visual: Any) -> None:  # noqa: ANN401 (open_clip ships no types)
    """Make the last layer of a tower compute only the token that becomes the vector, if there is one.

    The other tokens only give their keys and values there.
    """
    from open_clip.transformer import ResidualAttentionBlock, VisionTransformer
    from torch import Tensor, nn

    class OfFirstToken(nn.Module):
        def __init__(self, block: ResidualAttentionBlock) -> None:
            super().__init__()
            self.block = block

        def forward(self, tokens: Tensor, attn_mask: Tensor | None = None) -> Tensor:
            block, seen = self.block, self.block.ln_1(tokens)
            attended = block.attention(seen[:, :1], seen, seen, attn_mask)
            first = tokens[:, :1] + block.ls_1(attended)
            computed: Tensor = first + block.ls_2(block.mlp(block.ln_2(first)))
            return computed

    if type(visual) is not VisionTransformer or visual.attn_pool is not None or visual.pool_type != "tok":
        return
    blocks = visual.transformer.resblocks
    if visual.transformer.batch_first and type(blocks[-1]) is ResidualAttentionBlock:
        blocks[-1] = OfFirstToken(blocks[-1])


def take_bytes(visual: Any, mean: Sequence[float], std: Sequence[float]) -> bool:  # noqa: ANN401 (as above)
    """Make a tower take (n, size, size, 3) uint8 photos, if its patches don't overlap; returns whether it does.

    Each patch is then one product with the bytes themselves, `mean` and `std` being part of the weights.
    """
    import torch
    from open_clip.transformer import VisionTransformer
    from torch import Tensor, nn

    class Patches(nn.Module):
        def __init__(self, convolution: nn.Conv2d) -> None:
            super().__init__()
            self.side = convolution.kernel_size[0]
            scale = 255 * torch.tensor(std).view(1, 3, 1, 1)
            of_bytes = convolution.weight.detach() / scale
            shift = (of_bytes * 255 * torch.tensor(mean).view(1, 3, 1, 1)).sum((1, 2, 3))
            self.linear = nn.Linear(of_bytes[0].numel(), len(of_bytes))
            self.linear.weight.data = of_bytes.permute(0, 2, 3, 1).flatten(1).contiguous()
            self.linear.bias.data = -shift

        def forward(self, photos: Tensor) -> Tensor:
            n, height, width, channels = photos.shape
            down, across = height // self.side, width // self.side
            rows = photos.reshape(n, down, self.side, across, self.side * channels)
            patches = rows.permute(0, 1, 3, 2, 4).reshape(n, down * across, -1)
            seen: Tensor = self.linear(patches.to(self.linear.weight.dtype))
            return seen.permute(0, 2, 1)  # as a convolution gives them, its patches in a row

    if type(visual) is not VisionTransformer or any(
        side % patch for side, patch in zip(visual.image_size, visual.patch_size, strict=True)
    ):
        return False
    visual.conv1 = Patches(visual.conv1)
    return True
