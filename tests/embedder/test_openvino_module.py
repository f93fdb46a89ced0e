"""OpenVINO as it is loaded."""

import subprocess
import sys

_TWO_THREADS_MEET_ITS_FIRST_ARRAY = """
import sys
from threading import Barrier, Thread
import numpy as np
from photoseek.embedder.openvino.core import openvino, processor

sys.setswitchinterval(1e-6)
loaded = openvino()
from openvino import opset8 as operations
photo = operations.parameter([4], np.uint8)
graph = loaded.Model([operations.relu(operations.convert(photo, "f32"))], [photo])
compiled = processor().compile_model(graph, "CPU")
requests = [compiled.create_infer_request() for _ in range(8)]
barrier = Barrier(len(requests))

def infer(request):
    barrier.wait()
    request.infer([np.ones(4, np.uint8)])

threads = [Thread(target=infer, args=(request,)) for request in requests]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("all embedded")
"""


def test_threads_that_embed_first_at_the_same_moment_do_not_wait_for_each_other_for_ever() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TWO_THREADS_MEET_ITS_FIRST_ARRAY], capture_output=True, timeout=60, check=True
    )
    assert done.stdout.split() == [b"all", b"embedded"]
