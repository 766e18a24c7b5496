"""Our rows of the batches of a DataLoader: a process reads no others."""

import collections

from torch.utils.data import DataLoader, DistributedSampler

from .replicas import REPLICAS


class _OwnRows:
    """A batch sampler: our rows of each batch of another. `counts` are the rows those batches have in all."""

    def __init__(self, sampler):
        self.sampler, self.counts = sampler, collections.deque()

    def __iter__(self):
        for numbers in self.sampler:
            numbers = list(numbers)
            self.counts.append(len(numbers))
            first, stop = REPLICAS.kept_of(len(numbers))
            yield numbers[first:stop]


def own_rows(loader):
    """Yield pairs (rows of the whole batch, our rows of it); count None: the rows are all there, ours to be cut out.

    Raises:
        ValueError: if the loader splits the data among the processes already.
    """
    if isinstance(loader.sampler, DistributedSampler):
        raise ValueError(
            "The DataLoader has a DistributedSampler, which splits the data among the processes; fit() does that itself, "
            "row by row within each batch. Fix: DataLoader(dataset, batch_size=..., shuffle=True), with the batch size of "
            "all processes together."
        )
    if loader.batch_sampler is None or not hasattr(loader.dataset, "__getitem__"):
        yield from ((None, batch) for batch in loader)  # whoever makes its batches makes them whole
        return
    rows = _OwnRows(loader.batch_sampler)
    same = "num_workers", "collate_fn", "pin_memory", "timeout", "worker_init_fn", "multiprocessing_context", "generator", "prefetch_factor"
    for batch in DataLoader(loader.dataset, batch_sampler=rows, **{name: getattr(loader, name) for name in same}):
        yield rows.counts.popleft(), batch
