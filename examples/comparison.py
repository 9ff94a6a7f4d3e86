"""What the examples share: one network trained with several activations on the same budget, side by side."""
import argparse
import json
import os
import subprocess
import sys

ACTIVATIONS = ("relu", "sigmoid", "tanh")


def arguments(description, data, epochs):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("data", nargs="?", default=data, help=f"where the data is (default: {data})")
    parser.add_argument("--program", default="build/release/ramp", help="the ramp program")
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--activations", nargs="+", default=ACTIVATIONS)
    chosen = parser.parse_args()
    if not os.path.exists(chosen.data):
        sys.exit(f"{chosen.data}: there is no such file or folder; name it as the first argument")
    return chosen


def train(chosen, network, activation, options=(), out=os.devnull):
    """The JSON document of one training. Progress goes to the terminal."""
    command = [chosen.program, "train", chosen.data, "--network", network.replace("ACTIVATION", activation), "--epochs",
               str(chosen.epochs), "--patience", "0", "--seed", str(chosen.seed), "--json", "--no-record",
               "--out", out, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with status {done.returncode}")
    return json.loads(done.stdout)


def row(name, result):
    """One line of the comparison."""
    test = result["test"]
    seconds = sum(epoch["seconds"] for epoch in result["epochs"])
    print(f"{name:24} test accuracy {test['accuracy']:.4f}  loss {test['loss']:.4f}  "
          f"best epoch {result['best_epoch']:3}  {seconds:7.1f} s", flush=True)


def compare(chosen, network, options=()):
    for activation in chosen.activations:
        row(activation, train(chosen, network, activation, options))
