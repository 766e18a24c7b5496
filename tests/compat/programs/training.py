"""fit, evaluate, predict: losses and metrics of one's own, weights, validation, generators, several outputs, schedules."""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(4)


def settle(model):
    """The same weights in every package."""
    model.set_weights([rng.normal(0, 0.2, w.shape).astype("float32") for w in model.get_weights()])
    return model


def make():
    inputs = keras.Input(shape=(20,), name="digits")
    x = layers.Dense(16, activation="relu", name="dense_1", kernel_regularizer="l2")(inputs)
    outputs = layers.Dense(3, activation="softmax", name="predictions")(x)
    return settle(keras.Model(inputs, outputs))


def show(title, history):
    for name, values in history.history.items():
        print(title, name, " ".join(f"{v:.4f}" for v in values))


x = rng.normal(size=(60, 20)).astype("float32")
y = rng.integers(0, 3, 60)
val = x[:12] + 0.1, y[:12]

model = make()
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["sparse_categorical_accuracy"])
show("fit", model.fit(x, y, batch_size=16, epochs=2, validation_data=val, shuffle=False, verbose=0))
print("evaluate", " ".join(f"{v:.4f}" for v in model.evaluate(x, y, batch_size=16, verbose=0)))
print("predict", np.round(model.predict(x[:3], verbose=0), 4).tolist())


def basic_loss(y_true, y_pred):
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


class WeightedError(keras.losses.Loss):
    def __init__(self, factor=0.1, name="weighted_error"):
        super().__init__(name=name)
        self.factor = factor

    def call(self, y_true, y_pred):
        mse = ops.mean(ops.square(y_true - y_pred), axis=-1)
        return mse + self.factor * ops.mean(ops.square(0.5 - y_pred), axis=-1)


class TruePositives(keras.metrics.Metric):
    def __init__(self, name="categorical_true_positives", **kwargs):
        super().__init__(name=name, **kwargs)
        self.true_positives = self.add_variable(shape=(), name="ctp", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        hit = ops.cast(ops.argmax(y_true, axis=-1) == ops.argmax(y_pred, axis=-1), "float32")
        self.true_positives.assign_add(ops.sum(hit))

    def result(self):
        return self.true_positives.value

    def reset_state(self):
        self.true_positives.assign(0.0)


one_hot = keras.utils.to_categorical(y, 3)
for loss in (basic_loss, WeightedError(0.3)):
    model = make()
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), loss=loss, metrics=[TruePositives()])
    show(getattr(loss, "name", "basic_loss"), model.fit(x, one_hot, batch_size=20, epochs=2, shuffle=False, verbose=0))

model = make()
model.compile("adam", "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
show("class_weight", model.fit(x, y, class_weight={0: 1.0, 1: 2.0, 2: 0.5}, batch_size=16, epochs=1, shuffle=False, verbose=0))
weights = np.where(y == 1, 2.0, 1.0)
show("sample_weight", model.fit(x, y, sample_weight=weights, validation_split=0.2, epochs=1, shuffle=False, verbose=0))


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, i):
        part = slice(15 * i, 15 * i + 15)
        return x[part], y[part]


show("PyDataset", model.fit(Batches(), epochs=2, shuffle=False, verbose=0))


def forever():
    while True:
        for i in range(4):
            yield x[15 * i : 15 * i + 15], y[15 * i : 15 * i + 15]


show("generator", model.fit(forever(), steps_per_epoch=3, epochs=2, validation_data=forever(), validation_steps=2, verbose=0))

image, series = keras.Input((8, 8, 3), name="img_input"), keras.Input((None, 10), name="ts_input")
a = layers.GlobalMaxPooling2D()(layers.Conv2D(3, 3)(image))
b = layers.GlobalMaxPooling1D()(layers.Conv1D(3, 3)(series))
h = layers.concatenate([a, b])
two = settle(keras.Model([image, series], [layers.Dense(1, name="score")(h), layers.Dense(5, name="classes")(h)]))
schedule = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=5, decay_rate=0.9, staircase=True)
two.compile(
    keras.optimizers.RMSprop(schedule),
    loss=[keras.losses.MeanSquaredError(), keras.losses.CategoricalCrossentropy(from_logits=True)],
    loss_weights=[2.0, 1.0],
    metrics=[["mae"], [keras.metrics.CategoricalAccuracy()]],
)
images, many = rng.normal(size=(20, 8, 8, 3)), rng.normal(size=(20, 7, 10))
scores, classes = rng.normal(size=(20, 1)), np.eye(5)[rng.integers(0, 5, 20)]
show("two", two.fit([images, many], [scores, classes], batch_size=5, epochs=2, shuffle=False, verbose=0))
