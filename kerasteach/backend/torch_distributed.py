"""Many processes, one model: what `REPLICAS.engine` is, made of torch.distributed and DistributedDataParallel.

Every process calls the same functions in the same order; each waits there for the others.
"""

import atexit
import datetime
import functools
import gc
import os
import socket
import time

import torch
import torch.distributed as dist

from .replicas import REPLICAS, PeerLost
from .torch import BACKEND
from .torch_ddp import Averaged, GradientSync
from .torch_loader import own_rows
from .torch_rules.replicas import all_rows

_PATIENCE = datetime.timedelta(minutes=30)  # how long to wait for others that are alive
_LOST = "gloo", "nccl", "connection closed", "connection reset", "broken pipe"  # in an error of torch.distributed itself


def watched(function):
    """Decorator: an error that comes from the connection says who is gone and how to go on."""

    @functools.wraps(function)
    def call(self, *args, **kwargs):
        try:
            return function(self, *args, **kwargs)
        except RuntimeError as error:
            if isinstance(error, PeerLost) or not any(word in str(error).lower() for word in _LOST):
                raise
            self.lost = True
            raise PeerLost(self.farewell()) from error

    return call


class Engine:
    """Talks to the other processes of a job.

    Attributes:
        rank, world: our number, and how many we are.
        backup: folder that training can go on from after a crash, if there is one.
        lost: whether another process is gone.
    """

    backup, lost = None, False

    def __init__(self):
        self.rank, self.world = dist.get_rank(), dist.get_world_size()
        self._sync, self._saved = GradientSync(), {}
        self._people = [None] * self.world  # (host, process id) of each
        dist.all_gather_object(self._people, (socket.gethostname(), os.getpid()))
        self._store = dist.distributed_c10d._get_default_store()

    # Sums, copies, rows

    @watched
    def all_reduce(self, tensor):
        """Sum a tensor over the processes, in place, and return it."""
        tensor = tensor.contiguous()
        dist.all_reduce(tensor)
        return tensor

    def sum(self, tensors):
        """Return each of some tensors, summed over the processes."""
        sums = [None] * len(tensors)
        for numbers, flat in _flattened(tensors):
            parts = self.all_reduce(flat).split([tensors[i].numel() for i in numbers])
            for i, part in zip(numbers, parts):
                sums[i] = part.reshape(tensors[i].shape)
        return sums

    def average(self, gradients):
        """Return the means of gradients over the processes, each weighed by its rows of the batch; None stays."""
        if type(gradients) is Averaged or not all(g is None or isinstance(g, torch.Tensor) for g in gradients):
            return gradients
        weight = REPLICAS.share / self.world
        means = iter(self.sum([g * weight for g in gradients if g is not None]))
        return [None if g is None else next(means) for g in gradients]

    @watched
    def copy(self, variables):
        """Give all processes rank 0's values of some variables."""
        tensors = [torch.as_tensor(v._value) for v in variables]  # some are NumPy's, as steps and seeds
        for numbers, flat in _flattened(tensors):
            dist.broadcast(flat, 0)
            for i, part in zip(numbers, flat.split([tensors[i].numel() for i in numbers])):
                variables[i].assign(part.reshape(tensors[i].shape))

    def stamp(self, variables):
        """Return what differs once a variable was assigned."""
        return [v._value._version if isinstance(v._value, torch.Tensor) else v._value.tobytes() for v in variables]

    @watched
    def tell(self, thing=None):
        """Return what rank 0 says; the others' argument does not matter."""
        said = [thing]
        dist.broadcast_object_list(said, 0, device=torch.device("cpu"))
        return said[0]

    gather, own_rows = staticmethod(all_rows), staticmethod(own_rows)

    @watched
    def all_rows(self, x):
        """The rows of all processes, in order. Each sends as many as the longest has."""
        count, kind = REPLICAS.count, x.dtype
        counts = [count * (r + 1) // self.world - count * r // self.world for r in range(self.world)]
        rows = x.detach()[: counts[self.rank]]
        padded = rows.new_zeros((max(counts), *rows.shape[1:]))
        padded[: len(rows)] = rows
        padded = padded.to(torch.uint8) if kind == torch.bool else padded
        parts = [torch.empty_like(padded) for _ in counts]
        dist.all_gather(parts, padded)
        return torch.cat([part[:n] for part, n in zip(parts, counts)]).to(kind)

    def mean_of_numbers(self, numbers):
        """Return the mean over the processes of each of some plain numbers."""
        return (self.all_reduce(torch.tensor(numbers, dtype=torch.float64)) / self.world).tolist() if numbers else []

    # Gradients

    @watched
    def value_and_gradients(self, function, variables, program=None):
        """As of a backend: (loss, aux, gradients), the gradients those of the whole batch."""
        return self._sync.value_and_gradients(function, variables, program)

    def need_torch(self, model):
        """Raise if a model cannot be trained by many processes."""
        if model._backend is not BACKEND:
            raise ValueError(
                f"Model '{model.name}' is on the {model._backend.name} backend; DataParallel trains models on Torch. Fix: "
                "keras.config.set_backend('torch') before the model is made, or model.to('torch')."
            )

    # Files

    def announce(self, path, error=None):
        """Tell the others that a file is written, or why not."""
        self._store.set(self._next(path), "" if error is None else f"{type(error).__name__}: {error}")

    @watched
    def wait_for(self, path):
        """Wait until rank 0 has written a file.

        Raises:
            OSError: if it could not.
        """
        key = self._next(path)
        self._store.wait([key], _PATIENCE)
        error = self._store.get(key).decode()
        if error:
            raise OSError(f"Rank 0 could not write {path}. {error}")

    def _next(self, path):
        self._saved[path] = self._saved.get(path, 0) + 1
        return f"kerasteach written {path} {self._saved[path]}"

    # Leaving

    def gone(self, patience=0.0):
        """Return the numbers of processes on this machine that no longer run; dying may take one some seconds."""
        until = time.monotonic() + patience
        while True:
            found = [r for r, who in enumerate(self._people) if r != self.rank and not _is_alive(*who)]
            if found or time.monotonic() >= until:
                return found
            time.sleep(0.01)

    def speaks(self):
        """Whether we are the first of those that are left: one message is enough."""
        return not set(range(self.rank)) - set(self.gone())

    def farewell(self):
        """The message for when others are gone: who, and how to go on."""
        gone = self.gone(patience=1.0)
        who = ", ".join(f"rank {r} (process {self._people[r][1]} on {self._people[r][0]})" for r in gone) or "another process"
        return (
            f"Training stopped: {who} of the {self.world} that trained together is gone: killed, out of memory, or ended by an "
            f"error of its own, which then stands in its output. Rank {self.rank} cannot go on alone.\nFix: {self._way_on()}"
        )

    def _way_on(self):
        if self.backup is None:
            return "nothing was kept of this training; add keras.callbacks.BackupAndRestore(folder) to `callbacks` of fit()."
        if not os.path.isdir(self.backup):
            return f"start the same command again; no backup was made in {self.backup} yet, so it starts anew."
        return f"start the same command again, with as many processes as you like; it goes on from the backup in {self.backup}."

    def leave(self):
        """End the connection, and all that uses it first: its threads must not outlive the interpreter."""
        self._sync = self._store = None
        gc.collect()
        if dist.is_initialized() and not self.lost:  # ending it takes all of them
            dist.destroy_process_group()


def join_job(address=None, world=None, rank=None):
    """Connect with the other processes, as torchrun's environment or the arguments say, and return the Engine.

    Raises:
        ValueError: if there are fewer GPUs than processes here.
    """
    gpus, local = torch.cuda.device_count(), int(os.environ.get("LOCAL_RANK", rank or 0))
    if 0 < gpus < int(os.environ.get("LOCAL_WORLD_SIZE", 1)):
        raise ValueError(
            f"{os.environ['LOCAL_WORLD_SIZE']} processes were started for {gpus} GPU(s); each needs its own. "
            f"Fix: torchrun --nproc-per-node {gpus}; or hide the GPUs, CUDA_VISIBLE_DEVICES=''."
        )
    if gpus:
        torch.cuda.set_device(local % gpus)
        BACKEND.device = torch.device("cuda", local % gpus)
    if not dist.is_initialized():
        given = _fresh_store() if address is None else {"init_method": f"tcp://{address}", "world_size": world, "rank": rank}
        dist.init_process_group("cpu:gloo,cuda:nccl" if gpus else "gloo", timeout=_PATIENCE, **given)
    engine = Engine()
    atexit.register(engine.leave)
    return engine


def _fresh_store():
    """Where processes find each other after torchrun has started them again: without what the dead ones left there."""
    attempt = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
    if attempt == "0" or os.environ.get("GROUP_WORLD_SIZE") != "1":  # of several machines each counts for itself
        return {}
    store, rank, world = next(dist.rendezvous("env://", timeout=_PATIENCE))
    return {"store": dist.PrefixStore(f"attempt {attempt}", store), "rank": rank, "world_size": world}


def _flattened(tensors):
    """Yield (numbers, one long vector of their tensors) for each dtype and device."""
    kinds = [(t.dtype, t.device) for t in tensors]
    for kind in dict.fromkeys(kinds):
        numbers = [i for i, k in enumerate(kinds) if k == kind]
        yield numbers, torch.cat([tensors[i].detach().reshape(-1) for i in numbers])


def _is_alive(host, process):
    """Whether a process still runs; of other machines nothing is known, and a process that nobody has buried is dead."""
    if host != socket.gethostname():
        return True
    try:
        os.kill(process, 0)
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except ProcessLookupError:
        return False
    except OSError:
        return True
