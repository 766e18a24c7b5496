"""`keras.layers`: the building blocks of models."""

from .. import lazy

_WHERE = {
    "activation": "ELU Activation LeakyReLU PReLU ReLU Softmax",
    "attention.grouped": "GroupQueryAttention=GroupedQueryAttention",
    "attention.multi_head": "MultiHeadAttention",
    "attention.plain": "AdditiveAttention Attention",
    "conv": "Conv1D Conv2D Conv3D Convolution1D Convolution2D Convolution3D",
    "conv_depthwise": """DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D SeparableConvolution1D SeparableConvolution2D""",
    "conv_transpose": """Conv1DTranspose Conv2DTranspose Conv3DTranspose Convolution1DTranspose Convolution2DTranspose
        Convolution3DTranspose""",
    "core": "Identity Input InputLayer Lambda",
    "dense": "Dense",
    "einsum_dense": "EinsumDense",
    "embedding": "Embedding ReversibleEmbedding",
    "input_spec": "InputSpec",
    "layer": "Layer",
    "masking": "Masking",
    "merging": "Add Average Maximum Minimum Multiply Subtract add average maximum minimum multiply subtract",
    "merging_join": "Concatenate Dot concatenate dot",
    "pooling": """AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D MaxPool1D MaxPool2D MaxPool3D
        MaxPooling1D MaxPooling2D MaxPooling3D""",
    "pooling_adaptive": """AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D
        AdaptiveMaxPooling2D AdaptiveMaxPooling3D""",
    "pooling_global": """GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool2D
        GlobalAvgPool3D GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D GlobalMaxPooling1D GlobalMaxPooling2D
        GlobalMaxPooling3D""",
    "normalization": "GroupNormalization LayerNormalization RMSNormalization UnitNormalization",
    "normalization_batch": "BatchNormalization",
    "normalization_spectral": "SpectralNormalization",
    "preprocessing.category_encoding": "CategoryEncoding",
    "preprocessing.discretization": "Discretization",
    "preprocessing.hashing": "Hashing",
    "preprocessing.images": "CenterCrop Pipeline Resizing",
    "preprocessing.normalization": "Normalization",
    "preprocessing.random_colors": "RandomBrightness RandomContrast RandomGrayscale RandomInvert",
    "preprocessing.random_places": "RandomCrop RandomFlip",
    "preprocessing.random_moves": "RandomRotation RandomShear RandomTranslation RandomZoom",
    "preprocessing.rescaling": "Rescaling",
    "preprocessing.string_lookup": "IntegerLookup StringLookup",
    "preprocessing.text_vectorization": "TextVectorization",
    "recurrent.bidirectional": "Bidirectional",
    "recurrent.conv_lstm": "ConvLSTM1D ConvLSTM2D ConvLSTM3D",
    "recurrent.gru": "GRU GRUCell",
    "recurrent.lstm": "LSTM LSTMCell",
    "recurrent.rnn": "RNN",
    "recurrent.simple": "SimpleRNN SimpleRNNCell",
    "recurrent.stacked": "StackedRNNCells",
    "recurrent.time_distributed": "TimeDistributed",
    "regularization": """ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D
        SpatialDropout3D""",
    "reshaping": "Flatten Permute RepeatVector Reshape",
    "reshaping_border": "Cropping1D Cropping2D Cropping3D ZeroPadding1D ZeroPadding2D ZeroPadding3D",
    "reshaping_upsampling": "UpSampling1D UpSampling2D UpSampling3D",
    "torch_wrapper": "TorchModuleWrapper",
    "wrapper": "Wrapper",
}

__getattr__, __dir__, __all__ = lazy.names(__name__, _WHERE, more=("deserialize", "serialize"))


def serialize(layer):
    """Return the config of a layer, as saved files hold it."""
    from ..saving.serialize import serialize_keras_object

    return serialize_keras_object(layer)


def deserialize(config, custom_objects=None):
    """Make a layer from its config."""
    from ..saving.serialize import deserialize_keras_object

    return deserialize_keras_object(config, custom_objects)
