# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""LayerFusion as an ONNX backend: the standard interface of ONNX runtimes.

    import onnx
    import layerfusion.backend as backend

    rep = backend.prepare(onnx.load("model.onnx"))
    (y,) = rep.run([x])

Compiled code has static shapes, and takes what only parametrises a model
(the target of a Reshape, the indices of a Gather, a batch norm's statistics) as
constants. An ONNX model may leave both open until it runs. So a prepared model
is compiled, if need be, when its first inputs come, for their shapes and for
the values of those inputs that must be constants; and again for other shapes
and values. What was compiled is kept.

Needs the onnx package.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.base import Backend, BackendRep, namedtupledict

import layerfusion
from layerfusion.errors import CompileError

# How many specializations of a model are kept.
_KEPT = 16


class LayerFusionRep(BackendRep):
    """A model that is ready to run."""

    def __init__(self, model: onnx.ModelProto, opt_level: int = 3) -> None:
        self._model = model
        self._opt_level = opt_level
        initialized = {tensor.name for tensor in model.graph.initializer}
        self._inputs = [i for i in model.graph.input if i.name not in initialized]
        names = [output.name for output in model.graph.output]
        self._outputs = namedtupledict("Outputs", names)
        self._compiled: OrderedDict[Any, _Specialization] = OrderedDict()
        if all(_is_static(i) for i in self._inputs):
            self._prepare_static()

    def run(self, inputs: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Runs the model on `inputs`: arrays in the model's order, a mapping from
        names to arrays, or one array. Returns a named tuple of the outputs.

        Raises ValueError for inputs that do not fit the model, CompileError if
        it cannot be compiled for them.
        """
        arrays = self._ordered(inputs)
        shapes = tuple((a.shape, a.dtype.str) for a in arrays)
        for specialization in reversed(self._compiled.values()):
            if specialization.serves(shapes, arrays):
                return self._outputs(*specialization.run(arrays))
        specialization = self._specialize(arrays)
        self._keep(specialization, shapes)
        return self._outputs(*specialization.run(arrays))

    def _prepare_static(self) -> None:
        """Compiles now what needs to know nothing of the inputs' values."""
        try:
            exe = self._compile(self._model)
        except CompileError:
            # Perhaps some of the inputs have to be constants.
            if len(self._inputs) < 2 and all(map(_is_float, self._inputs)):
                raise
            return
        shapes = tuple((io.shape, np.dtype(io.dtype).str) for io in exe.inputs)
        self._keep(_Specialization(exe, {}, len(self._inputs)), shapes)

    def _specialize(self, arrays: list[np.ndarray]) -> _Specialization:
        """Compiles with as few inputs fixed as are needed."""
        for fixed in _candidates(self._inputs):
            values = {index: arrays[index] for index in fixed}
            try:
                exe = self._compile(_fix(self._model, self._inputs, arrays, values))
            except CompileError as error:
                failure = error
            else:
                return _Specialization(exe, values, len(arrays))
        raise failure

    def _compile(self, model: onnx.ModelProto) -> layerfusion.Executable:
        name = model.graph.name or "model"
        module = layerfusion.import_onnx(model, name=name)
        return layerfusion.compile(module, opt_level=self._opt_level, name="onnx_model")

    def _keep(self, specialization: _Specialization, shapes: Any) -> None:
        specialization.shapes = shapes
        self._compiled[id(specialization)] = specialization
        if len(self._compiled) > _KEPT:
            self._compiled.popitem(last=False)

    def _ordered(self, inputs: Any) -> list[np.ndarray]:
        names = [i.name for i in self._inputs]
        if isinstance(inputs, Mapping):
            missing = [name for name in names if name not in inputs]
            if missing:
                raise ValueError(f"no value for the inputs {missing}")
            inputs = [inputs[name] for name in names]
        elif isinstance(inputs, np.ndarray):
            inputs = [inputs]
        if len(inputs) != len(names):
            raise ValueError(f"expected {len(names)} inputs {names}, got {len(inputs)}")
        # Reshaped, as NumPy makes an array of one element of a scalar.
        return [np.ascontiguousarray(a).reshape(np.shape(a)) for a in inputs]


class _Specialization:
    """Code for inputs of given shapes, some of them with given values."""

    def __init__(
        self, exe: layerfusion.Executable, values: dict[int, np.ndarray], count: int
    ) -> None:
        self.shapes: Any = None
        self._exe = exe
        self._values = {index: value.copy() for index, value in values.items()}
        self._free = [index for index in range(count) if index not in values]

    def serves(self, shapes: Any, arrays: list[np.ndarray]) -> bool:
        return shapes == self.shapes and all(
            # As bytes: zeros of either sign are different constants.
            value.tobytes() == arrays[index].tobytes()
            for index, value in self._values.items()
        )

    def run(self, arrays: list[np.ndarray]) -> tuple[np.ndarray, ...]:
        outputs = self._exe(*(arrays[index] for index in self._free))
        return outputs if isinstance(outputs, tuple) else (outputs,)


def _is_float(value: onnx.ValueInfoProto) -> bool:
    return value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT


def _is_static(value: onnx.ValueInfoProto) -> bool:
    tensor = value.type.tensor_type
    return tensor.HasField("shape") and all(
        dim.HasField("dim_value") for dim in tensor.shape.dim
    )


def _candidates(inputs: Sequence[onnx.ValueInfoProto]) -> Iterator[list[int]]:
    """The inputs to fix, by index: none; those that are no floats (shapes, axes,
    indices, conditions); all but the first (its parameters)."""
    others = [i for i, value in enumerate(inputs) if not _is_float(value)]
    rest = list(range(1, len(inputs)))
    seen: list[list[int]] = []
    for fixed in ([], others, sorted({*others, *rest})):
        if fixed not in seen:
            seen.append(fixed)
            yield fixed


def _fix(
    model: onnx.ModelProto,
    inputs: Sequence[onnx.ValueInfoProto],
    arrays: list[np.ndarray],
    values: dict[int, np.ndarray],
) -> onnx.ModelProto:
    """A copy of the model with the arrays' shapes and some inputs as initializers."""
    fixed = onnx.ModelProto()
    fixed.CopyFrom(model)
    by_name = {value.name: index for index, value in enumerate(inputs)}
    for value in list(fixed.graph.input):
        index = by_name.get(value.name)
        if index in values:
            fixed.graph.initializer.append(
                numpy_helper.from_array(values[index], value.name)
            )
        elif index is not None and value.type.HasField("tensor_type"):
            shape = value.type.tensor_type.shape
            if len(shape.dim) not in (0, arrays[index].ndim):
                raise ValueError(
                    f"input '{value.name}' has {len(shape.dim)} dimensions, "
                    f"got shape {arrays[index].shape}"
                )
            shape.SetInParent()
            for axis, size in enumerate(arrays[index].shape):
                dim = shape.dim[axis] if axis < len(shape.dim) else shape.dim.add()
                if not dim.HasField("dim_value"):
                    dim.dim_value = size
    return fixed


class LayerFusionBackend(Backend):
    """See onnx.backend.base.Backend."""

    @classmethod
    def prepare(
        cls, model: onnx.ModelProto, device: str = "CPU", **kwargs: Any
    ) -> LayerFusionRep:
        """Gets a model ready to run. `opt_level` (0 to 3) is passed to the compiler.

        Raises ValueError for another device than the CPU, CompileError if the
        model cannot be compiled.
        """
        if not cls.supports_device(device):
            raise ValueError(f"the device must be CPU, got '{device}'")
        opt_level = kwargs.pop("opt_level", 3)
        super().prepare(model, device, **kwargs)
        return LayerFusionRep(model, opt_level)

    @classmethod
    def run_model(
        cls, model: onnx.ModelProto, inputs: Any, device: str = "CPU", **kwargs: Any
    ) -> tuple[Any, ...]:
        """Prepares a model and runs it once."""
        return cls.prepare(model, device, **kwargs).run(inputs)

    @classmethod
    def run_node(
        cls,
        node: onnx.NodeProto,
        inputs: Any,
        device: str = "CPU",
        outputs_info: Sequence[tuple[np.dtype, tuple[int, ...]]] | None = None,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Runs a single node, of `opset_version` if given, on its inputs in order."""
        opset = {k: kwargs[k] for k in ("opset_version",) if k in kwargs}
        super().run_node(node, inputs, device, outputs_info, **opset)
        names = [name for name in node.input if name]
        arrays = [np.asarray(array) for array in inputs]
        graph = onnx.helper.make_graph(
            [node],
            node.op_type,
            [
                onnx.helper.make_tensor_value_info(
                    name, onnx.helper.np_dtype_to_tensor_dtype(a.dtype), a.shape
                )
                for name, a in zip(names, arrays)
            ],
            [onnx.helper.make_empty_tensor_value_info(o) for o in node.output if o],
        )
        version = kwargs.pop("opset_version", min(onnx.defs.onnx_opset_version(), 22))
        model = onnx.helper.make_model(
            graph, opset_imports=[onnx.helper.make_opsetid("", version)]
        )
        opt_level = kwargs.get("opt_level", 3)
        if not cls.supports_device(device):
            raise ValueError(f"the device must be CPU, got '{device}'")
        return LayerFusionRep(model, opt_level).run(arrays)

    @classmethod
    def supports_device(cls, device: str) -> bool:
        """Whether models can run on `device`: "CPU", as ONNX writes it."""
        return device.split(":")[0] == "CPU"


is_compatible = LayerFusionBackend.is_compatible
prepare = LayerFusionBackend.prepare
run_model = LayerFusionBackend.run_model
run_node = LayerFusionBackend.run_node
supports_device = LayerFusionBackend.supports_device
