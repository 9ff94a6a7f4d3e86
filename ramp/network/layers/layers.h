// How the layers of the table are made; one definition in each file of this folder.
#ifndef RAMP_NETWORK_LAYERS_LAYERS_H_
#define RAMP_NETWORK_LAYERS_LAYERS_H_

#include <optional>

#include "ramp/activation/activation.h"
#include "ramp/network/layer.h"

namespace ramp {

const LayerDefinition& DenseDefinition();
const LayerDefinition& HingesDefinition();
const LayerDefinition& AverageDefinition();
const LayerDefinition& VoteDefinition();
const LayerDefinition& DropoutDefinition();
const LayerDefinition& SpatialDropoutDefinition();
const LayerDefinition& FlattenDefinition();
const LayerDefinition& EmbeddingDefinition();
const LayerDefinition& MaxoutDefinition();
const LayerDefinition& CreluDefinition();
// A layer for each gated pair that the table of activations names.
std::vector<LayerDefinition> GatedDefinitions();
const LayerDefinition& ResidualDefinition();
const LayerDefinition& ConcatenationDefinition();
const LayerDefinition& ConvolutionDefinition();
const LayerDefinition& SequenceConvolutionDefinition();
const LayerDefinition& MaxPoolingDefinition();
const LayerDefinition& AveragePoolingDefinition();
const LayerDefinition& GlobalMaxDefinition();
const LayerDefinition& GlobalAverageDefinition();
const LayerDefinition& BatchNormDefinition();
const LayerDefinition& LayerNormDefinition();
const LayerDefinition& ProductDefinition();
const LayerDefinition& AffineDefinition();
const LayerDefinition& SoftmaxDefinition();
const LayerDefinition& LogSoftmaxDefinition();
const LayerDefinition& ReshapeDefinition();
const LayerDefinition& TransposeDefinition();
const LayerDefinition& SliceDefinition();
const LayerDefinition& PaddingDefinition();

// What models of other programs need between their layers.
LayerPointer MakeReshape(const Shape& shape);
LayerPointer MakeTranspose(std::vector<size_t> axes);  // axis i of the output is axis axes[i] of the input
LayerPointer MakeSlice(size_t axis, size_t begin, size_t end);
LayerPointer MakeAffine();  // of each unit
LayerPointer MakeResidual();
// Of what several networks answer, see join.h.
LayerPointer MakeVote();
LayerPointer MakeAverage();

// Every activation is a layer, written by its name and its parameters: "elu 0.5".
LayerPointer ParseActivation(LayerWords& words, const Activation& activation);
LayerPointer MakeActivationLayer(const Activation& activation, const ActivationParameters& parameters);

}  // namespace ramp

#endif  // RAMP_NETWORK_LAYERS_LAYERS_H_
