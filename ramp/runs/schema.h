// The tables of the run history, how an older file gets those of this program, and how a file is opened.
#ifndef RAMP_RUNS_SCHEMA_H_
#define RAMP_RUNS_SCHEMA_H_

#include <chrono>
#include <cstddef>
#include <string>

#include "ramp/runs/database.h"

namespace ramp {

// The version that this program reads and writes.
size_t SchemaVersion();

// Brings the database to a version, step by step, in one transaction; an empty one begins at 0. Throws Error when it is
// newer, or another program's, or older and may not be written to. Two processes may do it at once.
void Migrate(Database& database, size_t version = SchemaVersion());

// Makes the file where there is none; waits so long for other processes.
Database OpenForWriting(const std::string& path, std::chrono::milliseconds patience);

// Where there is no such file, the database is empty and in memory.
Database OpenForReading(const std::string& path);

}  // namespace ramp

#endif  // RAMP_RUNS_SCHEMA_H_
