"""The parts of the suite. A part is a file with `measure(options)`, which returns plain data, and `report(data)`, markdown."""
