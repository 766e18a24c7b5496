"""The stand-in for `tensorflow`: the little it has is right on both backends, the rest says what to use."""

import numpy as np
import pytest

import kerasteach
from kerasteach.compat import tensorflow as tf

M = [[1.0, 5.0, 3.0], [4.0, 2.0, 6.0]]

# expression in tf -> what TensorFlow answers
ANSWERS = {
    "tf.constant(M)": M,
    "tf.constant(2.0, shape=(2, 2))": [[2.0, 2.0], [2.0, 2.0]],
    "tf.constant([1, 2, 3, 4], shape=(2, 2))": [[1, 2], [3, 4]],
    "tf.cast([1.7, 2.2], tf.int32)": [1, 2],
    "tf.zeros((2, 3))": np.zeros((2, 3)),
    "tf.ones([2])": [1.0, 1.0],
    "tf.range(2, 8, 3)": [2, 5],
    "tf.reshape(m, [3, 2])": [[1, 5], [3, 4], [2, 6]],
    "tf.reshape(m, [-1])": [1, 5, 3, 4, 2, 6],
    "tf.transpose(m)": np.transpose(M),
    "tf.expand_dims(m, 0)": [M],
    "tf.squeeze(tf.expand_dims(m, 0))": M,
    "tf.concat([m, m], 0)": M + M,
    "tf.stack([m, m])": [M, M],
    "tf.matmul(m, tf.transpose(m))": np.matmul(M, np.transpose(M)),
    "tf.reduce_sum(m)": 21.0,
    "tf.reduce_mean(m, axis=1)": [3.0, 4.0],
    "tf.reduce_max(m, 0, keepdims=True)": [[4.0, 5.0, 6.0]],
    "tf.argmax(m)": [1, 0, 1],
    "tf.argmax(m, axis=1)": [1, 2],
    "tf.one_hot([0, 2], 3)": [[1, 0, 0], [0, 0, 1]],
    "tf.square(m) - m * m": np.zeros((2, 3)),
    "tf.where(m > 3.0, m, 0.0)": [[0, 5, 0], [4, 0, 6]],
    "tf.math.reduce_std(m)": np.std(M),
    "tf.math.log(tf.exp(m))": M,
    "tf.nn.relu([-1.0, 2.0])": [0.0, 2.0],
    "tf.nn.softmax(tf.zeros((1, 4)))": [[0.25] * 4],
    "tf.nn.leaky_relu([-1.0, 2.0])": [-0.2, 2.0],
    "tf.nn.gelu([1.0])": [0.8413447],
    "tf.function(lambda x: x + 1)(m)": np.add(M, 1),
}


@pytest.mark.parametrize("expression", ANSWERS)
def test_it_answers_as_tensorflow(backend, expression):
    answer = eval(expression, {"tf": tf, "M": M, "m": tf.constant(M)})
    np.testing.assert_allclose(kerasteach.backend.to_numpy(answer), ANSWERS[expression], rtol=1e-6, atol=1e-6)


def test_tensors_are_those_of_the_backend(backend):
    assert kerasteach.backend.get(backend).is_tensor(tf.constant([1.0]))
    assert kerasteach.backend.get(backend).is_tensor(tf.random.normal((2,)))


@pytest.mark.parametrize("value, dtype", [(1.5, "float32"), (3, "int32"), (np.float64([1.0]), "float64"), (True, "bool")])
def test_dtypes_of_constants(value, dtype):
    assert tf.constant(value).dtype == dtype


def test_a_seed_makes_the_same_model_again():
    def kernel():
        tf.random.set_seed(3)
        model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(2, activation=tf.nn.relu)])
        return model.get_weights()[0]

    np.testing.assert_array_equal(kernel(), kernel())


def test_its_version_says_what_it_is():
    assert tf.__version__.endswith(f"+kerasteach.{kerasteach.__version__}")
    assert tf.keras is kerasteach


@pytest.mark.parametrize(
    "module, name, use",
    [
        (tf, "data", "model.fit"),
        (tf, "no_such_thing", "TensorFlow itself"),
        (tf.nn, "conv2d", "keras.ops"),
        (tf.math, "bincount", "NumPy"),
        (tf.random, "Generator", "SeedGenerator"),
    ],
)
def test_what_is_missing_says_what_to_use(module, name, use):
    assert not hasattr(module, name)
    with pytest.raises(AttributeError, match=rf"no `tf\.(\w+\.)?{name}`\. Use .*{use}"):
        getattr(module, name)


def test_gradients_of_one_s_own(backend):
    """TensorFlow's own first examples of a tape, and a training loop of a guide."""
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x**2
    assert float(tape.gradient(y, x)) == 6.0

    w, b = tf.Variable([[1.0, 2.0], [3.0, 4.0]]), tf.Variable([0.0, 0.0], name="b")
    with tf.GradientTape(persistent=True) as tape:
        y = tf.constant([[1.0, 2.0]]) @ w + b
        loss = tf.reduce_mean(y**2)
    for variable, expected in [(w, [[7.0, 10.0], [14.0, 20.0]]), (b, [7.0, 10.0])]:
        np.testing.assert_allclose(kerasteach.backend.to_numpy(tape.gradient(loss, variable)), expected)
    np.testing.assert_allclose(kerasteach.backend.to_numpy(tape.gradient(y, b)), [1.0, 1.0])  # of the sum

    model = kerasteach.Sequential([kerasteach.Input((2,)), kerasteach.layers.Dense(1)])
    optimizer, loss_fn, losses = kerasteach.optimizers.SGD(0.1), kerasteach.losses.MeanSquaredError(), []
    for _ in range(5):
        with tf.GradientTape() as tape:
            loss = loss_fn(tf.constant([[1.0]]), model(tf.constant([[1.0, 2.0]]), training=True))
        gradients = tape.gradient(loss, model.trainable_weights)
        optimizer.apply_gradients(zip(gradients, model.trainable_weights))
        losses.append(float(kerasteach.backend.to_numpy(loss)))
    assert losses == sorted(losses, reverse=True)
