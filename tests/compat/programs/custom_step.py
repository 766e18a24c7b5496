"""Steps of one's own that no backend needs to know: a loss computed by the model, metrics of its own, steps that count."""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(6)
x, y = rng.normal(size=(40, 6)).astype("float32"), rng.normal(size=(40, 1)).astype("float32")


def settle(model):
    """The same weights in every package."""
    weights = np.random.default_rng(0)
    model.set_weights([weights.normal(0, 0.4, w.shape).astype("float32") for w in model.get_weights()])
    return model


def graph():
    inputs = keras.Input((6,))
    return inputs, layers.Dense(1)(layers.Dense(5, activation="tanh")(inputs))


class OwnLoss(keras.Model):
    """Trains on a loss that compile() knows nothing of."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.mae = keras.metrics.MeanAbsoluteError(name="mae")

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = ops.mean(ops.square(y - y_pred)) + 0.1 * ops.mean(ops.abs(y_pred))
        for extra in self.losses:
            loss = loss + extra
        self.loss_tracker.update_state(loss)
        return loss

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        self.mae.update_state(y, y_pred)
        return {"loss": self.loss_tracker.result(), "mae": self.mae.result()}

    @property
    def metrics(self):
        return [self.loss_tracker, self.mae]


model = settle(OwnLoss(*graph()))
model.compile(optimizer=keras.optimizers.Adam(0.02))
history = model.fit(x, y, batch_size=10, epochs=3, shuffle=False, verbose=0)
for name in ("loss", "mae"):
    print("own loss", name, " ".join(f"{float(v):.4f}" for v in history.history[name]))


class Counting(keras.Model):
    """Adds to what a step does, and leaves the step itself alone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.steps = 0

    def train_step(self, data):
        self.steps += 1
        return super().train_step(data)

    def test_step(self, data):
        x, y = data[:2]
        y_pred = self(x, training=False)
        loss = self.compute_loss(y=y, y_pred=y_pred)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}

    def predict_step(self, data):
        x = data[0] if isinstance(data, tuple) else data
        return 10.0 * self(x, training=False)


model = settle(Counting(*graph()))
model.compile(optimizer="sgd", loss="mse")
history = model.fit(x, y, batch_size=10, epochs=2, shuffle=False, verbose=0)
print("counting", model.steps, " ".join(f"{v:.4f}" for v in history.history["loss"]))
print("evaluate", f"{float(model.evaluate(x, y, batch_size=20, verbose=0)):.4f}")
print("predict", np.round(model.predict(x[:2], verbose=0).ravel(), 3).tolist())

# Batches by hand
model = settle(keras.Model(*graph()))
model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse", metrics=["mae"])
for step in range(3):
    logs = model.train_on_batch(x[:10], y[:10], return_dict=True)
    print("by hand", step, f"{logs['loss']:.4f} {logs['mae']:.4f}")
print("test", " ".join(f"{float(v):.4f}" for v in model.test_on_batch(x[10:20], y[10:20])))
print("iterations", int(np.array(model.optimizer.iterations)))
