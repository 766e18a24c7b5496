"""Shared objects: the same layer twice in a model must be one layer again after loading.

While a model is being written every object gets an id; afterwards the ids that
turn up once are taken out again, so that only real sharing shows in the file.
"""

import collections
import threading


class _Open(threading.local):
    def __init__(self):
        self.written = self.read = None


_open = _Open()
KEY = "shared_object_id"


class WritingScope:
    """A `with` block in which objects written twice get the same id."""

    def __enter__(self):
        self._before, _open.written = _open.written, {}
        return self

    def __exit__(self, *exc):
        _open.written = self._before


class ReadingScope:
    """A `with` block in which the same id gives the same object."""

    def __enter__(self):
        self._before, _open.read = _open.read, {}

    def __exit__(self, *exc):
        _open.read = self._before


def note_written(obj, data):
    """Give `data`, the serialized `obj`, an id; objects are held so that ids stay unique."""
    if _open.written is not None:
        number, _ = _open.written.setdefault(id(obj), (len(_open.written) + 1, obj))
        data[KEY] = number


def note_read(data, obj):
    """Remember the object made from `data`."""
    if _open.read is not None and KEY in data:
        _open.read[data[KEY]] = obj


def already_read(data):
    """The object made earlier from the same id, or None."""
    return _open.read.get(data.get(KEY)) if _open.read else None


def drop_lonely_ids(data):
    """Take the ids that occur once out of serialized data, in place.

    >>> data = [{"a": 1, KEY: 1}, {"b": {KEY: 2}}, {"c": 1, KEY: 1}]
    >>> drop_lonely_ids(data)
    >>> data
    [{'a': 1, 'shared_object_id': 1}, {'b': {}}, {'c': 1, 'shared_object_id': 1}]
    """
    dicts = [d for d in _dicts(data) if KEY in d]
    counts = collections.Counter(d[KEY] for d in dicts)
    for d in dicts:
        if counts[d[KEY]] == 1:
            del d[KEY]


def _dicts(data):
    todo = [data]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            yield part
            todo.extend(part.values())
        elif isinstance(part, (list, tuple)):
            todo.extend(part)
