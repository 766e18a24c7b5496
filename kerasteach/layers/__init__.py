"""`keras.layers`: the building blocks of models."""

from .activation import Activation, LeakyReLU, ReLU, Softmax
from .core import Identity, Input, InputLayer, Lambda
from .dense import Dense
from .embedding import Embedding, ReversibleEmbedding
from .input_spec import InputSpec
from .layer import Layer
from .masking import Masking
from .merging import (
    Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract, add, average, concatenate, dot, maximum,
    minimum, multiply, subtract,
)  # fmt: skip
from .preprocessing import Normalization, Rescaling
from .recurrent import (
    GRU, LSTM, RNN, Bidirectional, GRUCell, LSTMCell, SimpleRNN, SimpleRNNCell, StackedRNNCells, TimeDistributed,
)  # fmt: skip
from .regularization import Dropout
from .reshaping import Flatten, Reshape
from .wrapper import Wrapper


def serialize(layer):
    """Return the config of a layer, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(layer)


def deserialize(config, custom_objects=None):
    """Make a layer from its config."""
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(config, custom_objects)
