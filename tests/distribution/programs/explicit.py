"""kerasteach by its own name: a script that says itself that it is one of several."""

import numpy as np

import kerasteach as keras

keras.config.set_backend("torch")
both = keras.distribution.DataParallel()
assert keras.distribution.list_devices("cpu") == ["cpu:0", "cpu:1"] and keras.distribution.get_device_count("cpu") == 2
assert (both.num_processes, both.num_model_replicas, both.device_mesh.shape) == (2, 2, (2,))
try:
    keras.distribution.DataParallel(devices=["cpu:0"])
except ValueError as error:
    assert "2 processes have a device each. Received: 1 devices" in str(error)
else:
    raise AssertionError("one device for two processes")


def curve():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    return model.fit(np.random.normal(size=(20, 3)), np.ones((20, 2)), batch_size=5, epochs=3, verbose=0).history["loss"]


alone = curve()
with both.scope():
    assert keras.distribution.distribution() is both
    together = curve()
assert keras.distribution.distribution() is None
np.testing.assert_allclose(together, alone, rtol=1e-6)
keras.distribution.set_distribution(both)
np.testing.assert_allclose(curve(), alone, rtol=1e-6)
print(f"rank {both.data_shard_id} is done")
