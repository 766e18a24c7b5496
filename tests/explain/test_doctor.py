"""The doctor: every disease is found in its trainings and in no other, the fix cures, and watching changes nothing."""

import numpy as np
import pytest

import kerasteach as kt
from kerasteach import layers
from kerasteach.explain import Doctor, diagnose
from kerasteach.explain.doctor import DISEASES, Training
from kerasteach.explain.doctor.zoo.case import HEALTHY, SICK
from kerasteach.explain.doctor.zoo.judge import visits
from kerasteach.explain.doctor.zoo.report import Tally

X = np.random.default_rng(0).normal(size=(160, 4)).astype("float32")
CLASSES = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)


def classifier(last="softmax", loss="sparse_categorical_crossentropy", units=3, backend="numpy", rate=0.01):
    kt.utils.clear_session()
    kt.utils.set_random_seed(1)
    with kt.config.set_backend(backend):
        model = kt.Sequential([
            kt.Input((4,)), layers.Dense(16, "relu", name="hidden"), layers.Dropout(0.2), layers.BatchNormalization(),
            layers.Dense(units, activation=last, name="last"),
        ])  # fmt: skip
    model.compile(kt.optimizers.Adam(rate), loss)
    return model


def test_the_zoo_has_two_kinds_of_each_disease_and_many_healthy_ones():
    assert {case.disease for case in SICK} == set(DISEASES)
    assert all(sum(case.disease == name for case in SICK) >= 2 for name in DISEASES)
    assert len(HEALTHY) >= 30 and len({case.name for case in HEALTHY}) == len(HEALTHY)


def test_a_visit_to_the_zoo():
    """One kind of each disease and every third healthy one: recall, false alarms and cures as the command promises."""
    firsts = [next(case for case in SICK if case.disease == name) for name in DISEASES] + HEALTHY[::3]
    tally = Tally(visits([1], lambda case: case in firsts))
    assert tally.good, tally.text()


def test_the_doctor_at_the_bedside_changes_nothing(backend):
    states = []
    for callbacks in ([Doctor(verbose=0)], []):
        model = classifier(backend=backend, rate=5.0)  # sick, so that trials are made
        kt.utils.set_random_seed(2)
        history = model.fit(X, CLASSES, epochs=4, batch_size=16, verbose=0, callbacks=callbacks, validation_split=0.2).history
        drawn = [np.random.rand(), kt.random.normal((3,))]
        states.append([*[v.numpy() for v in [*model.variables, *model.optimizer.variables]], *history.values(), *map(kt.ops.convert_to_numpy, drawn)])
    assert len(states[0]) == len(states[1])
    for with_doctor, without in zip(*states):
        np.testing.assert_array_equal(with_doctor, without)


def test_the_doctor_at_the_bedside_speaks_at_the_end(capsys):
    doctor = Doctor()
    classifier(loss=kt.losses.SparseCategoricalCrossentropy(from_logits=True)).fit(X, CLASSES, verbose=0, callbacks=[doctor])
    assert doctor.report.diseases == ["softmax twice"] and doctor.report[0].layers == ("last",)
    assert capsys.readouterr().out == f"{doctor.report!r}\n"
    healthy = Doctor()
    classifier().fit(X, CLASSES, epochs=6, verbose=0, callbacks=[healthy], validation_data=(X[:20] + 0.1, CLASSES[:20]))
    assert healthy.report == [] and capsys.readouterr().out == "Nothing found: the training looks healthy.\n"


def test_a_report_is_the_same_every_time_and_has_a_table():
    model = classifier("linear")
    first, second = diagnose(model, X, CLASSES), diagnose(model, X, CLASSES)
    assert repr(first) == repr(second)
    lines = repr(first).splitlines()
    assert lines[0] == "1. logits as probabilities: The loss sparse_categorical_crossentropy expects probabilities; the outputs are raw scores."
    assert lines[1].startswith("     evidence: smallest output: -") and lines[2] == "     layers: last"
    assert lines[3:] == [
        "     fix: Tell the loss with from_logits=True.",
        "          model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), ...)",
    ]
    table = first._repr_html_()
    assert table.startswith("<table><caption>") and table.count("<tr>") == 2 and "scope='col'" in table and "0x" not in table


