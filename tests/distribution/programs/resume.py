"""Plain Keras: resume.py FOLDER EPOCHS  Trains with a backup in FOLDER/backup, and writes the losses to FOLDER/rank<n>.json.

With DIE=<rank> that rank is killed in the middle of the third epoch, at the first attempt.
"""

import json
import os
import signal
import sys

import keras
import numpy as np

folder, epochs, rank = sys.argv[1], int(sys.argv[2]), os.environ.get("RANK", "0")
keras.utils.set_random_seed(3)
x, y = np.random.normal(size=(100, 6)), np.random.normal(size=(100, 2))


class Data(keras.utils.PyDataset):
    made = 0

    def __len__(self):
        return 5

    def __getitem__(self, i):
        self.made += 1
        if self.made > 13 and os.environ.get("DIE") == rank and os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
            os.kill(os.getpid(), signal.SIGKILL)
        return x[i * 20 : i * 20 + 20], y[i * 20 : i * 20 + 20]


layers = [keras.layers.Dense(16, activation="relu"), keras.layers.Dropout(0.2), keras.layers.Dense(2)]
model = keras.Sequential([keras.Input((6,)), *layers])
model.compile("adam", "mse")
frequency = int(os.environ["FREQUENCY"]) if "FREQUENCY" in os.environ else "epoch"
backup = keras.callbacks.BackupAndRestore(f"{folder}/backup", save_freq=frequency, delete_checkpoint=False)
history = model.fit(Data(), epochs=epochs, verbose=0, shuffle=True, callbacks=[backup])
with open(f"{folder}/rank{rank}.json", "w") as file:
    json.dump(dict(zip(history.epoch, history.history["loss"])), file)
