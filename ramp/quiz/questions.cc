#include "ramp/quiz/questions.h"

#include "ramp/quiz/measurements.h"

namespace ramp {

std::span<const Question> FirstLookQuestions() {
  static const std::vector<Question> questions = {
      {.id = "is-it-saturated",
       .text = "Does ReLU, max(0, x), saturate?",
       .choices = {{.text = "No, on neither side",
                    .why = "left of 0 it stays at 0 with slope 0, which is what saturation means"},
                   {.text = "Yes, on both sides, as tanh does",
                    .why = "right of 0 it rises without an end, with slope 1"},
                   {.text = "On one side: left of 0",
                    .right = true,
                    .why = "left of 0 the slope is exactly 0, right of 0 it is 1 however large x is"},
                   {.text = "Only at x = 0", .why = "at 0 it has a kink, not a flat end"}},
       .why = "Right of 0 the slope is 1, so a gradient passes as it is through any number of open units. Left of 0 "
              "nothing passes: ReLU saturates there, at once and completely.",
       .link = "lab:vanishing"},
      {.id = "speed-against-tanh",
       .text = "What does it cost to compute ReLU, compared with tanh?",
       .choices = {{.text = "Less: it is one comparison",
                    .right = true,
                    .why = "tanh takes an exponential function, which is many operations"},
                   {.text = "The same: both are one function call",
                    .why = "behind the one call are a comparison or an exponential function"},
                   {.text = "More: its output can be any size",
                    .why = "how large a number is does not matter to what it costs"},
                   {.text = "It depends on the sign of the input",
                    .why = "both signs take the same comparison, without a branch"}},
       .why =
           "ReLU costs as much as reading and writing the numbers; tanh has to be computed. In a whole network most of "
           "the time goes into the products of matrices, so the training does not become faster by as much.",
       .link = "lab:speed"},
      {.id = "output-range",
       .text = "Which outputs can ReLU have?",
       .choices = {{.text = "All from -1 to 1", .why = "that is the range of tanh"},
                   {.text = "All from 0 to 1", .why = "that is the range of the sigmoid function"},
                   {.text = "0 and all above it", .right = true, .why = "what is negative becomes 0, the rest stays"},
                   {.text = "All numbers", .why = "what is negative becomes 0"}},
       .why = "The range has an end below and none above: outputs are never negative, and nothing keeps them small.",
       .link = "lab:formula"},
  };
  return questions;
}

std::span<const Question> UnderstandingQuestions() {
  static const std::vector<Question> questions = {
      {.id = "what-is-dying",
       .text = "What is the dying ReLU problem?",
       .choices = {{.text =
                        "A unit gets an input below 0 for every example, so its gradient is 0 and it learns no more",
                    .right = true,
                    .why = "with its gate closed for all examples nothing changes the unit's weights"},
                   {.text = "The gradient becomes smaller from layer to layer until the first ones stand still",
                    .why = "those are vanishing gradients, the trouble of sigmoid and tanh"},
                   {.text = "The outputs become so large that they are no longer finite",
                    .why = "those are exploding values"},
                   {.text = "The network learns its examples by heart", .why = "that is overfitting"}},
       .why =
           "Most often one step with too large a learning rate pushes a unit's bias so far down that no example opens "
           "it again. It gives 0 from then on and does not come back by itself.",
       .link = "lab:dying"},
      {.id = "strengths-of-sparsity",
       .text = "Many gates of a ReLU layer are closed for one example. What are strengths of that?",
       .kind = QuestionKind::kSeveral,
       .choices = {{.text = "The weights behind a closed unit need not be read",
                    .right = true,
                    .why = "0 times a weight is 0, so that work can be left out"},
                   {.text = "An example uses as many units as it needs",
                    .right = true,
                    .why = "the number of open units changes with the example"},
                   {.text = "A small change of the input changes few of the open units",
                    .right = true,
                    .why = "most gates stay as they are, and so does most of the code"},
                   {.text = "The outputs cannot become large", .why = "an open unit lets any size through"},
                   {.text = "No unit can die", .why = "a unit that is closed for all examples is a dead one"}},
       .why =
           "Sparse codes are cheap, of a size that follows the input, and robust in their pattern; in many dimensions "
           "they are also easier to separate by a plane (Glorot et al., 2011).",
       .link = "lab:sparsity"},
      {.id = "strength-or-weakness",
       .text = "Is sparsity a strength or a weakness?",
       .choices = {{.text = "A strength: the fewer units are open, the better",
                    .why = "with none open, nothing passes and nothing is learned"},
                   {.text = "A weakness: what is closed is wasted",
                    .why = "a unit that is closed for this example may be the one that matters for the next"},
                   {.text = "Both: it makes codes cheap and clear, but too much of it takes away what can be learned",
                    .right = true,
                    .why = "how much is right depends on the task; a unit that never opens is lost"},
                   {.text = "Neither: it is a matter of the data alone",
                    .why = "the bias, the learning rate and penalties change it as well"}},
       .why =
           "About half of the gates are open at the start. Fewer make the code cheaper; where hardly any are left, the "
           "network has become smaller than it was meant to be.",
       .link = "lab:sparsity"},
      {.id = "against-exploding",
       .text = "What cures exploding gradients?",
       .kind = QuestionKind::kSeveral,
       .choices = {{.text = "First weights whose variance fits the number of inputs (He et al., 2015)",
                    .right = true,
                    .why = "then values and gradients keep their size from layer to layer at the start"},
                   {.text = "Clipping the norm of the gradient",
                    .right = true,
                    .why = "no step can be longer than the limit, so a single bad batch does no harm"},
                   {.text = "A norm behind each layer (batch normalisation)",
                    .right = true,
                    .why = "it brings the values back to one scale in each layer"},
                   {.text = "More layers", .why = "each layer multiplies once more"},
                   {.text = "A leak on the left side of ReLU",
                    .why = "what explodes passes on the right side, whose slope stays 1"}},
       .why = "The gradient is a product over the layers: keep each factor near 1 (start, norms), or bound the product "
              "(clipping). Clipping alone does not mend a bad start.",
       .link = "lab:exploding"},
      {.id = "tanh-over-relu",
       .text = "In theory, what is the most obvious strength of tanh over ReLU?",
       .choices = {{.text = "It is faster to compute", .why = "it takes an exponential function"},
                   {.text = "Its outputs are centred around 0",
                    .right = true,
                    .why = "outputs of both signs let the next layer's weights move in all directions"},
                   {.text = "It does not saturate", .why = "it does, on both sides"},
                   {.text = "It is sparse", .why = "it is 0 at one point only"}},
       .why = "ReLU gives no negative outputs, so all gradients of a unit's weights have one sign for an example "
              "(LeCun et "
              "al., 1998). In practice norms and the bias make up for much of it.",
       .link = "lab:zero-centred"},
  };
  return questions;
}

std::span<const Question> PredictQuestions() {
  static const std::vector<Question> questions = {
      {.id = "open-at-start",
       .text =
           "A dense layer of 256 ReLU units has fresh weights and biases of 0. 1,000 random inputs around 0 are shown. "
           "How many of its gates are open?",
       .kind = QuestionKind::kPredict,
       .choices = {{.text = "About 10 %"}, {.text = "About 30 %"}, {.text = "About 50 %"}, {.text = "About 90 %"}},
       .why = "Weights that are as often negative as positive make sums that are so, too: half of the gates open.",
       .link = "lab:sparsity",
       .measure = MeasureOpenAtStart},
      {.id = "sigmoid-depth",
       .text =
           "20 layers of 32 sigmoid units with fresh weights: how large is the gradient of the first layer's weights "
           "against that of the last layer's?",
       .kind = QuestionKind::kPredict,
       .choices = {{.text = "Less than a billionth of it"},
                   {.text = "Around a millionth"},
                   {.text = "Around a thousandth"},
                   {.text = "About as large, or larger"}},
       .why = "The slope of the sigmoid function is 1/4 at most, and each layer multiplies by it once.",
       .link = "lab:vanishing",
       .measure = MeasureSigmoidDepth},
      {.id = "rectifier-depth",
       .text =
           "20 layers of 32 ReLU units with fresh weights (He et al., 2015): how large is the gradient of the first "
           "layer's weights against that of the last layer's?",
       .kind = QuestionKind::kPredict,
       .choices = {{.text = "Less than a billionth of it"},
                   {.text = "Around a millionth"},
                   {.text = "Around a thousandth"},
                   {.text = "About as large, or larger"}},
       .why = "An open gate has slope 1, and weights of that variance make up for the gates that are closed.",
       .link = "lab:vanishing",
       .measure = MeasureRectifierDepth},
      {.id = "twice-the-start",
       .text = "A network of 20 layers with ReLU is drawn, then all its weights are doubled. How much larger do the "
               "outputs "
               "become?",
       .kind = QuestionKind::kPredict,
       .choices = {{.text = "About 2 times"},
                   {.text = "About 40 times"},
                   {.text = "About 400 times"},
                   {.text = "About a million times"}},
       .why = "Each of the 20 layers doubles what it gets: 2 to the power of 20.",
       .link = "lab:exploding",
       .measure = MeasureTwiceTheStart},
      {.id = "born-dead",
       .text = "100 networks of 20 layers with 3 ReLU units each are drawn, with biases of 0. How many of them give "
               "the same "
               "output for every input, before any training?",
       .kind = QuestionKind::kPredict,
       .choices = {{.text = "Hardly any"}, {.text = "About 20"}, {.text = "About 50"}, {.text = "Most"}},
       .why = "In each layer there is a chance that all 3 units are closed, and behind such a layer nothing is left of "
              "the "
              "input (Lu et al., 2019). Wide layers hardly ever have it.",
       .link = "lab:dying",
       .measure = MeasureBornDead},
      {.id = "regions",
       .text =
           "A network with two layers of 16 ReLU units, whose weights and biases are random, looks at 10,000 points of "
           "a square. Where its gates are the same, it is one plane. How many different patterns of gates are there?",
       .kind = QuestionKind::kPredict,
       .choices = {{.text = "A handful"},
                   {.text = "At most 32, one for each unit"},
                   {.text = "More than 32, but not 1,000"},
                   {.text = "Thousands, nearly one for each point"}},
       .why = "Each unit folds the square along a line, and the lines cut each other: more pieces than units, but far "
              "fewer than the 2 to the power of 32 patterns that one can write down.",
       .link = "lab:gate",
       .measure = MeasureRegions},
      {.id = "death-by-rate",
       .text = "A network with two layers of 32 ReLU units is trained on spirals for 20 epochs with Adam, at a "
               "learning rate "
               "of 0.3. What share of its units is dead in the end?",
       .kind = QuestionKind::kPredict,
       .choices = {{.text = "None, or nearly so"},
                   {.text = "About a tenth"},
                   {.text = "About a third"},
                   {.text = "More than half"}},
       .why = "Large steps push biases far down, where no example opens the gate again.",
       .link = "lab:dying",
       .measure = MeasureDeathByRate},
      {.id = "scaling",
       .text = "All biases of a ReLU network are 0. Its input is doubled. What happens to its output?",
       .kind = QuestionKind::kPredict,
       .choices = {{.text = "It stays as it is"},
                   {.text = "It is doubled, exactly"},
                   {.text = "It is multiplied by 4"},
                   {.text = "It depends on the input"}},
       .why = "The gates are the same, and where they are the network is linear: max(0, 2 x) is 2 max(0, x).",
       .link = "lab:formula",
       .measure = MeasureScaling},
  };
  return questions;
}

}  // namespace ramp
