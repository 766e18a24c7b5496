"""Callbacks of one's own: what is called when, with what; early stopping; learning rates by epoch."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(5)
x, y = rng.normal(size=(64, 8)).astype("float32"), rng.normal(size=(64, 1)).astype("float32")


def make():
    model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
    weights = np.random.default_rng(0)
    model.set_weights([weights.normal(size=w.shape).astype("float32") for w in model.get_weights()])
    model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=0.1), loss="mean_squared_error", metrics=["mae"])
    return model


class Diary(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        print("start training", sorted(logs or {}))

    def on_train_end(self, logs=None):
        print("stop training", sorted(logs))

    def on_epoch_begin(self, epoch, logs=None):
        print("start epoch", epoch, sorted(logs or {}))

    def on_epoch_end(self, epoch, logs=None):
        print("end epoch", epoch, " ".join(f"{key} {logs[key]:.4f}" for key in sorted(logs)))

    def on_test_begin(self, logs=None):
        print("start testing")

    def on_test_end(self, logs=None):
        print("stop testing", " ".join(f"{key} {logs[key]:.4f}" for key in sorted(logs)))

    def on_predict_begin(self, logs=None):
        print("start predicting")

    def on_predict_batch_end(self, batch, logs=None):
        print("predicted", batch, tuple(np.asarray(logs["outputs"]).shape))

    def on_train_batch_end(self, batch, logs=None):
        print("batch", batch, f"{logs['loss']:.4f}")


model = make()
model.fit(x, y, batch_size=32, epochs=1, verbose=0, validation_split=0.5, shuffle=False, callbacks=[Diary()])
model.evaluate(x, y, batch_size=32, verbose=0, callbacks=[Diary()])
model.predict(x, batch_size=48, verbose=0, callbacks=[Diary()])


class StopAtMinimum(keras.callbacks.Callback):
    """Stop when the loss is at its minimum, and go back to its weights."""

    def __init__(self, patience=0):
        super().__init__()
        self.patience, self.best_weights = patience, None

    def on_train_begin(self, logs=None):
        self.wait, self.stopped_epoch, self.best = 0, 0, np.inf

    def on_epoch_end(self, epoch, logs=None):
        current = logs.get("loss")
        if np.less(current, self.best):
            self.best, self.wait, self.best_weights = current, 0, self.model.get_weights()
            return
        self.wait += 1
        if self.wait >= self.patience:
            self.stopped_epoch, self.model.stop_training = epoch, True
            self.model.set_weights(self.best_weights)

    def on_train_end(self, logs=None):
        print("stopped after epoch", self.stopped_epoch, f"best {self.best:.4f}")


class Rates(keras.callbacks.Callback):
    def __init__(self, rates):
        super().__init__()
        self.rates = rates

    def on_epoch_begin(self, epoch, logs=None):
        if epoch in self.rates:
            self.model.optimizer.learning_rate = self.rates[epoch]
            print("epoch", epoch, f"learning rate {float(np.array(self.model.optimizer.learning_rate)):.4f}")


history = make().fit(
    x, y, batch_size=16, epochs=12, verbose=0, shuffle=False, callbacks=[StopAtMinimum(), Rates({1: 0.05, 3: 0.5, 6: 0.01})]
)
print("epochs", history.epoch)

early = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True, min_delta=0.01)
slower = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=1)
model = make()
history = model.fit(x, y, epochs=15, validation_split=0.25, verbose=0, shuffle=False, callbacks=[early, slower])
print("early", early.stopped_epoch, early.best_epoch, f"{model.evaluate(x[48:], y[48:], verbose=0)[0]:.4f}")
print("rates", " ".join(f"{v:.4f}" for v in history.history["learning_rate"]))
by_epoch = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate if epoch < 2 else rate * 0.5)
history = make().fit(x, y, epochs=4, verbose=0, shuffle=False, callbacks=[by_epoch, keras.callbacks.TerminateOnNaN()])
print("scheduled", " ".join(f"{v:.4f}" for v in history.history["learning_rate"]))
