"""ONNX by Torch's exporter: a function of tensors, written down for other programs to run."""

import logging
import warnings

import torch


class _Frozen(torch.nn.Module):
    """A function with its variables, as the exporter wants them."""

    def __init__(self, function, variables):
        super().__init__()
        self.function = function
        self.weights = torch.nn.ParameterList([torch.nn.Parameter(v.value.detach(), requires_grad=False) for v in variables])

    def forward(self, *inputs):
        return self.function(list(inputs))


def export_onnx(function, variables, specs, names, path, opset_version=None):
    """Write a function of a list of tensors as an ONNX file.

    Args:
        function: function(list of tensors) -> list of tensors.
        variables: the variables it uses.
        specs: (shape, dtype name) of each input; `None` is an axis of any length.
        names: (names of inputs, names of outputs).
        path: the file.
        opset_version: version of ONNX's set of operators; Torch's own choice by default.

    Raises:
        ImportError: if the packages that write ONNX are not installed.
    """
    _check_installed()
    device = variables[0].value.device if variables else "cpu"
    # An open axis is traced with 2: a length of 1 would be taken for one that broadcasts.
    samples = [torch.zeros([2 if n is None else n for n in shape], dtype=getattr(torch, dtype), device=device) for shape, dtype in specs]
    open_axes = [{i: torch.export.Dim.DYNAMIC for i, n in enumerate(shape) if n is None} for shape, _ in specs]
    with _quiet():
        torch.onnx.export(
            _Frozen(function, variables).eval(), tuple(samples), path, input_names=names[0], output_names=names[1],
            dynamic_shapes={"inputs": tuple(open_axes)}, opset_version=opset_version, dynamo=True, external_data=False,
            verbose=False,
        )  # fmt: skip


def _check_installed():
    try:
        import onnxscript  # noqa: F401
    except ImportError as error:
        error.add_note('Writing ONNX needs two packages. Fix: pip install "kerasteach[export]".')
        raise


class _quiet(warnings.catch_warnings):
    """The exporter warns of what is no concern of who calls `model.export`."""

    def __enter__(self):
        found = super().__enter__()
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        return found
