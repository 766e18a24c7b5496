"""The proof of an exercise notices what it is there to notice."""

import dataclasses

import numpy as np
import pytest

from kerasteach.learn import Exercise, Misconception, exercise, proof
from kerasteach.learn.generate import repository
from kerasteach.learn.given import names_used, unexplained

ROOT = repository()


def proved(monkeypatch, question=2, **changes):
    """The misses of exercise 01 with one task changed."""
    tasks = [q.task for q in exercise("01")]
    tasks[question] = dataclasses.replace(tasks[question], **changes)
    monkeypatch.setattr(proof, "exercise", lambda number: Exercise("01", "T", "01_the_model_class", [tasks[question]]))
    return proof.prove("01", ROOT)


def misconceptions(*more):
    return (*exercise("01")[2].task.misconceptions, *more)


def test_nothing_is_missed(monkeypatch):
    assert proved(monkeypatch).misses == []


@pytest.mark.parametrize("changes, said", [
    ({"misconceptions": misconceptions(Misconception("none", lambda y, p: exercise("01")[2].task.right_answers[0](y, p), "Right."))}, "'none': correct"),
    ({"misconceptions": misconceptions(Misconception("zero", lambda y, p: 0.0, "Zero.", 7))}, "there is no hint 7"),
    ({"misconceptions": misconceptions()[:5]}, "5 misconceptions"),
    ({"misconceptions": misconceptions(*[Misconception(f"again {i}", misconceptions()[0].answer, f"{i}.") for i in range(2)])}, "is told it were"),
    ({"right_answers": (lambda y, p: 0.0,) * 3}, "right answer 1 is refused"),
    ({"right_answers": ()}, "0 right answers"),
    ({"cases": lambda: [{"y": np.ones((9, 1)), "p": np.arange(1, 10)[:, None] / 10}]}, "elements in the median"),
])  # fmt: skip
def test_a_miss_is_named(monkeypatch, changes, said):
    assert any(said in miss for miss in proved(monkeypatch, **changes).misses)


def test_names_of_keras_are_found():
    code = """class A(keras.layers.Layer):
    def call(self, x): return ops.relu(self.own(x)).reshape(-1).sum()
model.fit(x); L.Dense(1); np.einsum('a', x); {}.get('a')"""
    imports = "import keras\nfrom kerasteach import ops, layers as L\nfrom kerasteach.losses import Loss\nimport numpy as np"
    assert names_used(code, imports) == {"layers", "Layer", "call", "relu", "fit", "Dense", "Loss"}


def test_a_name_of_a_later_lesson_is_reported(tmp_path, monkeypatch):
    import shutil

    for folder in ("solutions", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / "solutions/01_the_model_class.ipynb"
    path.write_text(path.read_text("utf-8").replace("layers.Dense(units, activation", "layers.SeparableConv1D(units, activation"), "utf-8")
    assert unexplained("01", tmp_path) == ["SeparableConv1D"]
