"""Plain Keras: train.py FOLDER CASE...  Each case trains a model; what came of it goes to FOLDER/rank<n>.json."""

import json
import os
import sys

import keras
import numpy as np
from keras import layers, ops

folder, chosen = sys.argv[1], sys.argv[2:]
rank = os.environ.get("RANK", "0")
draws = np.random.default_rng(0)
x, y = draws.normal(size=(75, 6)).astype("float32"), draws.normal(size=(75, 2)).astype("float32")
yes = (x[:, :1] > 0).astype("float32")
weights = np.linspace(0.2, 2.0, 75)


def mlp(outputs=2, activation=None):
    keras.utils.set_random_seed(3)
    return keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(outputs, activation=activation)])


def told(model, history, **more):
    """The curve, the weights and what else there is to compare."""
    return {"curve": history.history, "weights": [w.tolist() for w in model.get_weights()], **more}


def everything():
    """Regularizers, batch normalization, dropout, metrics, weights of samples, validation; then one batch by hand."""
    keras.utils.set_random_seed(3)
    hidden = [layers.Dense(16, activation="relu", kernel_regularizer="l2"), layers.BatchNormalization(), layers.Dropout(0.3)]
    model = keras.Sequential([keras.Input((6,)), *hidden, layers.GaussianNoise(0.1), layers.Dense(1, activation="sigmoid")])
    metrics = ["accuracy", "auc", keras.metrics.Precision(), keras.metrics.Recall(), keras.metrics.F1Score("micro", 0.5), "mae"]
    model.compile("adam", "binary_crossentropy", metrics=metrics, weighted_metrics=["mse"])
    history = model.fit(x, yes, batch_size=16, epochs=3, sample_weight=weights, validation_split=0.2, verbose=2)
    predictions, judged = model.predict(x, batch_size=20, verbose=0).tolist(), model.evaluate(x, yes, verbose=0)
    by_hand = [model.train_on_batch(x[:33], yes[:33]), model.test_on_batch(x[:7], yes[:7])]
    return told(model, history, predictions=predictions, judged=judged, by_hand=by_hand, one=model.predict_on_batch(x[:1]).tolist())


def fewer_rows_than_processes():
    def fitted(size):
        model = mlp()
        model.compile(keras.optimizers.SGD(0.05), "mse", metrics=["mae", keras.metrics.R2Score()])
        history = model.fit(x[:14], y[:14], batch_size=size, epochs=2, verbose=0)
        return told(model, history, predictions=model.predict(x[:5], batch_size=size, verbose=0).tolist())

    return [fitted(1), fitted(3)]


def reductions():
    def fitted(reduction):
        model = mlp()
        model.compile(keras.optimizers.SGD(0.01), keras.losses.MeanSquaredError(reduction=reduction))
        return told(model, model.fit(x, y, batch_size=17, epochs=2, verbose=0, sample_weight=weights))

    return [fitted(reduction) for reduction in ("sum", "mean", "mean_with_sample_weight")]


def masks():
    keras.utils.set_random_seed(3)
    words = draws.integers(1, 20, (40, 7))
    words[np.arange(7)[None] >= draws.integers(2, 8, (40, 1))] = 0
    model = keras.Sequential([
        keras.Input((7,), dtype="int32"), layers.Embedding(20, 5, mask_zero=True),
        layers.LSTM(6, return_sequences=True, recurrent_dropout=0.2), layers.BatchNormalization(), layers.Dense(3, activation="softmax"),
    ])  # fmt: skip
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return told(model, model.fit(words, draws.integers(0, 3, (40, 7)), batch_size=9, epochs=2, verbose=0))


