// The questions, a table for each quiz.
#ifndef RAMP_QUIZ_QUESTIONS_H_
#define RAMP_QUIZ_QUESTIONS_H_

#include <span>

#include "ramp/quiz/quiz.h"

namespace ramp {

std::span<const Question> FirstLookQuestions();      // to be asked when the formula is known
std::span<const Question> UnderstandingQuestions();  // when strengths and weaknesses are
std::span<const Question> PredictQuestions();        // which the engine answers

}  // namespace ramp

#endif  // RAMP_QUIZ_QUESTIONS_H_
