# The local server of `ramp serve`. It is part of the program and not of the library, so that programs which use the
# library need no HTTP server.
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)

# The page: ramp/web/page, built by Node where there is one. Without it the program says that it has no page.
set(page_folder ${PROJECT_BINARY_DIR}/page)
set(page_source ${PROJECT_BINARY_DIR}/page_files.cc)
file(GLOB_RECURSE page_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ramp/web/page/*)
list(FILTER page_sources EXCLUDE REGEX "/node_modules/")
find_program(RAMP_NODE node)
find_program(RAMP_NPM npm)
set(build_page "")
if(RAMP_NODE AND RAMP_NPM AND EXISTS ${PROJECT_SOURCE_DIR}/ramp/web/page/build.sh)
  set(build_page COMMAND ${PROJECT_SOURCE_DIR}/ramp/web/page/build.sh ${page_folder})
else()
  message(STATUS "The page of `ramp serve` is not built: it needs node and npm")
endif()
add_custom_command(
  OUTPUT ${page_source} ${build_page}
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${page_folder} -DSOURCE=${page_source} -P ${PROJECT_SOURCE_DIR}/cmake/embed_page.cmake
  DEPENDS ${page_sources} ${PROJECT_SOURCE_DIR}/cmake/embed_page.cmake VERBATIM)

# The table of errors, which the page shows beside the curves.
set(ulp_source ${PROJECT_BINARY_DIR}/ulp_text.cc)
file(READ ${PROJECT_SOURCE_DIR}/docs/measurements/ulp.md ulp_text)
file(CONFIGURE OUTPUT ${ulp_source} @ONLY CONTENT [[// Made from docs/measurements/ulp.md by cmake/web.cmake.
#include "ramp/web/ulp_text.h"

namespace ramp::web {

std::string_view UlpText() { return R"ulp(@ulp_text@)ulp"; }

}  // namespace ramp::web
]])
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/measurements/ulp.md)

ramp_sources(web web_sources)
add_library(ramp_web STATIC ${web_sources} ${page_source} ${ulp_source})
ramp_compile_options(ramp_web)
target_compile_options(ramp_web PRIVATE -O1)
target_compile_definitions(ramp_web PRIVATE RAMP_VERSION="${PROJECT_VERSION}")
target_link_libraries(ramp_web PUBLIC ramp PRIVATE ${RAMP_PROGRAM_DEPENDENCIES} PkgConfig::HTTPLIB)
