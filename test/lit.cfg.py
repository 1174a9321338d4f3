"""How lit runs the FileCheck tests: `lit build/<preset>/test` or check-lit."""

import glob
import os
import platform
import shutil
import sys

import lit.formats
from lit.llvm import llvm_config

config.name = "LayerFusion"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "unit", "python"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.lf_obj_root, "test")

llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.lf_tools_dir, append_path=True)
# Captured names end with their function, so that a stale one cannot match.
llvm_config.with_environment("FILECHECK_OPTS", "--enable-var-scope")

# The checkout's own environment has what the tests need of PyPI.
venv_python = os.path.join(config.lf_src_root, ".venv", "bin", "python")
python = os.environ.get("LF_PYTHON") or (
    venv_python if os.path.exists(venv_python) else sys.executable
)
config.substitutions.append(("%python", python))
config.substitutions.append(("%cc", config.c_compiler))
config.substitutions.append(("%cxx", config.cxx_compiler))
config.substitutions.append(("%lf_src", config.lf_src_root))
config.substitutions.append(("%lf_obj", config.lf_obj_root))
config.substitutions.append(("%include", os.path.join(config.lf_src_root, "include")))

# Models with stored inputs and outputs, from outside the checkout.
models = []
if os.environ.get("LF_MODELS"):
    inputs = glob.glob(os.path.join(os.environ["LF_MODELS"], "*.in.npy"))
    models = sorted(name.replace(".in.npy", ".onnx") for name in inputs)
if models:
    config.available_features.add("models")
config.substitutions.append(("%models", " ".join(models)))

# Built if benchmarks are, fused-pairs where oneDNN is installed.
for benchmark in ("fused-pairs", "kernels"):
    if os.path.exists(os.path.join(config.lf_tools_dir, benchmark)):
        config.available_features.add(benchmark)
if platform.machine() in ("x86_64", "AMD64"):
    config.available_features.add("x86_64")
if shutil.which("valgrind"):
    config.available_features.add("valgrind")
if shutil.which("qemu-aarch64") and shutil.which("aarch64-linux-gnu-gcc"):
    config.available_features.add("aarch64-run")
