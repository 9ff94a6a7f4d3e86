# Every foreign library of ours, found once: here, and in programs that use the installed library. Which folder may use which is held by tools/check_layers.py.
find_package(OpenMP REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo)
pkg_check_modules(SNDFILE REQUIRED IMPORTED_TARGET sndfile)
pkg_check_modules(KISSFFT REQUIRED IMPORTED_TARGET kissfft-float)
find_package(PNG REQUIRED)
find_package(SQLite3 REQUIRED)
# Their headers are found without options, and what they add would compile every other file anew.
set(RAMP_FILE_FORMATS $<LINK_ONLY:PNG::PNG> $<LINK_ONLY:PkgConfig::SNDFILE> $<LINK_ONLY:PkgConfig::KISSFFT>
    $<LINK_ONLY:SQLite::SQLite3>)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(hwy REQUIRED)
find_package(dnnl REQUIRED)
find_package(Protobuf REQUIRED)
find_package(ONNX REQUIRED)
