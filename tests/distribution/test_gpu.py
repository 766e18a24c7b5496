"""On GPUs: models are there by themselves, and processes talk by NCCL."""

import numpy as np
import pytest

import kerasteach as keras

from .conftest import results, start

torch = pytest.importorskip("torch")
GPUS = torch.cuda.device_count()
pytestmark = [pytest.mark.gpu, pytest.mark.skipif(GPUS == 0, reason="no GPU")]


def fitted(**where):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(2)])
    model.to("torch", **where).compile("adam", "mse", metrics=["mae"])
    x, y = np.random.normal(size=(64, 8, 8, 1)), np.random.normal(size=(64, 2))
    return model, model.fit(x, y, batch_size=16, epochs=3, verbose=0).history["loss"], model.predict(x, verbose=0)


def test_a_model_is_on_the_gpu_by_itself_and_by_name():
    try:
        on_cpu, expected, predicted = fitted(device="cpu")
        on_gpu, curve, there = fitted(device="cuda")
    finally:
        keras.backend.api.get("torch").use("cuda")
    assert on_cpu.weights[0].value.device.type == "cpu" and on_gpu.weights[0].value.device.type == "cuda"
    np.testing.assert_allclose(curve, expected, rtol=1e-3)
    np.testing.assert_allclose(there, predicted, rtol=1e-2, atol=1e-3)
    assert fitted()[0].weights[0].value.device.type == "cuda"


@pytest.mark.skipif(GPUS < 2, reason="NCCL needs a GPU for each process")
@pytest.mark.slow
def test_processes_on_gpus_compute_as_one_on_the_cpu(tmp_path):
    cases = "everything masks several_outputs streams callbacks".split()
    folders = [tmp_path / name for name in ("cpu", "gpu")]
    for folder, environment, processes in zip(folders, ({}, {"CUDA_VISIBLE_DEVICES": ",".join(map(str, range(GPUS)))}), (1, 2)):
        folder.mkdir()
        run = start(processes, "train.py", folder, *cases, **environment)
        assert run.returncode == 0, run.stderr
    (alone,), together = map(results, folders)
    for found in together:
        for case in cases:
            parts = zip(*[part if isinstance(part, list) else [part] for part in (alone[case], found[case])])
            for one, many in parts:
                np.testing.assert_allclose(many["curve"]["loss"], one["curve"]["loss"], rtol=1e-3)
