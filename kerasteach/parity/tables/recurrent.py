"""Layers that read sequences: cells, their layers, and layers around layers."""

from ..case import case, ints, on, truths

_SEQUENCES = on((3, 5, 4))
_MASKED = on((3, 5, 4), mask=truths((3, 5), 0.6))
_ALL = {"return_sequences": True, "return_state": True}
_MODEL_WITHOUT_MASK = ("signature", "forward", "gradient", "config")  # what a mask as an array allows

_STATEFUL = ("signature", "config", "file")  # the first call has left a state of other weights


def _layer(*args, shape=(3, 5, 4), **kwargs):
    """Cases of a recurrent layer: every option that changes numbers."""
    sequences, masked = on(shape), on(shape, mask=truths(shape[:2], 0.6))
    options = [{}, _ALL, {"go_backwards": True, **_ALL}, {"zero_output_for_mask": True, **_ALL}]
    return [
        case(sequences, *args, **kwargs),
        case(sequences, *args, **_ALL, **kwargs),
        case(sequences, *args, go_backwards=True, return_sequences=True, **kwargs),
        case(sequences, *args, unroll=True, **kwargs),
        case(sequences, *args, stateful=True, checks=_STATEFUL, **_ALL, **kwargs),
        *[case(masked, *args, checks=_MODEL_WITHOUT_MASK, **o, **kwargs) for o in options],
    ]


def _weights(**kwargs):
    """Cases of what is done to weights and output."""
    return [
        case(_SEQUENCES, 3, use_bias=False, kernel_initializer="ones", **kwargs),
        case(_SEQUENCES, 3, activation="relu", return_sequences=True, recurrent_initializer="identity", **kwargs),
        case(_SEQUENCES, 3, kernel_regularizer="l2", recurrent_regularizer="l1", bias_constraint="non_neg", **kwargs),
        case(_MASKED, 3, activation=None, checks=_MODEL_WITHOUT_MASK, **_ALL, **kwargs),
        case(_SEQUENCES, 3, dropout=0.2, recurrent_dropout=0.3, **kwargs),
    ]


_STEP = on((3, 4), [(3, 2)])
_STEP_LSTM = on((3, 4), [(3, 2), (3, 2)])
_CELL = ("signature", "forward", "gradient", "config")

CASES = {
    "layers.SimpleRNNCell": [
        case(_STEP, 2, checks=_CELL),
        case(_STEP, 2, "relu", use_bias=False, checks=_CELL),
        case(_STEP, 2, dropout=0.5, recurrent_dropout=0.5, seed=1, checks=_CELL),
    ],
    "layers.LSTMCell": [
        case(_STEP_LSTM, 2, checks=_CELL),
        case(_STEP_LSTM, 2, "relu", "hard_sigmoid", use_bias=False, unit_forget_bias=False, checks=_CELL),
        case(_STEP_LSTM, 2, unit_forget_bias=False, recurrent_dropout=0.5, checks=_CELL),
    ],
    "layers.GRUCell": [
        case(_STEP, 2, checks=_CELL),
        case(_STEP, 2, reset_after=False, checks=_CELL),
        case(_STEP, 2, use_bias=False, recurrent_dropout=0.5, checks=_CELL),
        case(_STEP, 2, reset_after=False, recurrent_dropout=0.5, checks=_CELL),
    ],
    "layers.SimpleRNN": _layer(3) + _weights(),
    "layers.LSTM": [
        *_layer(3),
        *_weights(),
        case(_SEQUENCES, 3, recurrent_activation="hard_sigmoid", unit_forget_bias=False, use_cudnn=False, **_ALL),
        case(on((3, 5, 4), [(3, 2), (3, 2)]), 2, checks=_CELL, **_ALL),
    ],
    "layers.GRU": [
        *_layer(3),
        *_layer(3, reset_after=False),
        *_weights(),
        *_weights(reset_after=False),
        case(_SEQUENCES, 3, recurrent_activation="hard_sigmoid", **_ALL),
    ],
    "layers.RNN": [
        *_layer(lambda keras: keras.layers.LSTMCell(3)),
        *_layer(lambda keras: [keras.layers.GRUCell(3), keras.layers.SimpleRNNCell(2), keras.layers.LSTMCell(4)]),
        case(_SEQUENCES, lambda keras: keras.layers.StackedRNNCells([keras.layers.LSTMCell(3)]), return_state=True),
    ],
    "layers.StackedRNNCells": [
        case(on((3, 4), [[(3, 2), (3, 2)], [(3, 5)]]), lambda keras: [keras.layers.LSTMCell(2), keras.layers.GRUCell(5)], checks=_CELL),
    ],
    "layers.Bidirectional": [
        *[case(_SEQUENCES, lambda keras: keras.layers.LSTM(3, return_sequences=True), m) for m in ("concat", "sum", "ave", "mul", None)],
        case(_SEQUENCES, lambda keras: keras.layers.GRU(3, return_state=True)),
        case(_SEQUENCES, lambda keras: keras.layers.GRU(3, return_state=True, return_sequences=True), merge_mode=None),
        case(_SEQUENCES, lambda keras: keras.layers.LSTM(3, stateful=True, name="mine"), checks=_STATEFUL),
        case(
            _SEQUENCES,
            lambda keras: keras.layers.LSTM(3, return_sequences=True),
            backward_layer=lambda keras: keras.layers.GRU(3, return_sequences=True, go_backwards=True),
        ),
        case(_MASKED, lambda keras: keras.layers.LSTM(3, return_sequences=True), checks=_MODEL_WITHOUT_MASK),
        case(_MASKED, lambda keras: keras.layers.SimpleRNN(3), "sum", checks=_MODEL_WITHOUT_MASK),
        case(_SEQUENCES, lambda keras: keras.layers.RNN(keras.layers.LSTMCell(2), return_sequences=True)),
    ],
    "layers.TimeDistributed": [
        case(_SEQUENCES, lambda keras: keras.layers.Dense(2, activation="relu")),
        case(on((2, 3, 4, 5)), lambda keras: keras.layers.LSTM(2, return_sequences=True)),
        case(on((2, 3, 4, 5)), lambda keras: keras.layers.Flatten()),
        case(on((2, 3, 4, 5), mask=truths((2, 3, 4), 0.6)), lambda keras: keras.layers.GRU(2), checks=_MODEL_WITHOUT_MASK),
    ],
    "layers.Wrapper": [case(on((2, 3)), lambda keras: keras.layers.Dense(2), checks=("signature", "config"))],
    "layers.Masking": [case(on((3, 5, 4))), case(on(ints((3, 5, 2), 3, dtype="float32")), 1.0)],
    "layers.ConvLSTM1D": [
        *_layer(2, 3, shape=(2, 3, 6, 2)),
        case(on((2, 3, 6, 2)), 2, 3, padding="same", strides=2, use_bias=False, **_ALL),
        case(on((2, 3, 6, 2)), 2, 3, dropout=0.3, recurrent_dropout=0.2),
    ],
    "layers.ConvLSTM2D": [
        *_layer(2, 2, shape=(2, 3, 4, 5, 2)),
        case(on((2, 3, 4, 5, 2)), 3, (2, 3), padding="same", dilation_rate=2, unit_forget_bias=False, **_ALL),
        case(on((2, 3, 2, 4, 5)), 3, 2, data_format="channels_first", activation="relu", return_sequences=True),
    ],
    "layers.ConvLSTM3D": [case(on((2, 2, 3, 4, 3, 1)), 2, 2, padding="same", **_ALL)],
}
