"""The names of `keras.distribution`, alone and in a script that uses them."""

import os
import socket
import subprocess
import sys

import pytest

import kerasteach as keras
from kerasteach import __main__ as cli
from kerasteach import distribution

from .conftest import PATIENCE, PROGRAMS


@pytest.mark.slow
def test_a_script_may_say_it_itself():
    """Under torchrun `DataParallel()` is enough; here somebody else starts the processes, and says so as Keras wants it."""
    pytest.importorskip("torch")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    jobs = []
    for rank in range(2):
        told = {"JOB_ADDRESSES": f"{address},127.0.0.1:1", "NUM_PROCESSES": "2", "PROCESS_ID": str(rank)}
        environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", **{f"KERAS_DISTRIBUTION_{name}": value for name, value in told.items()}}
        command = [sys.executable, str(PROGRAMS / "explicit.py")]
        jobs.append(subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    for rank, job in enumerate(jobs):
        out, err = job.communicate(timeout=PATIENCE)
        assert job.returncode == 0 and out == f"rank {rank} is done\n", out + err


def test_one_process_is_as_without():
    alone = distribution.DataParallel(devices=["cpu:0"])
    with alone.scope():
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        assert len(model.fit([[1.0, 2.0]], [1.0], epochs=2, verbose=0).history["loss"]) == 2
    assert distribution.distribution() is None


def test_layouts_are_data():
    mesh = distribution.DeviceMesh((2, 1), ["data", "model"], ["cpu:0", "cpu:1"])
    assert mesh.devices.shape == (2, 1) and mesh.axis_names == ["data", "model"]
    layout = distribution.TensorLayout(["data", None])
    layout.device_mesh = mesh
    with pytest.raises(ValueError, match="Cannot override device mesh value"):
        layout.device_mesh = mesh
    with pytest.raises(ValueError, match="Invalid axis names for Layout"):
        distribution.TensorLayout(["rows"], mesh)
    alone = distribution.DataParallel(devices=["cpu:0"])
    assert alone.get_data_layout((8, 3)).axes == ("batch", None)
    assert alone.get_variable_layout(keras.Variable([[1.0]])).axes == (None, None)
    assert alone.get_tensor_layout("dense/output") is None
    assert alone.distribute_dataset([1, 2]) == [1, 2]


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda: distribution.DeviceMesh((), []), "Shape and axis_names cannot be empty"),
        (lambda: distribution.DeviceMesh((2,), ["a", "b"]), "Shape and axis_names should have same size"),
        (lambda: distribution.DeviceMesh((3,), ["a"], ["cpu:0"]), "Shape does not match the number of devices"),
        (lambda: distribution.DataParallel("all"), "Expect `mesh` to be an instance of `DeviceMesh`"),
        (lambda: distribution.DataParallel(auto_shard_dataset=False), "auto_shard_dataset=False is not supported"),
        (lambda: distribution.set_distribution("all"), "Expected a `DataParallel` or None"),
        (lambda: distribution.list_devices("abacus"), "Unknown device_type"),
        (lambda: distribution.initialize(num_processes=2), "needs job_addresses, num_processes and process_id together"),
    ],
)
def test_mistakes_are_told(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()


def test_more_devices_than_processes_is_a_warning():
    with pytest.warns(UserWarning, match="torchrun --nproc-per-node 2"):
        distribution.DataParallel(devices=["gpu:0", "gpu:1"])


def test_what_is_left_out_says_so():
    for name in ("ModelParallel", "LayoutMap", "distribute_tensor"):
        with pytest.raises(AttributeError, match="no weight is split over devices"):
            getattr(distribution, name)


def test_several_processes_need_torch(monkeypatch, capsys, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("raise SystemExit('it ran')")
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert cli.main(["run", "--backend", "numpy", str(script)]) == 2
    assert "Received: --backend numpy. Fix: leave --backend out." in capsys.readouterr().err


def test_a_model_goes_to_a_device():
    torch = pytest.importorskip("torch")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    assert model.to("torch", device="cpu").backend == "torch"
    assert model.to("numpy", device="cpu").backend == "numpy"
    with pytest.raises(ValueError, match=r"Fix: model.to\('torch', device='cuda'\)"):
        model.to("numpy", device="cuda")
    with pytest.raises(ValueError, match="There is no device 'cuda:99' here"):
        model.to("torch", device=f"cuda:{99 if torch else 0}")
    with pytest.raises(ValueError, match="Unknown device 'abacus'"):
        model.to("torch", device="abacus")
