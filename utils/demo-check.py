"""What utils/demo.sh needs of Python.

demo-check.py input MODEL IMAGE           writes an input for the model, as raw floats
demo-check.py compare MODEL IMAGE SCORES  compares the C program's scores with ours
                                          from the JIT and with ONNX Runtime's
"""

import sys
import time

import layerfusion
import numpy as np
import onnx
from layerfusion import zoo

# Largest difference allowed, as a part of the largest score.
TOLERANCE = 1e-4


def milliseconds(function, *arguments):
    """The result of a call and how long it took."""
    start = time.perf_counter()
    result = function(*arguments)
    return result, (time.perf_counter() - start) * 1e3


def with_jit(path, image):
    executable, compiling = milliseconds(layerfusion.compile, path)
    result, running = milliseconds(executable, image)
    print(f"JIT: compiled in {compiling:.0f} ms, ran in {running:.1f} ms")
    return result


def with_onnxruntime(path, image):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    (result,), running = milliseconds(
        session.run, None, {session.get_inputs()[0].name: image}
    )
    print(
        f"ONNX Runtime {onnxruntime.__version__}: ran in {running:.1f} ms (one thread)"
    )
    return result


def compare(path, image, scores):
    wrong = False
    for who, run in (("the JIT", with_jit), ("ONNX Runtime", with_onnxruntime)):
        try:
            expected = np.asarray(run(path, image)).reshape(-1)
        except ImportError as error:
            print(f"{who}: not compared ({error})")
            continue
        difference = np.abs(scores - expected).max() / np.abs(expected).max()
        verdict = "agrees" if difference <= TOLERANCE else "DIFFERS"
        print(
            f"{who} {verdict}: largest difference {difference:.1e} of the largest score"
        )
        wrong |= difference > TOLERANCE
    return 1 if wrong else 0


def main(command, path, image_path, *rest):
    image = zoo.test_input(onnx.load(path))
    if command == "input":
        image.tofile(image_path)
        return 0
    return compare(path, image, np.fromfile(rest[0], np.float32))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