def test_a_fix_is_applied_to_a_copy(backend):
    model = classifier("sigmoid", "categorical_crossentropy", backend=backend)
    one_hot = np.eye(3)[CLASSES]
    before = model.get_weights()
    (finding,) = diagnose(model, X, one_hot)
    mended = finding.apply()
    mended.fit(epochs=2)
    assert mended.model.layers[-1].activation.__name__ == "softmax" and model.layers[-1].activation is kt.activations.sigmoid
    for now, then in zip(model.get_weights(), before):
        np.testing.assert_array_equal(now, then)
    assert diagnose(mended.model, X, one_hot) == []


def test_a_fix_for_a_person_says_so():
    model = kt.Sequential([kt.Input((4,)), layers.Dense(3)])
    model.compile("sgd", "mse")
    (finding,) = diagnose(model, X, X.sum(1, keepdims=True))
    assert finding.disease == "silent broadcast"
    with pytest.raises(ValueError, match=r"by hand\. Fix: Give the last layer one unit"):
        finding.apply()


def test_what_a_cause_explains_steps_back():
    model = kt.Sequential([kt.Input((4,)), layers.Dense(8, "relu"), layers.Dense(1)])
    model.compile(kt.optimizers.SGD(0.1), "mse")
    training = Training(model, X * 1000, X.sum(1, keepdims=True), settings={"epochs": 3})
    with np.errstate(all="ignore"):
        history, watch = training.fit()
    report = diagnose(model, training.x, training.y, history, watch)
    assert report.diseases == ["unscaled inputs"] and report.consequences
    assert repr(report).splitlines()[-1].startswith("Probably a consequence: ")


def test_each_output_is_judged():
    inputs = kt.Input((4,))
    model = kt.Model(inputs, [layers.Dense(3, "sigmoid", name="a")(inputs), layers.Dense(3, name="b")(inputs)])
    model.compile("sgd", ["categorical_crossentropy", "categorical_crossentropy"])
    y = np.eye(3)[CLASSES]
    report = diagnose(model, X, [y, y])
    assert {f.disease: f.layers for f in report} == {"wrong output activation": ("a",), "logits as probabilities": ("b",)}


class Pair(kt.Model):
    """Trained by a step of its own; there is no `call`."""

    def __init__(self):
        super().__init__(name="pair")
        self.part = kt.Sequential([kt.Input((4,)), layers.Dense(1, name="deep")])
        self.built = True

    def train_step(self, data):
        with kt.GradientTape() as tape:
            loss = kt.ops.mean(kt.ops.square(self.part(data[0])))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}


def test_what_could_not_be_judged_is_said(backend):
    with kt.config.set_backend(backend):
        model = Pair()
    model.compile("sgd")
    doctor = Doctor(verbose=0)
    model.fit(X, CLASSES, verbose=0, callbacks=[doctor])
    assert doctor.report == [] and "NotImplementedError: Model Pair does not have a `call()`" in repr(doctor.report)


def test_data_that_is_no_arrays():
    with pytest.raises(ValueError, match=r"Received x of type generator\.\nFix: pass arrays, or give fit\(\) a `Doctor\(\)`"):
        diagnose(classifier(), (x for x in X), CLASSES)
    with pytest.raises(ValueError, match="compile"):
        diagnose(kt.Sequential([kt.Input((4,)), layers.Dense(1)]), X, CLASSES)


def test_batches_from_a_generator_are_seen(backend):
    def batches():
        for start in range(0, 160, 20):
            yield X[start : start + 20], CLASSES[start : start + 20]

    doctor = Doctor(verbose=0)
    classifier("linear", backend=backend).fit(batches(), verbose=0, callbacks=[doctor])
    assert doctor.report.diseases == ["logits as probabilities"]
