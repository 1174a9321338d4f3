#!/usr/bin/env bash
# Sets up (utils/setup.sh), then shows the way of a model: MobileNetV2 is written
# as an ONNX file, imported, simplified, compiled to an object file with a C
# header, linked with a C program and run; the result is compared with our JIT
# and with ONNX Runtime. All files lie in build/demo.
set -euo pipefail
# shellcheck source=utils/steps.sh
. "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

utils/setup.sh

out=$root/build/demo
model=$out/mobilenet_v2
mkdir -p "$out"
export PATH=$build/bin:$PATH
indent() { sed 's/^/     | /'; }

# The beginning of a module as text, without its weights and cut to a screen.
show() { # FILE LINES
  lf-opt "$1" --mlir-elide-elementsattrs-if-larger=8 --mlir-elide-resource-strings-if-larger=8 |
    grep -E 'func\.func|lf\.|linalg\.' | cut -c 1-150 | sed -n "1,$2p" | indent
}

step zoo "MobileNetV2 as an ONNX file, with seeded random weights" \
  "$venv/bin/python" -m layerfusion.zoo mobilenet_v2 -o "$model.onnx"
step input "an input image" \
  "$venv/bin/python" utils/demo-check.py input "$model.onnx" "$out/image.f32"
step import "import: ONNX to the lf dialect (lf-translate --onnx-to-lf)" \
  lf-translate --onnx-to-lf "$model.onnx" -o "$model.mlirbc"
step simplify "simplify: batch norms and activations into the layers (lf-opt --lf-simplify)" \
  lf-opt --lf-simplify "$model.mlirbc" --emit-bytecode -o "$model.simplified.mlirbc"
show "$model.simplified.mlirbc" 12
step object "compile: object code for this processor and a C header (lf-translate --lf-to-object)" \
  lf-translate --lf-to-object --name=mobilenet_v2 "$model.simplified.mlirbc" \
  -o "$model.o" --emit-header="$model.h"
grep -E '^int32_t mobilenet_v2\(|WORKSPACE_SIZE [0-9]' "$model.h" | indent
step link "link with docs/examples/mobilenet_v2.c and nothing but libm" \
  clang-22 -O2 -I "$out" docs/examples/mobilenet_v2.c "$model.o" -lm -o "$out/mobilenet_v2"
step run "run" "$out/mobilenet_v2" "$out/image.f32" "$out/scores.f32"
indent <"$logs/run.log"
step check "compare with the JIT and with ONNX Runtime" \
  "$venv/bin/python" utils/demo-check.py compare "$model.onnx" "$out/image.f32" "$out/scores.f32"
indent <"$logs/check.log"
say "==> the demo is complete; its files are in build/demo"
