// Everything that a program needs to train, examine and run networks of rectifiers.
#ifndef RAMP_RAMP_H_
#define RAMP_RAMP_H_

#include "ramp/activation/activation.h"
#include "ramp/base/error.h"
#include "ramp/base/threads.h"
#include "ramp/data/digits.h"
#include "ramp/data/source.h"
#include "ramp/health/clinic.h"
#include "ramp/health/doctor.h"
#include "ramp/health/monitors.h"
#include "ramp/health/remedies.h"
#include "ramp/health/treatments.h"
#include "ramp/lab/report.h"
#include "ramp/lab/run.h"
#include "ramp/network/initialize.h"
#include "ramp/network/network.h"
#include "ramp/network/plan.h"
#include "ramp/onnx/model_file.h"
#include "ramp/plot/plot.h"
#include "ramp/quiz/quiz.h"
#include "ramp/runs/history.h"
#include "ramp/runs/home.h"
#include "ramp/runs/recorder.h"
#include "ramp/runs/report.h"
#include "ramp/runs/tensorboard.h"
#include "ramp/training/prediction.h"
#include "ramp/training/trainer.h"

#endif  // RAMP_RAMP_H_
