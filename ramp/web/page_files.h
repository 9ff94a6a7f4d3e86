// The files of the page, which are part of the program. Where the page was not built there are none.
#ifndef RAMP_WEB_PAGE_FILES_H_
#define RAMP_WEB_PAGE_FILES_H_

#include <span>
#include <string_view>

namespace ramp::web {

struct PageFile {
  std::string_view name;  // "index.html", "page.js"
  std::span<const unsigned char> bytes;
};

std::span<const PageFile> PageFiles();

}  // namespace ramp::web

#endif  // RAMP_WEB_PAGE_FILES_H_
