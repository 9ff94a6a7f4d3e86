#!/usr/bin/env python3
"""Fashion-MNIST by a small convolutional network: rectifiers, batch normalisation and dropout together."""
import comparison

NETWORK = ("conv 32 3x3, batchnorm, ACTIVATION, conv 32 3x3, batchnorm, ACTIVATION, maxpool 2, dropout 0.25, "
           "conv 64 3x3, batchnorm, ACTIVATION, maxpool 2, dropout 0.25, "
           "dense 256, batchnorm, ACTIVATION, dropout 0.4, dense")

comparison.compare(comparison.arguments(__doc__, "../shared/data/fashion-mnist", epochs=12), NETWORK)
