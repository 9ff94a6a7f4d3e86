// Files are read whole or streamed by their readers; they are replaced whole or not at all.
#ifndef RAMP_BASE_FILE_H_
#define RAMP_BASE_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace ramp {

// Writes beside `path`, syncs, and renames over it: after a crash there is the old file or the new one, never a part.
// Throws Error with the path, the system's reason and what to do.
void WriteFileWhole(const std::string& path, std::string_view bytes);

// Throws the Error that WriteFileWhole would throw, as far as that can be told before there is anything to write.
void CheckWritable(const std::string& path);

// Throws Error when both name one file: writing the one would destroy the other, which is read.
void CheckApart(const std::string& written, const std::string& read);

// Throws Error when the file cannot be read, is a folder, or has more than `most` bytes.
std::string ReadFileWhole(const std::string& path, size_t most = size_t{1} << 32);

}  // namespace ramp

#endif  // RAMP_BASE_FILE_H_
