#!/usr/bin/env python3
"""Sentences of film reviews, kind or unkind: an embedding, its mean over the sentence, and a layer of rectifiers."""
import comparison

NETWORK = "embedding 64, global_average, dropout 0.3, dense 64, ACTIVATION, dropout 0.5, dense"

comparison.compare(comparison.arguments(__doc__, "../shared/data/rt-polarity", epochs=10), NETWORK, ["--lr", "0.003"])
