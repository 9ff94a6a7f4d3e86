// What every use of oneDNN shares. Internal to ramp/network, the library's only home.
#ifndef RAMP_NETWORK_ONEDNN_H_
#define RAMP_NETWORK_ONEDNN_H_

#include <dnnl.hpp>

namespace ramp {

struct OneDnn {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  static OneDnn& Get() {
    static OneDnn one;
    return one;
  }
};

}  // namespace ramp

#endif  // RAMP_NETWORK_ONEDNN_H_
