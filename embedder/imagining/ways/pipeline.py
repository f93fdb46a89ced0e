"""By any of diffusers' pipelines that takes words, from its folder alone."""

import inspect
from typing import Any
from warnings import catch_warnings

import torch

from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.imagining.steering import Step
from photoseek.embedder.imagining.ways.work import Drawn, Work, resized
from photoseek.errors import PhotoseekError


def draw(work: Work) -> Drawn:
    """Let the pipeline draw, at its own size."""
    request = work.request
    assert request.pipeline is not None  # noqa: S101 (who asks for this way names one)
    assert work.towards.size  # noqa: S101 (words that the model can't read are refused before anything takes long)
    with catch_warnings(action="ignore"):  # of what its parts' authors are to change
        return _drawn(work)


def _drawn(work: Work) -> Drawn:
    request = work.request
    assert request.pipeline is not None  # noqa: S101 (as above)
    pipeline = _loaded(work)
    takes = inspect.signature(pipeline.__call__).parameters
    if "prompt" not in takes or any(
        one.default is inspect.Parameter.empty and name != "prompt" and one.kind is one.POSITIONAL_OR_KEYWORD
        for name, one in takes.items()
    ):
        raise ModelNotUsable(f"{request.pipeline.folder} draws not from words alone: name another pipeline")
    taken = 0

    def on_step_end(running: Any, number: int, _: object, kept: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 (diffusers', untyped)
        nonlocal taken
        taken = number + 1
        of = max(int(getattr(running, "num_timesteps", 0) or 0), taken)
        if not work.on_step(Step(taken, of)):
            running._interrupt = True  # as diffusers' "Pipeline callbacks" says
        return kept

    options: dict[str, Any] = {
        "negative_prompt": request.negative or None,
        "num_inference_steps": request.steps,
        "guidance_scale": request.guidance,
        "callback_on_step_end": on_step_end,
    }
    given = {name: value for name, value in options.items() if value is not None}
    untaken = given.keys() - takes.keys() - {"callback_on_step_end"}
    if untaken:
        raise ModelNotUsable(
            f"{request.pipeline.folder} takes no {', '.join(sorted(untaken))}: leave out what sets it"
        )
    try:
        picture = pipeline(
            request.words,
            generator=torch.Generator().manual_seed(request.seed),
            **{name: value for name, value in given.items() if name in takes},
        ).images[0]
        pixels = resized(picture, request.size)
    except PhotoseekError:  # of a step: a picture that can't be written
        raise
    except Exception as error:  # of many kinds: of each pipeline's own code, for what it lacks
        raise ModelNotUsable(
            f"the pipeline in {request.pipeline.folder} can't draw from words ({str(error).strip()[:200]}): name "
            "another pipeline"
        ) from error
    return Drawn(pixels, taken or 1)


def _loaded(work: Work) -> Any:  # noqa: ANN401 (diffusers', untyped)
    import diffusers
    import transformers

    files = work.request.pipeline
    assert files is not None  # noqa: S101 (as above)
    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()
    try:
        pipeline = diffusers.DiffusionPipeline.from_pretrained(
            str(files.folder),
            use_safetensors=True,
            local_files_only=True,
            dtype=torch.float32,
            variant="fp16" if files.half else None,
        )
    except Exception as error:  # of many kinds, as many as there are libraries of parts
        raise ModelNotUsable(
            f"the pipeline in {files.folder} can't be loaded ({str(error).strip()[:200]}): download it again"
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
