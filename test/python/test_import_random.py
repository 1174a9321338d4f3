# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Random models compute what ONNX Runtime computes."""

import layerfusion
import numpy as np
import onnxruntime
import pytest
from conftest import LONG
from random_model import RandomModel


@pytest.mark.parametrize("first", range(0, 1000 if LONG else 40, 20))
def test_as_onnxruntime(first, tmp_path):
    for seed in range(first, first + 20):
        random_model = RandomModel(seed)
        path = tmp_path / f"random_{seed}.onnx"
        path.write_bytes(random_model.model().SerializeToString())
        session = onnxruntime.InferenceSession(
            str(path), providers=["CPUExecutionProvider"]
        )
        expected = session.run(None, {"x": random_model.value})
        module = layerfusion.import_onnx(str(path))
        found = layerfusion.compile(module, opt_level=0)(random_model.value)
        found = found if isinstance(found, (list, tuple)) else [found]
        for y, z in zip(found, expected):
            assert y.shape == z.shape, f"seed {seed}"
            np.testing.assert_allclose(y, z, 1e-3, 1e-4, err_msg=f"seed {seed}")
