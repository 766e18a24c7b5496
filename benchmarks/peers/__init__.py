"""The contenders of the benchmark, in the order of the table: file name and name in words."""

PEERS = {
    "numpy_by_hand": "NumPy by hand, tuned",
    "numpy_textbook": "NumPy by hand, textbook",
    "kerasteach_numpy": "kerasteach on NumPy",
    "torch_by_hand": "Torch by hand",
    "kerasteach_torch": "kerasteach on Torch",
    "keras_torch": "Keras on Torch",
    "keras_jax": "Keras on JAX",
    "keras_tensorflow": "Keras on TensorFlow",
}
