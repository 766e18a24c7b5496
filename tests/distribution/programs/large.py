"""Plain Keras: large.py FOLDER  More data than it keeps: what each rank read, and how its memory grew."""

import json
import os
import sys

import keras
import numpy as np
import torch

folder, rank = sys.argv[1], os.environ.get("RANK", "0")


def resident():
    """Resident memory of this process in MB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def model_of(width):
    model = keras.Sequential([keras.Input((width,)), keras.layers.Dense(4), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


class Rows(torch.utils.data.Dataset):
    """Rows that are made when they are asked for."""

    def __init__(self):
        self.read = []

    def __len__(self):
        return 2000

    def __getitem__(self, i):
        self.read.append(int(i))
        return np.full(64, i / 2000, "float32"), np.ones(1, "float32")


class Batches(keras.utils.PyDataset):
    """1,200 batches of 256 KB each."""

    memory = {}

    def __len__(self):
        return 1200

    def __getitem__(self, i):
        self.memory[i] = resident() if i % 100 == 0 else None
        return np.full((64, 1024), i / 1200, "float32"), np.ones((64, 1), "float32")


rows = Rows()
model_of(64).fit(torch.utils.data.DataLoader(rows, batch_size=6, shuffle=True), verbose=0, shuffle=False)
batches = Batches()
model_of(1024).fit(batches, verbose=0, shuffle=False)
memory = [mb for mb in batches.memory.values() if mb is not None]
with open(f"{folder}/rank{rank}.json", "w") as file:
    json.dump({"read": rows.read, "memory": memory}, file)
