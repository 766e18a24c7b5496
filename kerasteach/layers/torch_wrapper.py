"""A module of Torch as a layer."""

import base64

from .. import backend
from ..backend.modes import DRAWING
from ..saving.safety import is_safe
from .layer import Layer


class TorchModuleWrapper(Layer):
    """A `torch.nn.Module` as a layer: its parameters become variables of the layer.

    Only on the Torch backend. A module assigned to an attribute of a layer is wrapped by itself.

    Args:
        module: the module; a lazy one must have been called once.
        name: name.
        output_shape: shape of the output; usually found by itself.

    Input shape: what the module takes. Output shape: what it gives.

    Raises:
        ValueError: for a layer on another backend, what is no module, or a lazy module without parameters.

    Source: https://keras.io/api/layers/backend_specific_layers/torch_module_wrapper/

    >>> import torch, kerasteach as keras
    >>> with keras.config.set_backend("torch"):
    ...     layer = TorchModuleWrapper(torch.nn.Linear(3, 2))
    >>> [v.shape for v in layer.weights], layer.compute_output_shape((None, 3))
    ([(2, 3), (2,)], (None, 2))
    """

    static = False  # what a module does is not made of ops

    def __init__(self, module, name=None, output_shape=None, **kwargs):
        super().__init__(name=name, **kwargs)
        if not self._backend.is_module(module):
            raise ValueError(
                f"TorchModuleWrapper needs a torch.nn.Module and the Torch backend. Received: module={module!r} on the "
                f"{self._backend.name} backend.\nFix: keras.config.set_backend('torch') before layers are made."
            )
        if self._backend.is_unfinished(module):
            raise ValueError(
                "LazyModules are not supported unless they are already initialized. Received uninitialized LazyModule: "
                f"module={module}\nFix: call it once on a batch of data."
            )
        self.__dict__["module"] = module.to(self._backend.device)
        self.output_shape = output_shape
        for parameter in module.parameters():
            self._track_variable(backend.Variable(parameter, trainable=parameter.requires_grad, backend=self._backend.name))
        self.built = True

    def parameters(self, recurse=True):
        """The module's parameters."""
        return self.module.parameters(recurse=recurse)

    def call(self, *args, training=None, **kwargs):
        self.module.train(training is not False and not DRAWING.is_on)
        return self.module(*args, **kwargs)

    def compute_output_shape(self, input_shape):
        return super().compute_output_shape(input_shape) if self.output_shape is None else self.output_shape

    def compute_output_spec(self, *args, **kwargs):
        if self.output_shape is not None:
            return backend.KerasTensor(self.output_shape, self.compute_dtype)
        was_training = self.module.training
        try:
            return self._backend.spec_by_trial(ValueError(), self.call, args, {"training": False} | kwargs)
        finally:
            self.module.train(was_training)

    def save_own_variables(self, store):
        """Put the module's state, counters of normalization included, into a mapping of name to array."""
        for key, value in self.module.state_dict().items():
            store[key] = backend.to_numpy(value)

    def load_own_variables(self, store):
        """Take the module's state from a mapping of name to array."""
        self.module.load_state_dict({key: self._backend.convert(store[key]) for key in list(store.keys())})

    def get_config(self):
        module = base64.b64encode(self._backend.dump(self.module)).decode("ascii")
        return super().get_config() | {"module": module, "output_shape": self.output_shape}

    @classmethod
    def from_config(cls, config, custom_objects=None, safe_mode=None):
        """Make one from its config.

        Raises:
            ValueError: unless unsafe loading is allowed: the module is a pickle, which can run any code.
        """
        if is_safe() if safe_mode is None else safe_mode:
            raise ValueError(
                "Requested the deserialization of a `torch.nn.Module` object via `torch.load()`. This carries a potential "
                "risk of arbitrary code execution and thus it is disallowed by default. If you trust the source of the "
                "artifact, you can override this error by passing `safe_mode=False` to the loading function, or calling "
                "`keras.config.enable_unsafe_deserialization()`."
            )
        module = backend.get("torch").load(base64.b64decode(config["module"]))
        return super().from_config(dict(config) | {"module": module})