def whole_batches():
    """Losses and metrics that look at all samples of a batch together, as functions and classes of users may."""

    def own(y_true, y_pred):
        return ops.mean(ops.square(y_true - y_pred)) + ops.max(y_pred)

    class Largest(keras.metrics.Metric):
        def __init__(self):
            super().__init__(name="largest")
            self.seen = self.add_weight(name="seen", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.seen.assign(ops.maximum(self.seen, ops.max(y_pred)))

        def result(self):
            return self.seen * 1.0

    model = mlp()
    model.compile("adam", own, metrics=[Largest(), keras.metrics.PearsonCorrelation(axis=0), "cosine_similarity"])
    found = [told(model, model.fit(x, y, batch_size=16, epochs=2, verbose=0), judged=model.evaluate(x, y, verbose=0))]
    for loss, activation in (("dice", "sigmoid"), ("hinge", "tanh")):
        model = mlp(1, activation)
        model.compile("adam", loss, metrics=["hinge"])
        found.append(told(model, model.fit(x, yes, batch_size=16, epochs=2, verbose=0)))
    return found


def several_outputs():
    keras.utils.set_random_seed(3)
    a, b = keras.Input((6,), name="a"), keras.Input((2,), name="b")
    hidden = layers.Dense(5, activation="tanh", activity_regularizer="l2")(layers.Concatenate()([a, b]))
    outputs = {"p": layers.Dense(1, activation="sigmoid", name="p")(hidden), "q": layers.Dense(2, name="q")(hidden)}
    model = keras.Model({"a": a, "b": b}, outputs)
    losses = {"p": "binary_crossentropy", "q": "mae"}
    model.compile("rmsprop", losses, loss_weights={"p": 2.0, "q": 0.5}, metrics={"p": ["accuracy", "auc"], "q": "mse"})
    data, truth = {"a": x, "b": y}, {"p": yes, "q": y}
    history = model.fit(data, truth, batch_size=10, epochs=2, verbose=0, sample_weight={"p": weights, "q": np.ones(75)})
    predictions = model.predict(data, batch_size=7, verbose=0)
    return told(model, history, predictions={name: array.tolist() for name, array in predictions.items()})


def weights_of_classes():
    model = mlp(1, "sigmoid")
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return told(model, model.fit(x, yes, batch_size=16, epochs=2, verbose=0, class_weight={0: 1.0, 1: 3.0}, shuffle="batch"))


def streams():
    """A generator, PyDatasets and DataLoaders."""
    import torch

    def generator():
        while True:
            yield from ((x[i : i + 10], y[i : i + 10]) for i in range(0, 75, 10))

    class Data(keras.utils.PyDataset):
        def __len__(self):
            return 8

        def __getitem__(self, i):
            return x[i * 10 : i * 10 + 10], y[i * 10 : i * 10 + 10]

    def fitted(data, **settings):
        model = mlp()
        model.compile("adam", "mse")
        return told(model, model.fit(data, epochs=2, verbose=0, **settings))

    rows = torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y))
    loaders = [torch.utils.data.DataLoader(rows, batch_size=10, shuffle=True, num_workers=n) for n in (0, 1)]
    return [
        fitted(generator(), steps_per_epoch=5, validation_data=generator(), validation_steps=3, shuffle=False),
        *[fitted(Data(workers=n), shuffle=True) for n in (1, 2)],
        *[fitted(loader, shuffle=False) for loader in loaders],
    ]


def own_steps():
    """A `train_step` by hand; a model with weights that no loss depends on."""

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden, self.out, self.unused = layers.Dense(4, activation="relu"), layers.Dense(2), layers.Dense(1)
            self.tracker = keras.metrics.Mean(name="tracked")

        def call(self, x):
            self.unused(x)
            return self.out(self.hidden(x))

    class ByHand(Own):
        def train_step(self, data):
            x, y = data
            with keras.GradientTape() as tape:
                loss = self.compute_loss(x, y, self(x, training=True))
            weights = [*self.hidden.trainable_variables, *self.out.trainable_variables]
            self.optimizer.apply(tape.gradient(loss, weights), weights)
            self.tracker.update_state(loss)
            return {"loss": loss, "tracked": self.tracker.result()}

    found = []
    for kind, rows in ((Own, 75), (ByHand, 64)):
        keras.utils.set_random_seed(3)
        model = kind()
        model.compile(keras.optimizers.SGD(0.1), "mse")
        found.append(told(model, model.fit(x[:rows], y[:rows], batch_size=16, epochs=2, verbose=0)))
    return found


