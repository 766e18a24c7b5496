"""`keras.layers`: the building blocks of models."""

from ..left_out import getattr_of as _getattr_of
from .activation import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from .attention import AdditiveAttention, Attention, MultiHeadAttention
from .attention import GroupedQueryAttention as GroupQueryAttention
from .conv import Conv1D, Conv2D, Conv3D, Convolution1D, Convolution2D, Convolution3D
from .conv_depthwise import (
    DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D, SeparableConvolution1D, SeparableConvolution2D,
)  # fmt: skip
from .conv_transpose import (
    Conv1DTranspose, Conv2DTranspose, Conv3DTranspose, Convolution1DTranspose, Convolution2DTranspose,
    Convolution3DTranspose,
)  # fmt: skip
from .core import Identity, Input, InputLayer, Lambda
from .dense import Dense
from .einsum_dense import EinsumDense
from .embedding import Embedding, ReversibleEmbedding
from .input_spec import InputSpec
from .layer import Layer
from .masking import Masking
from .merging import (
    Add, Average, Maximum, Minimum, Multiply, Subtract, add, average, maximum, minimum, multiply, subtract,
)  # fmt: skip
from .merging_join import Concatenate, Dot, concatenate, dot
from .pooling import (
    AveragePooling1D, AveragePooling2D, AveragePooling3D, AvgPool1D, AvgPool2D, AvgPool3D, MaxPool1D, MaxPool2D,
    MaxPool3D, MaxPooling1D, MaxPooling2D, MaxPooling3D,
)  # fmt: skip
from .pooling_adaptive import (
    AdaptiveAveragePooling1D, AdaptiveAveragePooling2D, AdaptiveAveragePooling3D, AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D, AdaptiveMaxPooling3D,
)  # fmt: skip
from .pooling_global import (
    GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D, GlobalAvgPool1D, GlobalAvgPool2D,
    GlobalAvgPool3D, GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D, GlobalMaxPooling1D, GlobalMaxPooling2D,
    GlobalMaxPooling3D,
)  # fmt: skip
from .normalization import GroupNormalization, LayerNormalization, RMSNormalization, UnitNormalization
from .normalization_batch import BatchNormalization
from .normalization_spectral import SpectralNormalization
from .preprocessing import (
    CategoryEncoding, Discretization, Hashing, IntegerLookup, Normalization, Rescaling, StringLookup, TextVectorization,
)  # fmt: skip
from .preprocessing.images import CenterCrop, Pipeline, Resizing
from .preprocessing.random_colors import RandomBrightness, RandomContrast, RandomGrayscale, RandomInvert
from .preprocessing.random_places import RandomCrop, RandomFlip
from .preprocessing.random_moves import RandomRotation, RandomShear, RandomTranslation, RandomZoom
from .recurrent import (
    GRU, LSTM, RNN, Bidirectional, ConvLSTM1D, ConvLSTM2D, ConvLSTM3D, GRUCell, LSTMCell, SimpleRNN, SimpleRNNCell,
    StackedRNNCells, TimeDistributed,
)  # fmt: skip
from .regularization import (
    ActivityRegularization, AlphaDropout, Dropout, GaussianDropout, GaussianNoise, SpatialDropout1D, SpatialDropout2D,
    SpatialDropout3D,
)  # fmt: skip
from .reshaping import Flatten, Permute, RepeatVector, Reshape
from .reshaping_border import Cropping1D, Cropping2D, Cropping3D, ZeroPadding1D, ZeroPadding2D, ZeroPadding3D
from .reshaping_upsampling import UpSampling1D, UpSampling2D, UpSampling3D
from .torch_wrapper import TorchModuleWrapper
from .wrapper import Wrapper

__getattr__ = _getattr_of("layers")


def serialize(layer):
    """Return the config of a layer, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(layer)


def deserialize(config, custom_objects=None):
    """Make a layer from its config."""
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(config, custom_objects)
