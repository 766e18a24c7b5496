"""Import one package, in a fresh process, and say in JSON what it cost; of a Keras, also what the first model costs.

    python benchmarks/parts/import_once.py kerasteach
"""

import importlib
import json
import re
import resource
import sys
import time


def memory():
    """Return the resident bytes of this process."""
    try:
        with open("/proc/self/status") as status:
            return 1024 * int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])
    except OSError:  # no Linux: the most it ever was
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def cost(action):
    """Do it; return what it gives, and what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = action()
    return found, {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "rss": memory()}


def first_model(keras):
    """Return the smallest model there is: what is loaded when it is asked for has come by now."""
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


if __name__ == "__main__":
    try:
        package, answer = cost(lambda: importlib.import_module(sys.argv[1]))
        answer["torch"] = "torch" in sys.modules
        if sys.argv[1].startswith("keras"):
            answer["model"] = cost(lambda: first_model(package))[1]
    except ImportError as error:
        answer = {"skipped": str(error)}
    print(json.dumps(answer))
