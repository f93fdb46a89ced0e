"""What a picture is that can be moved towards words."""

from torch import nn


class Canvas(nn.Module):
    """A picture that can be moved: called, it gives (1, 3, height, width) from 0 to 1."""

    step_size: float
