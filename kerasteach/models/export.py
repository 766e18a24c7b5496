"""`model.export`: the forward pass alone, for programs that know nothing of Keras."""

import os
import tempfile

from .. import tree
from ..backend.symbolic import is_keras_tensor
from ..training.static import graph_of

FORMATS = ("onnx",)


def export(model, filepath, format="tf_saved_model", verbose=None, input_signature=None, **kwargs):
    """Write a model's forward pass to a file.

    Args:
        model: a built model on the Torch backend.
        filepath: the file.
        format: `"onnx"`.
        verbose: whether to say where the file is; yes by default.
        input_signature: structure of `keras.InputSpec` or symbolic tensors, where the model does not know its inputs.
        **kwargs: `opset_version`, the version of ONNX's set of operators.

    Raises:
        ValueError: for another format or backend, or a model that does not know its inputs.
    """
    if format not in FORMATS:
        raise ValueError(
            f"Unrecognized format={format}. Supported formats are: {list(FORMATS)}.\nThe others belong to TensorFlow, OpenVINO "
            "or LiteRT, which are not here. Fix: model.export(path, format='onnx'), or save the model and export it with Keras."
        )
    if model.backend != "torch":
        raise ValueError(
            f"ONNX is written by Torch's exporter. Received: a model on the {model.backend} backend. "
            "Fix: model.to('torch').export(path, format='onnx')."
        )
    unknown = set(kwargs) - {"opset_version"}
    if unknown:
        raise TypeError(f"export() got unexpected arguments {sorted(unknown)}. Expected: opset_version.")
    structure, specs, names = _inputs(model, input_signature)

    def forward(tensors):
        return tree.flatten(model(tree.pack_sequence_as(structure, tensors), training=False))

    from ..backend.torch_export import export_onnx

    filepath = os.fspath(filepath)
    outputs = getattr(model, "outputs", None) or [None]
    named = [f"output_{i}" for i in range(len(outputs))] if len(outputs) > 1 else ["output"]
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(filepath))) as folder:
        unfinished = os.path.join(folder, "model.onnx")
        export_onnx(forward, model.weights, specs, (names, named), unfinished, kwargs.get("opset_version"))
        os.replace(unfinished, filepath)
    if verbose is None or verbose:
        print(f"Saved artifact at '{filepath}'.")


def _inputs(model, signature):
    """(structure of the inputs, [(shape, dtype)], names)."""
    if signature is not None:
        signature = signature[0] if isinstance(signature, (list, tuple)) and len(signature) == 1 else signature
        structure = signature
    elif hasattr(graph_of(model), "_plan"):
        structure = graph_of(model).input
    elif getattr(model, "_build_shapes", None):
        return 0, [(tuple(model._build_shapes), model.dtype)], ["input_0"]
    else:
        raise ValueError(
            f"The model '{model.name}' does not know its inputs: it has never been called.\n"
            "Fix: call it on data once, or pass input_signature=[keras.InputSpec(shape=(None, 8))]."
        )
    leaves = tree.flatten(structure)
    specs = [(tuple(x.shape), x.dtype or model.dtype) for x in leaves]
    names = [x._keras_history.operation.name if is_keras_tensor(x) else getattr(x, "name", None) or f"input_{i}" for i, x in enumerate(leaves)]
    return structure, specs, names
