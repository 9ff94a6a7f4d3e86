#!/usr/bin/env python3
"""Spoken digits by voices that the training never heard, and what augmentation adds."""
import comparison

NETWORK = ("conv1d 64 5, batchnorm, ACTIVATION, maxpool 2, dropout 0.2, conv1d 96 5, batchnorm, ACTIVATION, maxpool 2, "
           "dropout 0.2, conv1d 128 3, batchnorm, ACTIVATION, global_average, dropout 0.3, dense")
UNHEARD = ["--hold-out", "2=theo,yweweler"]
CHANGES = "shift 8, noise 0.3, mask 6"

chosen = comparison.arguments(__doc__, "../shared/data/fsdd/recordings", epochs=30)
for activation in chosen.activations:
    comparison.row(activation, comparison.train(chosen, NETWORK, activation, UNHEARD))
    comparison.row(f"{activation}, augmented", comparison.train(chosen, NETWORK, activation,
                                                                 UNHEARD + ["--augment", CHANGES]))
