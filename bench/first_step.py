#!/usr/bin/env python3
"""From the start of the process to the first training step on the screen: bench/first_step.py PROGRAM [THREADS]

Trains 784-512-512-10 on 256 pictures of noise, so that the reading of the data is next to nothing, on a pseudo-terminal,
and notes when the progress bar first appears, which is right after the first backward pass. Prints the median of 21 runs,
and of the same program's --version, which is what starting a process costs.
"""
import os
import pty
import random
import statistics
import struct
import sys
import tempfile
import time


def write_idx(path, sizes, values):
    with open(path, "wb") as file:
        file.write(struct.pack(">HBB", 0, 8, len(sizes)) + b"".join(struct.pack(">I", n) for n in sizes) + bytes(values))


def write_pictures(folder):
    random.seed(1)
    for part, count in ("train", 256), ("t10k", 10):
        write_idx(f"{folder}/{part}-images-idx3-ubyte", [count, 28, 28], random.randbytes(count * 784))
        write_idx(f"{folder}/{part}-labels-idx1-ubyte", [count], [i % 10 for i in range(count)])


def seconds_until(command, words, folder):
    begin = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execv(command[0], command)
    seen = b""
    found = None
    while True:
        try:
            seen += os.read(terminal, 4096)
        except OSError:  # the program has ended
            break
        if found is None and words in seen:
            found = time.perf_counter() - begin
    os.waitpid(process, 0)
    os.close(terminal)
    if found is None:
        sys.exit(f"{' '.join(command)} did not print {words}:\n{seen.decode(errors='replace')}")
    return found


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    threads = sys.argv[2] if len(sys.argv) > 2 else "2"
    with tempfile.TemporaryDirectory() as folder:
        write_pictures(folder)
        train = [program, "train", folder, "--network", "dense 512, relu, dense 512, relu, dense", "--epochs", "1",
                 "--threads", threads, "--out", "model.onnx", "--no-record"]
        steps = [seconds_until(train, b"step 1/", folder) for _ in range(21)]
        starts = [seconds_until([program, "--version"], b"ramp", folder) for _ in range(21)]
    print(f"first step after {1000 * statistics.median(steps):.1f} ms (fastest {1000 * min(steps):.1f}), of which starting "
          f"the process takes {1000 * statistics.median(starts):.1f} ms, {threads} threads")


main()
