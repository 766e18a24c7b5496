"""What SimpleRNN, LSTM and GRU share: an RNN that makes its own cell."""

import inspect

from ... import regularizers
from ...backend.names import snake_case
from ..input_spec import InputSpec
from ..layer import Layer
from .rnn import RNN

_OF_LAYER = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll")


class CellLayer(RNN):
    """An RNN of one cell of the library, with the cell's arguments as its own; read-only, as in Keras."""

    cell_class = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name in _arguments_of(cls.cell_class) if cls.cell_class else ():
            if not hasattr(cls, name):
                setattr(cls, name, property(lambda self, name=name: getattr(self.cell, name), doc=f"The cell's `{name}`."))

    def __init__(self, arguments):
        """Take the constructor's arguments, `locals()`: some are the cell's, some the layer's."""
        kwargs = dict(arguments["kwargs"])
        kwargs.pop("implementation", None)  # there is one way to compute it
        cell = self.cell_class(
            **{name: arguments[name] for name in _arguments_of(self.cell_class)},
            dtype=kwargs.get("dtype"),
            trainable=kwargs.get("trainable", True),
            name=snake_case(self.cell_class.__name__),
        )
        options = {name: arguments[name] for name in _OF_LAYER if name in arguments}
        super().__init__(cell, **options, activity_regularizer=arguments["activity_regularizer"], **kwargs)
        self.input_spec = InputSpec(ndim=3)
        if "use_cudnn" in arguments:
            self.use_cudnn = _checked(arguments["use_cudnn"])

    def get_config(self):
        """Return the constructor's arguments."""
        config = super().get_config()
        del config["cell"]
        own = {"activity_regularizer": regularizers.serialize(self.activity_regularizer)}
        return config | self.cell._kept_config() | own

    from_config = classmethod(Layer.from_config.__func__)


def _arguments_of(cell_class):
    return [name for name in inspect.signature(cell_class.__init__).parameters if name not in ("self", "kwargs")]


def _checked(use_cudnn):
    if use_cudnn not in ("auto", True, False):
        raise ValueError(
            "Invalid valid received for argument `use_cudnn`. Expected one of {'auto', True, False}. "
            f"Received: use_cudnn={use_cudnn}"
        )
    return use_cudnn
