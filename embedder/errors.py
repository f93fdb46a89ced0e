"""What can go wrong with a model, each said with its remedy."""

from photoseek.errors import PhotoseekError


class EmbedderError(PhotoseekError):
    """Base of every error the embedder raises: the message is one sentence that names the remedy."""

    exit_code = 21
    http_kind = "model"


class UnknownModel(EmbedderError):
    """No model has this name."""

    exit_code = 10


class ModelNotUsable(EmbedderError):
    """The model is known, but its files or its packages are not here or not whole."""

    exit_code = 11


class UnreadableText(EmbedderError):
    """The model was never trained on such text: its vector would mean nothing."""

    exit_code = 12
    http_status = 422
    http_kind = "unreadable-text"
