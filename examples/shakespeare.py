#!/usr/bin/env python3
"""The next character of Shakespeare from the characters before it, and some text that the network goes on with."""
import os
import subprocess
import tempfile

import comparison

NETWORK = "embedding 24, flatten, dense 512, ACTIVATION, dense 512, ACTIVATION, dense"
WINDOW = ["--task", "next-character", "--length", "24", "--batch", "256"]

chosen = comparison.arguments(__doc__, "../shared/data/tinyshakespeare/input.txt", epochs=4)
for activation in chosen.activations:
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model.onnx")
        comparison.row(activation, comparison.train(chosen, NETWORK, activation, WINDOW, model))
        print(subprocess.run([chosen.program, "predict", model, "--continue", "ROMEO:", "--length", "300"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout, flush=True)
