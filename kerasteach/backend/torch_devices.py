"""Where the Torch backend computes, and what else it knows of the machine and of other processes."""

import contextlib

import torch

from .replicas import REPLICAS


class Devices:
    """The part of the Torch backend that is about devices, processes and Torch's own random numbers."""

    def place(self, layer, *args, **kwargs):
        if args and isinstance(args[0], str):
            try:
                torch.device(args[0])
            except RuntimeError:
                raise ValueError(
                    f"Unknown backend {args[0]!r}. Expected 'numpy' or 'torch', or a device of Torch as 'cpu' or 'cuda:0'. "
                    "Fix: write one of these names."
                ) from None
        return torch.nn.Module.to(layer, *args, **kwargs)

    def use(self, device):
        try:
            device = torch.device(str(device).lower().replace("gpu", "cuda"))
        except RuntimeError:
            raise ValueError(f"Unknown device {device!r}. Expected 'cpu', 'cuda' or, of several, as 'cuda:1'.") from None
        gpus = torch.cuda.device_count()
        if device.type == "cuda" and (device.index or 0) >= gpus:
            raise ValueError(f"There is no device '{device}' here: Torch finds {gpus} GPU(s). Fix: device='cpu', or leave `device` out.")
        self.device = device

    @contextlib.contextmanager
    def on_device(self, name):
        if not isinstance(name, str):
            raise ValueError(
                "Invalid value for argument `device_name`. Expected a string like 'gpu:0' or 'cpu'. "
                f"Received: device_name='{name}'"
            )
        before, self.device = self.device, torch.device(name.lower().replace("gpu", "cuda"))
        try:
            yield
        finally:
            self.device = before

    def devices(self, kind=None):
        gpus = torch.cuda.device_count()
        kind = kind or ("gpu" if gpus else "cpu")
        count = REPLICAS.world if REPLICAS.engine is not None else gpus if kind == "gpu" else 1
        return [f"{kind}:{i}" for i in range(count)] if kind == "cpu" or (kind == "gpu" and gpus) else []

    def join_job(self, address=None, world=None, rank=None):
        from . import torch_distributed

        return torch_distributed.join_job(address, world, rank)

    def random_state(self):
        return torch.get_rng_state().tolist()

    def set_random_state(self, state):
        torch.set_rng_state(torch.tensor(state, dtype=torch.uint8))
