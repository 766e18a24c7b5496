"""Exercise 01: the stub is not attempted, right answers pass, every named mistake is told by its name."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import kerasteach as keras
from kerasteach.learn import Outcome, exercise
from kerasteach.learn.ex01.model import loaded_model, two_input_model
from kerasteach.learn.generate import cut, generate
from kerasteach.learn.observe import same

ROOT = Path(__file__).resolve().parents[2]
STEM = "01_the_model_class"
NAMES = ["q1", "q2", "q3", "q4"]
layers = keras.layers


def question(name):
    return exercise("01")[NAMES.index(name)]


def mistakes():
    return [(name, m) for name in NAMES for m in question(name).task.misconceptions]


# Right answers, each question's written in three ways.


def build_functional(features, units):
    a, b = keras.Input((features,)), keras.Input((features,))
    shared = layers.Dense(units, activation="relu")
    return keras.Model([a, b], layers.Dense(1, "sigmoid")(layers.Concatenate()([shared(a), shared(b)])))


def build_with_an_encoder(features, units):
    encoder = keras.Sequential([keras.Input((features,)), layers.Dense(units), layers.ReLU()])
    left, right = keras.Input((features,), name="left"), keras.Input((features,), name="right")
    score = layers.Dense(1)(keras.ops.concatenate([encoder(left), encoder(right)], axis=-1))
    return keras.Model(inputs=[left, right], outputs=layers.Activation("sigmoid")(score))


class Twin(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.last = layers.Dense(1, activation="sigmoid")
        self.shared = layers.Dense(units, activation=keras.activations.relu)

    def call(self, inputs):
        return self.last(keras.ops.concatenate([self.shared(x) for x in inputs], axis=1))


def forward_in_a_loop(x1, x2, kernel, bias, out_kernel, out_bias):
    p = []
    for a, b in zip(x1, x2):
        h = [max(0.0, z) for z in [*(a @ kernel + bias), *(b @ kernel + bias)]]
        p.append([1 / (1 + np.exp(-sum(w * v for w, v in zip(out_kernel[:, 0], h)) - out_bias[0]))])
    return p  # a list will do


def forward_in_halves(x1, x2, kernel, bias, out_kernel, out_bias):
    first, second = np.split(out_kernel, 2)
    score = np.maximum(0, x1.dot(kernel) + bias) @ first + np.maximum(0, x2.dot(kernel) + bias) @ second
    return np.exp(score + out_bias) / (1 + np.exp(score + out_bias))


def forward_as_one_batch(x1, x2, kernel, bias, out_kernel, out_bias):
    z = np.vstack([x1, x2]) @ kernel + bias
    h = np.hstack(np.split(np.where(z > 0, z, 0), 2))
    return (0.5 * (1 + np.tanh((h @ out_kernel + out_bias) / 2))).astype("float32")


def loss_with_where(y, p):
    return np.where(y == 1, -np.log(p + 1e-7), -np.log(1 - p + 1e-7)).mean()


def loss_in_a_loop(y, p):
    total = 0.0
    for label, probability in zip(y.ravel(), p.ravel()):
        probability = min(max(probability, 1e-7), 1 - 1e-7)
        total -= np.log(probability if label else 1 - probability)
    return total / len(y)


def loss_of_the_true_class(y, p):
    right = np.clip(np.abs(y + p - 1), 1e-7, 1)
    return -np.log(right).sum() / y.size


def at_the_sums(x1, x2, y, kernel, bias, out_kernel, out_bias):
    z = np.hstack([x1 @ kernel + bias, x2 @ kernel + bias])
    p = 1 / (1 + np.exp(-(np.maximum(z, 0) @ out_kernel + out_bias)))
    return np.hsplit((p - y) @ out_kernel.T * (z > 0) / len(y), 2)


def gradient_stacked(x1, x2, *rest):
    return np.vstack([x1, x2]).T @ np.vstack(at_the_sums(x1, x2, *rest))


def gradient_accumulated(x1, x2, *rest):
    total = 0
    for x, g in zip((x1, x2), at_the_sums(x1, x2, *rest)):
        total += np.einsum("bf,bu->fu", x, g)
    return total


def gradient_per_sample(x1, x2, *rest):
    g1, g2 = at_the_sums(x1, x2, *rest)
    return sum(np.outer(a, g) + np.outer(b, h) for a, g, b, h in zip(x1, g1, x2, g2))


RIGHT = [
    ("q1", build_functional), ("q1", build_with_an_encoder), ("q1", lambda features, units: Twin(units)),
    ("q2", forward_in_a_loop), ("q2", forward_in_halves), ("q2", forward_as_one_batch),
    ("q3", loss_with_where), ("q3", loss_in_a_loop), ("q3", loss_of_the_true_class),
    ("q4", gradient_stacked), ("q4", gradient_accumulated), ("q4", gradient_per_sample),
]  # fmt: skip


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("name, answer", RIGHT)
def test_right_answers_pass(name, answer, backend):
    if backend == "torch":
        pytest.importorskip("torch")
    with keras.config.set_backend(backend):
        result = question(name).check(answer)
    assert result.outcome is Outcome.CORRECT, result
    assert result.counterexample is None and result.misconception is None


# The same mistakes as the named ones, as somebody else would write them.


def build_separate(features, units):
    branches = [keras.Input((features,)) for _ in range(2)]
    h = [layers.ReLU()(layers.Dense(units)(x)) for x in branches]
    return keras.Model(branches, layers.Dense(1, "sigmoid")(layers.Concatenate(axis=1)(h)))


def build_added(features, units):
    a, b = keras.Input((features,)), keras.Input((features,))
    shared = layers.Dense(units, activation="relu")
    return keras.Model([a, b], layers.Dense(1, activation="sigmoid")(shared(a) + shared(b)))


def build_swapped(features, units):
    model = build_functional(features, units)
    return keras.Model(model.inputs[::-1], model.outputs[0])


def build_without_last_activation(features, units):
    a, b = keras.Input((features,)), keras.Input((features,))
    encoder = keras.Sequential([layers.Dense(units), layers.ReLU()])
    return keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([encoder(a), encoder(b)])))


def loss_without_zeros(y, p):
    return -np.log(np.clip(p[y == 1], 1e-7, 1)).sum() / len(y)


def gradient_kept_from_the_last(x1, x2, *rest):
    for x, g in zip((x1, x2), at_the_sums(x1, x2, *rest)):
        gradient = np.einsum("bf,bu->fu", x, g)
    return gradient


def gradient_of_the_mean_branch(x1, x2, *rest):
    return np.mean([x.T @ g for x, g in zip((x1, x2), at_the_sums(x1, x2, *rest))], axis=0)


WRONG = [
    ("q1", "two separate layers", build_separate),
    ("q1", "added, not joined", build_added),
    ("q1", "branches swapped", build_swapped),
    ("q1", "linear output", build_without_last_activation),
    ("q1", "tensor instead of a model", lambda f, u: keras.Input((f,))),
    ("q1", "nothing returned", lambda f, u: None),
    ("q1", "called instead of passed", two_input_model(1, 1).get_config()),
    ("q2", "branches swapped", lambda x1, x2, *w: forward_in_halves(x2, x1, *w)),
    ("q2", "halves not side by side", lambda x1, x2, k, b, v, c: np.maximum(x1 @ k + b + x2 @ k + b, 0).dot(v) + c),
    ("q2", "kernel transposed", lambda x1, x2, k, b, v, c: forward_in_halves(x1, x2, np.transpose(k), b, v, c)),
    ("q2", "right numbers, wrong shape", lambda *a: forward_in_halves(*a)[:, 0]),
    ("q2", "softmax on one unit", lambda x1, *rest: x1[:, :1] * 0 + 1.0),
    ("q3", "zeros forgotten", loss_without_zeros),
    ("q3", "logarithm of 0", lambda y, p: -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p))),
    ("q3", "sum instead of mean", lambda y, p: loss_in_a_loop(y, p) * len(y)),
    ("q3", "right numbers, wrong shape", lambda y, p: [loss_in_a_loop(y, p)]),
    ("q4", "gradient overwritten", gradient_kept_from_the_last),
    ("q4", "branches averaged", gradient_of_the_mean_branch),
    ("q4", "batch mean forgotten", lambda x1, *rest: gradient_stacked(x1, *rest) * x1.shape[0]),
    ("q4", "gradient transposed", lambda *a: np.swapaxes(gradient_stacked(*a), 0, 1)),
]


@pytest.mark.parametrize("name, mistake, answer", WRONG, ids=[f"{name} {mistake}" for name, mistake, _ in WRONG])
def test_mistakes_are_recognized_however_they_are_written(name, mistake, answer):
    result = question(name).check(answer)
    assert (result.outcome, result.misconception) == (Outcome.INCORRECT, mistake), result


@pytest.mark.parametrize("name, mistake", mistakes(), ids=lambda x: getattr(x, "name", x))
def test_every_named_mistake_is_caught_with_its_own_message(name, mistake):
    q = question(name)
    result = q.check(mistake.answer)
    assert result.outcome is Outcome.INCORRECT
    assert (result.misconception, result.message) == (mistake.name, mistake.message)
    assert q.hint(mistake.hint) and f"{name}.hint({mistake.hint})" in repr(result)
    assert not same(result.counterexample.expected, result.counterexample.received)


def test_mistakes_are_many_and_told_apart():
    assert len(mistakes()) >= 8
    for name in NAMES:
        texts = [m.message for m in question(name).task.misconceptions]
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name, mistake", mistakes(), ids=lambda x: getattr(x, "name", x))
def test_counterexamples_are_small(name, mistake):
    case = question(name).check(mistake.answer).counterexample.case
    needs_two_samples = mistake.name in ("batch mean forgotten", "sum instead of mean")
    needs_two_units = name == "q1" or "transposed" in mistake.name
    for key, x in case.items():
        if isinstance(x, np.ndarray):
            assert x.shape[0] <= (2 if "kernel" not in key else 4)
            assert set(x.ravel()) <= {-1, 0, 0.5, 1}, f"{key} could be simpler: {x}"
    if "x1" in case:
        assert case["x1"].shape == (1 + needs_two_samples, 1)
    if "kernel" in case:
        assert case["kernel"].shape == (1, 1 + needs_two_units)


def test_a_counterexample_is_a_program_that_shows_the_mistake():
    result = question("q4").check(gradient_kept_from_the_last)
    *setup, call = result.counterexample.program.splitlines()
    space = {"np": np, "kernel_gradient": gradient_kept_from_the_last}
    exec("\n".join(setup), space)
    wrong = eval(call, space)
    right = eval(call, space | {"kernel_gradient": gradient_stacked})
    assert same(wrong, result.counterexample.received) and same(right, result.counterexample.expected)
    assert not same(wrong, right)


def test_a_counterexample_of_a_model_is_a_program_too():
    result = question("q1").check(build_swapped)
    space = {"np": np, "build_model": build_swapped}
    *setup, call = result.counterexample.program.splitlines()
    exec("\n".join(setup), space)
    assert call == "model.predict([x1, x2])"
    assert same(space["model"]([space["x1"], space["x2"]]), result.counterexample.received["output"])


def test_wrong_in_two_ways_has_no_name_but_an_example():
    result = question("q4").check(lambda x1, x2, *rest: (x2.T @ at_the_sums(x1, x2, *rest)[1]).T * 3)
    assert result.outcome is Outcome.INCORRECT and result.misconception is None
    assert "expected" in repr(result) and "q4.hint()" in repr(result)


def test_an_error_is_an_answer():
    result = question("q2").check(lambda *a: {}["h"])
    assert result.outcome is Outcome.INCORRECT
    assert "raises an error" in result.message and "received KeyError: 'h'" in repr(result)


@pytest.mark.parametrize("name", NAMES)
def test_stubs_are_not_attempted(name):
    def not_implemented(*arguments):
        raise NotImplementedError

    for stub in (..., None, NotImplemented, lambda *arguments: ..., not_implemented):
        result = question(name).check(stub)
        assert result.outcome is Outcome.NOT_ATTEMPTED and f"{name}.hint()" in repr(result)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_what_is_expected_is_what_the_model_does(backend):
    """The four references against each other and against central differences."""
    if backend == "torch":
        pytest.importorskip("torch")
    q1, q2, q3, q4 = (question(name).task for name in NAMES)
    case = q4.cases()[-1]
    with keras.config.set_backend(backend):
        model = loaded_model(case)
        p = q2.reference(case)
        assert same(p, model.predict([case["x1"], case["x2"]], verbose=0))
        assert same(q3.reference({"y": case["y"], "p": p}), np.array(model.evaluate([case["x1"], case["x2"]], case["y"], verbose=0)))
        gradient = q4.reference(case)
    assert q1.reference(q1.cases()[-1])["parameters"] == 2241
    w = [case[name] for name in ("kernel", "bias", "out_kernel", "out_bias")]
    for place in [(0, 0), (3, 1), (7, 3)]:
        step = np.zeros_like(w[0])
        step[place] = 1e-5
        up, down = (
            loss_in_a_loop(case["y"], forward_in_halves(case["x1"], case["x2"], w[0] + s, *w[1:])) for s in (step, -step)
        )
        assert gradient[place] == pytest.approx((up - down) / 2e-5, abs=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_hints_come_in_order(name):
    q = question(name)
    total = len(q.task.hints)
    assert total >= 3 and q.hints_given == 0
    for number in range(1, total + 1):
        text = repr(q.hint())
        assert f"{name}, hint {number} of {total}" in text and q.hints_given == number
    assert repr(q.hint()) == text and f"{name}.solution()" in text
    with pytest.raises(ValueError, match=f"hints 1 to {total}"):
        q.hint(total + 1)


def cells(folder):
    nb = json.loads((ROOT / folder / f"{STEM}.ipynb").read_text("utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in nb["cells"] if cell["cell_type"] == "code"}


@pytest.mark.parametrize("name", NAMES)
def test_solution_shows_what_the_source_says(name):
    source = cells("solutions")[f"{name}-answer"]
    region = re.search(r"### BEGIN SOLUTION\n(.*?)\n +### END SOLUTION", source, re.DOTALL).group(1)
    shown = question(name).solution()
    assert region in shown.code and "###" not in shown.code
    space = {"np": np, "keras": keras, "layers": layers}
    exec(shown.code, space)
    q = question(name)
    assert q.check(space[q.task.name]).is_correct


def test_exercise_is_in_step_with_its_source(capsys):
    assert generate(check=True, root=ROOT) == 0, capsys.readouterr().out


def test_exercise_gives_no_answer_away():
    solutions, exercises = cells("solutions"), cells("exercises")
    assert exercises == {key: cut(source) for key, source in solutions.items()}
    for key, source in exercises.items():
        assert "###" not in source and "grade(" not in source
        assert ("return ...  # your code here" in source) == key.endswith("-answer")


def run(folder, monkeypatch):
    """The result texts that the notebook of a folder shows, run in a kernel."""
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    nb = nbformat.read(ROOT / folder / f"{STEM}.ipynb", as_version=4)
    nbformat.validate(nb)
    client.NotebookClient(nb, kernel_name="python3", timeout=60).execute()
    shown = [o["data"]["text/plain"] for cell in nb.cells for o in cell.get("outputs", []) if "data" in o]
    return shown


def test_untouched_exercise_runs_and_is_not_attempted(monkeypatch):
    *results, score = run("exercises", monkeypatch)
    assert [text.splitlines()[0] for text in results] == [f"○ {name} not attempted" for name in NAMES]
    assert "0 of 4 correct" in score


def test_solution_runs_and_is_correct(monkeypatch):
    *results, score = run("solutions", monkeypatch)
    assert [text.splitlines()[0] for text in results] == [f"✓ {name} correct" for name in NAMES]
    assert "4 of 4 correct" in score


def test_needs_no_later_lesson():
    known = (ROOT / "notebooks" / f"{STEM}.ipynb").read_text("utf-8")
    used = set(re.findall(r"\b(?:keras|layers)\.(\w+)", "\n".join(cells("solutions").values())))
    assert "Dense" in used
    missing = {name for name in used if not re.search(rf"\b{name}\b", known)}
    assert not missing, f"the exercise uses what the lesson does not show: {missing}"
