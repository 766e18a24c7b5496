"""The models by hand in NumPy: `forward` keeps what `backward` needs; `backward` fills the gradients it was given."""

from .attention import Transformer
from .dense import MLP, Spirals, TwoInputs
from .pictures import CNN, ResNet
from .recurrent import GRU, LSTM
