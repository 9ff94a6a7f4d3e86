#!/usr/bin/env python3
"""Sentences of film reviews, kind or unkind: an embedding, its mean over the sentence, and a rectifier."""
import comparison

NETWORK = "embedding 32, dropout 0.5, conv1d 48 3, ACTIVATION, global_max, dropout 0.5, dense"

comparison.compare(comparison.arguments(__doc__, "../shared/data/rt-polarity", epochs=8), NETWORK)
