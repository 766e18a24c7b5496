"""Metrics sent to a web server."""

import json
import warnings

import numpy as np

from .callback import Callback


class RemoteMonitor(Callback):
    """Posts the metrics of each epoch to a server.

    Args:
        root: address of the server.
        path: where on it.
        field: name of the form's field that holds the metrics as JSON.
        headers: dict of more HTTP headers.
        send_as_json: whether the body is the JSON itself instead of a form.

    Source: https://keras.io/api/callbacks/remote_monitor/

    >>> monitor = RemoteMonitor("http://localhost:9000", send_as_json=True)
    >>> monitor.root + monitor.path
    'http://localhost:9000/publish/epoch/end/'
    """

    def __init__(
        self,
        root="http://localhost:9000",
        path="/publish/epoch/end/",
        field="data",
        headers=None,
        send_as_json=False,
    ):
        super().__init__()
        self.root, self.path, self.field = root, path, field
        self.headers, self.send_as_json = headers, send_as_json

    def on_epoch_end(self, epoch, logs=None):
        from urllib.error import HTTPError
        from urllib.parse import urlencode
        from urllib.request import Request, urlopen

        numbers = {name: value.item() if isinstance(value, (np.ndarray, np.generic)) else value for name, value in (logs or {}).items()}
        text = json.dumps({"epoch": epoch, **numbers})
        body, kind = (text, "json") if self.send_as_json else (urlencode({self.field: text}), "x-www-form-urlencoded")
        headers = {"Content-Type": f"application/{kind}", **(self.headers or {})}
        try:
            urlopen(Request(self.root + self.path, body.encode(), headers)).close()
        except HTTPError:
            pass  # it was reached; what it thinks of the metrics is its business
        except OSError:
            warnings.warn(f"Could not reach RemoteMonitor root server at {self.root}", stacklevel=2)
