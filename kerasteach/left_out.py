"""What Keras 3.15 has and kerasteach has not, and why. Using such a name raises an error that says so.

`docs/left_out.md` is this table for readers; tests/parity/test_public_names.py holds that every public name of
Keras is either there or here.
"""

import sys

PRETRAINED = "pretrained image networks download hundreds of megabytes; build a small network, or load a `.keras` file"
QUANTIZATION = "weights are kept in floating point here, so that every number can be read"
MANY_DEVICES = "every process has the whole model and its part of each batch, DataParallel; no weight is split over devices"
TENSORFLOW = "it belongs to TensorFlow; there is no TensorFlow underneath"
JAX = "it wraps a JAX function; there is no JAX underneath"
AUGMENTATION = "one more augmentation of the kind that RandomFlip, RandomRotation, RandomZoom and RandomContrast teach"
BOXES = "bounding boxes are for object detection, which no lesson reaches; use Keras or torchvision"
SOUNDS = "one layer around the short-time Fourier transform; call keras.ops.stft, then take sizes and logarithms"
LEGACY = "kept in Keras for programs written for Keras 2; use the name without `legacy`"

COMPLEX = "numbers are real here; fft takes and gives pairs of real tensors, eigh symmetric matrices"

# A name, or a room and all that is in it -> the reason.
LEFT_OUT = {
    "applications": PRETRAINED,
    "quantizers": QUANTIZATION,
    "Quantizer": QUANTIZATION,
    "dtype_policies.AWQDTypePolicy": QUANTIZATION,
    "dtype_policies.GPTQDTypePolicy": QUANTIZATION,
    "dtype_policies.Int4DTypePolicy": QUANTIZATION,
    "dtype_policies.QuantizedDTypePolicy": QUANTIZATION,
    "dtype_policies.QuantizedFloat8DTypePolicy": QUANTIZATION,
    **dict.fromkeys([f"distribution.{n}" for n in ("LayoutMap", "ModelParallel", "distribute_tensor")], MANY_DEVICES),
    "distillation": "a distiller is a Model with its own train_step; write one, it is thirty lines and teaches more",
    "legacy": LEGACY,
    "optimizers.legacy": LEGACY,
    "optimizers.MultiOptimizer": "one optimizer trains all weights here; apply two by hand, each on its weights, in a train_step",
    "optimizers.OptimizerMap": "one optimizer trains all weights here; apply two by hand, each on its weights, in a train_step",
    "utils.legacy": LEGACY,
    "visualization": "pictures with boxes and masks drawn in; plot images with plotly or matplotlib",
    "utils.bounding_boxes": BOXES,
    "utils.FeatureSpace": "it hides what a lesson shows: make each column a layer (StringLookup, Discretization, CategoryEncoding) and Concatenate",
    "callbacks.OrbaxCheckpoint": "it writes JAX's file format; ModelCheckpoint and BackupAndRestore do the same in `.keras` and `.weights.h5`",
    "callbacks.TensorBoard": "TensorBoard is a program of its own; CSVLogger writes the same numbers, kerasteach.widgets draws them live",
    "export.ExportArchive": TENSORFLOW,
    "SymbolicScope": "it is Keras's own tool for building graphs; call layers on keras.Input instead",
    "layers.AugMix": AUGMENTATION,
    "layers.AutoContrast": AUGMENTATION,
    "layers.ContrastLimitedAdaptiveHistogramEqualization": AUGMENTATION,
    "layers.CutMix": AUGMENTATION,
    "layers.Equalization": AUGMENTATION,
    "layers.MixUp": AUGMENTATION,
    "layers.RandAugment": AUGMENTATION,
    "layers.RandomColorDegeneration": AUGMENTATION,
    "layers.RandomColorJitter": AUGMENTATION,
    "layers.RandomElasticTransform": AUGMENTATION,
    "layers.RandomErasing": AUGMENTATION,
    "layers.RandomGaussianBlur": AUGMENTATION,
    "layers.RandomHue": AUGMENTATION,
    "layers.RandomPerspective": AUGMENTATION,
    "layers.RandomPosterization": AUGMENTATION,
    "layers.RandomSaturation": AUGMENTATION,
    "layers.RandomSharpness": AUGMENTATION,
    "layers.Solarization": AUGMENTATION,
    "layers.MaxNumBoundingBoxes": BOXES,
    "layers.MelSpectrogram": SOUNDS,
    "layers.STFTSpectrogram": SOUNDS,
    "layers.HashedCrossing": "join the two strings and hash them with Hashing: the same idea in one layer",
    "wrappers": "scikit-learn's own tools take a small class with fit and predict around a model; nothing to teach here",
    "layers.TFSMLayer": TENSORFLOW,
    "layers.JaxLayer": JAX,
    "layers.FlaxLayer": JAX,
    "Layer.add_metric": "Keras 3 has only its name left; assign a metric to an attribute, as self.accuracy = keras.metrics.Mean()",
    "Layer.enable_lora": "low-rank adaptation is for models far larger than a lesson's",
    "Layer.quantize": QUANTIZATION,
    "Layer.variable_serialization_spec": QUANTIZATION,
    "Layer.quantized_build": QUANTIZATION,
    "Layer.quantized_call": QUANTIZATION,
    "Layer.get_quantization_layer_structure": QUANTIZATION,
    "Layer.rematerialized_call": "activations are kept, not computed again: lessons want to look at them",
    "remat": "activations are kept, not computed again: lessons want to look at them",
    "ops.image.elastic_transform": "random places, blurred and added to a grid: five lines with gaussian_blur and map_coordinates",
    **dict.fromkeys(
        ["ops.eig", "ops.linalg.eig", "ops.polar", "ops.nn.polar", "ops.view_as_complex", "ops.view_as_real"], COMPLEX
    ),
    **dict.fromkeys(["ops.jvp", "ops.linalg.jvp"], "gradients are taken backwards here; on Torch, torch.func.jvp takes them forwards"),
    **dict.fromkeys(["ops.lu_factor", "ops.linalg.lu_factor"], "NumPy has no LU; solve, inv, det and cholesky do what it is for"),
    "RematScope": "activations are kept, not computed again: lessons want to look at them",
}


