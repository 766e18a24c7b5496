"""The program that must run as it stands."""

import pytest

collect_ignore_glob = ["programs/*"]  # run by test_programs.py, not imported

PROGRAM = """\
import tensorflow as tf
from tensorflow.keras import layers, Model
import numpy as np
input_1 = layers.Input(shape=(32,))
input_2 = layers.Input(shape=(32,))
shared_dense = layers.Dense(64, activation='relu')
x1 = shared_dense(input_1)
x2 = shared_dense(input_2)
combined = layers.Concatenate()([x1, x2])
output = layers.Dense(1, activation='sigmoid')(combined)
model = Model(inputs=[input_1, input_2], outputs=output)
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.summary()
X1 = np.random.random((1000, 32))
X2 = np.random.random((1000, 32))
y = np.random.randint(2, size=(1000, 1))
model.fit([X1, X2], y, epochs=10, batch_size=32)
model.evaluate([X1, X2], y)
"""


@pytest.fixture
def program():
    """Text of the two-input program, written for TensorFlow."""
    return PROGRAM
