"""Compiles and runs a small network with the installed package, and checks that
it is the installed one: nothing of a checkout or a build folder."""

import sys

import layerfusion
import numpy as np

package = layerfusion.__file__
assert package.startswith(sys.prefix), f"{package} is not under {sys.prefix}"

module = layerfusion.parse("""
  func.func @main(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
    %y = lf.activate %x relu6 : tensor<1x4x4x2xf32>
    return %y : tensor<1x4x4x2xf32>
  }""")
run = layerfusion.compile(module)
x = np.linspace(-8, 8, 32, dtype=np.float32).reshape(1, 4, 4, 2)
np.testing.assert_array_equal(run(x), np.clip(x, 0, 6))
print(f"{package} works")