def reason(name):
    """Return why a name of Keras is left out, or None if it is not.

    >>> reason("quantizers.AbsMaxQuantizer") == QUANTIZATION, reason("layers.Dense")
    (True, None)
    """
    while name:
        if name in LEFT_OUT:
            return LEFT_OUT[name]
        name = name.rpartition(".")[0]
    return None


def missing(room, name):
    """Return the error for a name that a module or class does not have.

    Args:
        room: where it was looked for, as Keras calls it: `"layers"`, or `""` for the package itself.
        name: what was looked for.
    """
    full = f"{room}.{name}" if room else name
    why = reason(full)
    if why is not None:
        return AttributeError(f"`keras.{full}` is left out of kerasteach: {why}.")
    module = sys.modules.get(f"{__package__}.{room}" if room else __package__)  # Python suggests its names that are close
    return AttributeError(f"kerasteach has no `keras.{full}`, and Keras 3.15 has none either", name=name, obj=module)


def getattr_of(room, lazy=None):
    """Return a module's `__getattr__`: it loads what is loaded late, and says why the rest is missing.

    Args:
        room: the module, as Keras calls it.
        lazy: function(name) -> the object, or None if there is none such.

    >>> getattr_of("layers")("TFSMLayer")
    Traceback (most recent call last):
    AttributeError: `keras.layers.TFSMLayer` is left out of kerasteach: it belongs to TensorFlow; there is no TensorFlow underneath.
    """

    def get(name):
        found = lazy(name) if lazy is not None else None
        if found is None:
            raise missing(room, name)
        return found

    return get
