#!/usr/bin/env python3
"""Training throughput and memory beside PyTorch's: bench/pytorch.py PROGRAM [ROUNDS]

Trains the same networks on the same data with `ramp train` and with PyTorch (Debian: python3-torch and
libopenblas0-openmp; with the pthread build of OpenBLAS its two threads hinder each other), one and two threads, in turn,
each in a process of its own. PyTorch gets its batches as slices of a tensor that is in memory, so nothing is timed but
forward, loss, backward and the update by Adam; ramp is timed by itself over whole epochs, gathering, clipping, monitors and
all. Prints medians of samples a second, their ratio round by round, and the peak memory of either process.
"""
import json
import os
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time

NETWORKS = {
    "784-512-512-10": dict(text="dense 512, relu, dense 512, relu, dense", batch=128, rows=12800, data="pictures"),
    "20-64-64-2": dict(text="dense 64, relu, dense 64, relu, dense", batch=32, rows=32000, data="table"),
    "small CNN": dict(text="conv 32 3x3, relu, conv 64 3x3, relu, maxpool 2, dense 128, relu, dense", batch=64, rows=1280,
                      data="pictures"),
}
EPOCHS = 3


def write_pictures(folder, rows):
    def write(name, sizes, values):
        with open(f"{folder}/{name}", "wb") as file:
            file.write(struct.pack(">HBB", 0, 8, len(sizes)) + b"".join(struct.pack(">I", n) for n in sizes) +
                       bytes(values))
    for part, count in ("train", rows), ("t10k", 10):
        write(f"{part}-images-idx3-ubyte", [count, 28, 28], random.randbytes(count * 784))
        write(f"{part}-labels-idx1-ubyte", [count], [i % 10 for i in range(count)])
    return folder


def write_table(folder, rows):
    path = f"{folder}/table.csv"
    with open(path, "w") as file:
        file.write(",".join(f"x{i}" for i in range(20)) + ",class\n")
        for row in range(rows):
            file.write(",".join(f"{random.gauss(0, 1):.4f}" for _ in range(20)) + (",yes\n" if row % 2 else ",no\n"))
    return path


def run(command, threads):
    """What the process printed as JSON, and its peak memory in MB."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return json.loads(output), usage.ru_maxrss / 1024


def ramp(program, network, data, threads):
    result, memory = run([program, "train", data, "--network", network["text"], "--batch", str(network["batch"]),
                          "--epochs", str(EPOCHS), "--threads", str(threads), "--json", "--quiet", "--no-record",
                          "--out", os.devnull], threads)
    return statistics.median(epoch["samples_per_second"] for epoch in result["epochs"]), memory


def pytorch(name, threads):
    result, memory = run([sys.executable, __file__, "--pytorch", name, str(threads)], threads)
    return result["samples_per_second"], memory


def train_with_pytorch(name, threads):
    import torch
    from torch import nn
    torch.set_num_threads(threads)
    network = NETWORKS[name]
    model = {
        "784-512-512-10": lambda: nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(),
                                                nn.Linear(512, 10)),
        "20-64-64-2": lambda: nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2)),
        "small CNN": lambda: nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, padding=1),
                                           nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64 * 14 * 14, 128),
                                           nn.ReLU(), nn.Linear(128, 10)),
    }[name]()
    shape = {"784-512-512-10": (784,), "20-64-64-2": (20,), "small CNN": (1, 28, 28)}[name]
    rows, batch = network["rows"], network["batch"]
    inputs = torch.randn(rows, *shape)
    labels = torch.arange(rows) % (2 if network["data"] == "table" else 10)
    optimizer = torch.optim.Adam(model.parameters())
    loss = nn.CrossEntropyLoss()
    speeds = []
    for _ in range(EPOCHS):
        begin = time.perf_counter()
        for first in range(0, rows, batch):
            optimizer.zero_grad()
            loss(model(inputs[first:first + batch]), labels[first:first + batch]).backward()
            optimizer.step()
        speeds.append(rows / (time.perf_counter() - begin))
    print(json.dumps({"samples_per_second": statistics.median(speeds)}))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--pytorch":
        return train_with_pytorch(sys.argv[2], int(sys.argv[3]))
    program, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    random.seed(1)
    for name, network in NETWORKS.items():
        with tempfile.TemporaryDirectory() as folder:
            write = write_pictures if network["data"] == "pictures" else write_table
            data = write(folder, network["rows"])
            for threads in 1, 2:
                ours, theirs = [], []
                for _ in range(rounds):
                    ours.append(ramp(program, network, data, threads))
                    theirs.append(pytorch(name, threads))
                ratio = statistics.median(a[0] / b[0] for a, b in zip(ours, theirs))
                middle = lambda results, i: statistics.median(result[i] for result in results)
                print(f"{name:15} batch {network['batch']:3} {threads} thread(s)  ramp {middle(ours, 0):9.0f}  "
                      f"PyTorch {middle(theirs, 0):9.0f} samples/s  ratio {ratio:5.2f}   peak memory "
                      f"{middle(ours, 1):4.0f} MB against {middle(theirs, 1):4.0f} MB", flush=True)


main()