def callbacks():
    """They run on rank 0; what they decide, all do."""
    hooks = []
    c = keras.callbacks
    model = mlp()
    model.compile(keras.optimizers.SGD(0.5), "mse")
    history = model.fit(x, y, batch_size=16, epochs=12, verbose=0, validation_split=0.3, callbacks=[
        c.EarlyStopping(patience=1, restore_best_weights=True), c.ReduceLROnPlateau(monitor="loss", patience=0, factor=0.3),
        c.LearningRateScheduler(lambda epoch, rate: rate * 0.95), c.LambdaCallback(on_train_batch_end=lambda batch, logs: hooks.append(logs["loss"])),
        c.CSVLogger(f"{folder}/log.csv"), c.ModelCheckpoint(f"{folder}/best.keras", save_best_only=True),
    ])  # fmt: skip
    found = [told(model, history, hooks=hooks)]

    class Curious(c.Callback):
        """Uses the model, draws random numbers and stops, all on its own."""

        def on_epoch_end(self, epoch, logs=None):
            self.model.predict(x, verbose=0)
            np.random.rand(3)
            logs["looked"] = self.model.evaluate(x, y, verbose=0)

        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 1 and int(self.model.optimizer.iterations) > 3

    model = mlp()
    optimizer = keras.optimizers.Adam(0.1, use_ema=True, ema_momentum=0.9, gradient_accumulation_steps=2)
    model.compile(optimizer, "mse", steps_per_execution=2)
    history = model.fit(x, y, batch_size=16, epochs=4, verbose=0, validation_data=(x, y), callbacks=[Curious(), c.SwapEMAWeights()])
    return [*found, told(model, history)]


def files():
    """Rank 0 writes; the others go on when the file is there."""
    model = mlp()
    model.compile("sgd", "mse")
    model.fit(x, y, verbose=0)
    model.save(f"{folder}/model.keras")
    model.save_weights(f"{folder}/model.weights.h5")
    again = keras.models.load_model(f"{folder}/model.keras")
    again.load_weights(f"{folder}/model.weights.h5")
    try:
        model.save(f"{folder}/there is no such folder/model.keras")
        said = "saved"
    except OSError as error:
        said = type(error).__name__
    return {"same": float(np.abs(again.predict(x, verbose=0) - model.predict(x, verbose=0)).max()), "failed": "saved" not in said}


def mistakes():
    """An error on rank 0 is an error everywhere: nobody waits."""

    def broken(epoch, logs):
        raise KeyError("a mistake in a callback")

    import torch

    rows = torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y))
    sampler = torch.utils.data.DistributedSampler(rows, num_replicas=2, rank=int(rank))
    split_already = torch.utils.data.DataLoader(rows, batch_size=10, sampler=sampler)
    found = []
    for attempt in (
        lambda model: model.fit(x, y, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=broken)]),
        lambda model: model.to("numpy").fit(x, y, verbose=0),
        lambda model: model.to("numpy").train_on_batch(x, y),
        lambda model: model.fit(split_already, verbose=0, shuffle=False),
    ):
        model = mlp()
        model.compile("sgd", "mse")
        try:
            attempt(model)
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
    return found


def more_than_memory():
    """Which rows each process read of a DataLoader, and its memory during 300 MB of batches."""
    import torch

    class Rows(torch.utils.data.Dataset):
        read = []

        def __len__(self):
            return 2000

        def __getitem__(self, i):
            self.read.append(int(i))
            return np.full(64, i / 2000, "float32"), np.ones(1, "float32")

    class Batches(keras.utils.PyDataset):
        memory = []

        def __len__(self):
            return 1200

        def __getitem__(self, i):
            if i % 100 == 0 and os.path.exists("/proc/self/statm"):
                with open("/proc/self/statm") as file:
                    self.memory.append(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20)
            return np.full((64, 1024), i / 1200, "float32"), np.ones((64, 1), "float32")

    rows, batches = Rows(), Batches()
    for data, width in ((torch.utils.data.DataLoader(rows, batch_size=6, shuffle=True), 64), (batches, 1024)):
        model = keras.Sequential([keras.Input((width,)), layers.Dense(4), layers.Dense(1)])
        model.compile("sgd", "mse", metrics=["mae"])
        model.fit(data, verbose=0, shuffle=False)
    return {"read": rows.read, "memory": batches.memory}


print(f"training {' '.join(chosen)}")
results = {}
for case in chosen:
    keras.utils.clear_session()
    draws = np.random.default_rng(1)
    results[case] = globals()[case]()
with open(f"{folder}/rank{rank}.json", "w") as file:
    json.dump(results, file)
