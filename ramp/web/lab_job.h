// The experiments of the lab, run for a page.
#ifndef RAMP_WEB_LAB_JOB_H_
#define RAMP_WEB_LAB_JOB_H_

#include "ramp/web/fields.h"
#include "ramp/web/jobs.h"
#include "ramp/web/json.h"

namespace ramp::web {

// See Lab in README.md.
Json ExperimentsJson();
// {name, size, seeds, seed}
JobWork LabJob(Fields& fields);

}  // namespace ramp::web

#endif  // RAMP_WEB_LAB_JOB_H_
