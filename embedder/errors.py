"""Errors of models. Each message says what happened and what to do."""

from photoseek.errors import PhotoseekError


class EmbedderError(PhotoseekError):
    """Base of every error that the embedder raises. The message is one sentence that names the remedy."""

    exit_code = 21
    http_kind = "model"


class UnknownModel(EmbedderError):
    """No model has this name."""

    exit_code = 10


class ModelNotUsable(EmbedderError):
    """The model is known, but its files or packages are missing or damaged."""

    exit_code = 11


class UnreadableText(EmbedderError):
    """The model was never trained on such text: its vector would mean nothing."""

    exit_code = 12
    http_status = 422
    http_kind = "unreadable-text"
