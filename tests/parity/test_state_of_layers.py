"""What belongs to a layer: `variables` hold where random streams stand, `weights` do not."""

import numpy as np
import pytest

X = np.ones((2, 4), "float32")


def model(api):
    L = api.layers
    inner = api.Sequential([api.Input((4,)), L.Dropout(0.5, seed=1), L.BatchNormalization(name="bn"), L.Dense(3, name="d")], name="inner")
    x = api.Input((4,))
    return api.Model(x, L.GaussianNoise(0.1, seed=2)(inner(x)), name="m")


@pytest.mark.parametrize("kind", ["variables", "weights", "trainable_variables", "trainable_weights", "non_trainable_variables", "non_trainable_weights"])
@pytest.mark.parametrize("frozen", [False, True])
def test_the_same_state_in_the_same_order(kind, frozen, both):
    def recipe(api):
        made = model(api)
        made.trainable = not frozen
        return [v.path for v in getattr(made, kind)]

    ours, theirs = both(recipe)
    assert ours == theirs


def test_a_stateless_call_returns_where_the_streams_stand(both):
    def recipe(api):
        layer = api.layers.Dropout(0.5, seed=1)
        layer.build((2, 4))
        before = [v.value for v in layer.non_trainable_variables]
        _, after = layer.stateless_call([], before, api.ops.convert_to_tensor(X), training=True)
        return [len(before), len(after), bool((np.asarray(before[0]) != np.asarray(after[0])).any())]

    ours, theirs = both(recipe)
    assert ours == theirs == [1, 1, True]


def test_moving_a_model_leaves_its_streams_alone(backend):
    import kerasteach as kt

    made = model(kt)
    other = "torch" if backend == "numpy" else "numpy"
    made.to(other)
    assert made.predict(X, verbose=0).shape == (2, 3)
    made.compile("sgd", "mse")
    made.fit(X, np.zeros((2, 3)), verbose=0)
