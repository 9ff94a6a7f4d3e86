# Every foreign library, found once. Which folder may use which is held by tools/check_layers.py.
find_package(OpenMP REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(hwy REQUIRED)
find_package(dnnl REQUIRED)
find_package(Protobuf REQUIRED)
find_package(ONNX REQUIRED)

set(RAMP_DEPENDENCIES OpenMP::OpenMP_CXX ZLIB::ZLIB PkgConfig::CAIRO fmt::fmt nlohmann_json::nlohmann_json hwy::hwy
    hwy::hwy_contrib DNNL::dnnl onnx_proto)
set(RAMP_PROGRAM_DEPENDENCIES OpenMP::OpenMP_CXX fmt::fmt nlohmann_json::nlohmann_json CLI11::CLI11)
