"""Work done ahead of time by threads or processes; results come in order."""

import collections
import concurrent.futures
import queue
import signal
import threading


def in_order(get, numbers, workers, processes=False, ahead=10):
    """Yield `get(i)` for each number, in order, made ahead by workers.

    An error in a worker is raised here, with its traceback. Closing the generator stops the workers.

    Args:
        get: object with `__getitem__`; with processes each worker has its own copy.
        numbers: iterable of positions.
        workers: how many.
        processes: whether they are processes, else threads.
        ahead: results that may wait to be taken.

    >>> list(in_order("abc", range(3), workers=2))
    ['a', 'b', 'c']
    """
    pool, waiting = (_Processes if processes else _Threads)(get, workers), collections.deque()
    try:
        for number in numbers:
            waiting.append(pool.submit(number))
            if len(waiting) >= max(ahead, 1):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.stop()


class _Threads:
    """Threads that never keep Python from ending."""

    def __init__(self, get, workers):
        self._get, self._todo, self._count = get, queue.SimpleQueue(), workers
        for i in range(workers):
            threading.Thread(target=self._work, name=f"kerasteach data {i}", daemon=True).start()

    def _work(self):
        while (task := self._todo.get()) is not None:
            future, number = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self._get[number])
            except BaseException as error:
                future.set_exception(error)

    def submit(self, number):
        """Have the result of a position made; return its Future."""
        future = concurrent.futures.Future()
        self._todo.put((future, number))
        return future

    def stop(self):
        """Forget what nobody has begun, and send everybody home."""
        while not self._todo.empty():
            self._todo.get()
        for _ in range(self._count):
            self._todo.put(None)


class _Processes:
    """Processes, each with its own copy of the data set."""

    def __init__(self, get, workers):
        self._pool = concurrent.futures.ProcessPoolExecutor(workers, initializer=_settle, initargs=(get,))
        self._futures = []

    def submit(self, number):
        """Have the result of a position made; return its Future."""
        self._futures = [f for f in self._futures if not f.done()]
        self._futures.append(self._pool.submit(_item, number))
        return self._futures[-1]

    def stop(self):
        """Let idle workers end; end those that are still at it."""
        busy = any(not f.done() for f in self._futures)
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=not busy, cancel_futures=True)
        for process in processes if busy else ():
            process.terminate()


_mine = None


def _settle(get):
    """Keep a worker's copy; Ctrl-C is the main process's business."""
    global _mine
    _mine = get
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _item(number):
    return _mine[number]
