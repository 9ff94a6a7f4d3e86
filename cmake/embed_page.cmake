# Writes the files of a folder into a C++ source: cmake -DFOLDER=... -DSOURCE=... -P embed_page.cmake
# Where the folder is not there, the list is empty, and the server says so.
file(GLOB_RECURSE paths RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT paths)
set(arrays "")
set(rows "")
set(number 0)
foreach(path ${paths})
  file(READ ${FOLDER}/${path} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {${bytes}0};\n")
  string(APPEND rows "    {\"${path}\", Bytes(kFile${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
if(rows)
  set(rows "  static constexpr PageFile kFiles[] = {\n${rows}  };\n  return kFiles;\n")
else()
  set(rows "  return {};\n")
endif()
file(WRITE ${SOURCE} "// Made by cmake/embed_page.cmake.
#include \"ramp/web/page_files.h\"

namespace ramp::web {
namespace {

// The last byte is no part of the file: it is there because no array is empty.
template <size_t kSize>
[[maybe_unused]] constexpr std::span<const unsigned char> Bytes(const unsigned char (&bytes)[kSize]) {
  return {bytes, kSize - 1};
}

${arrays}
}  // namespace

std::span<const PageFile> PageFiles() {
${rows}}

}  // namespace ramp::web
")
