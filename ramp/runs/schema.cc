#include "ramp/runs/schema.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <thread>

#include "ramp/base/error.h"

namespace ramp {
namespace {

// "ramp" in ASCII: says whose database it is.
constexpr int64_t kApplication = 0x72616d70;

// Step i leads from version i to i + 1. A step that was released is never changed: a new one follows.
constexpr std::array<const char*, 3> kSteps = {
    // Times are milliseconds since 1970 in UTC; settings and lists are JSON. A run of which nobody holds the lock any
    // more and that is still "running" was killed.
    R"(CREATE TABLE runs (
         number INTEGER PRIMARY KEY AUTOINCREMENT,
         id TEXT NOT NULL UNIQUE CHECK (length(id) = 16),
         started INTEGER NOT NULL,
         ended INTEGER,
         outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'failed', 'interrupted')),
         reason TEXT NOT NULL DEFAULT '',
         command TEXT NOT NULL,
         folder TEXT NOT NULL,
         version TEXT NOT NULL,
         settings TEXT NOT NULL CHECK (json_valid(settings)),
         data TEXT NOT NULL,
         data_hash TEXT NOT NULL,
         network TEXT NOT NULL,
         parameters INTEGER NOT NULL,
         task TEXT NOT NULL CHECK (task IN ('classification', 'regression')),
         epochs_planned INTEGER NOT NULL,
         model TEXT NOT NULL DEFAULT '',
         best_epoch INTEGER NOT NULL DEFAULT 0,
         test_rows INTEGER NOT NULL DEFAULT 0,
         test_loss REAL,
         test_score REAL
       ) STRICT;
       CREATE TABLE epochs (
         run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
         epoch INTEGER NOT NULL CHECK (epoch > 0),
         train_loss REAL,
         train_rows INTEGER NOT NULL,
         train_score REAL,
         valid_rows INTEGER NOT NULL,
         valid_loss REAL,
         valid_score REAL,
         seconds REAL NOT NULL,
         samples_per_second REAL NOT NULL,
         open_share REAL,
         dead INTEGER,
         units INTEGER,
         gradient_norm REAL,
         PRIMARY KEY (run, epoch)
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE findings (
         run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
         position INTEGER NOT NULL,
         monitor TEXT NOT NULL,
         severity TEXT NOT NULL,
         epoch INTEGER NOT NULL,
         step INTEGER NOT NULL,
         last_epoch INTEGER NOT NULL,
         what TEXT NOT NULL,
         cause TEXT NOT NULL,
         outlook TEXT NOT NULL,
         confidence REAL NOT NULL,
         explained_by TEXT NOT NULL,
         remedies TEXT NOT NULL CHECK (json_valid(remedies)),
         layers TEXT NOT NULL CHECK (json_valid(layers)),
         units INTEGER NOT NULL,
         PRIMARY KEY (run, position)
       ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE treatments (
         run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
         position INTEGER NOT NULL,
         epoch INTEGER NOT NULL,
         step INTEGER NOT NULL,
         monitor TEXT NOT NULL,
         remedy TEXT NOT NULL,
         what TEXT NOT NULL,
         kept INTEGER NOT NULL CHECK (kept IN (0, 1)),
         PRIMARY KEY (run, position)
       ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE ratings (
         at INTEGER NOT NULL,
         quiz TEXT NOT NULL,
         stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
         points REAL NOT NULL,
         questions INTEGER NOT NULL,
         seed INTEGER NOT NULL
       ) STRICT)",
};

size_t VersionOf(Database& database) { return static_cast<size_t>(database.Integer("PRAGMA user_version")); }

void CheckOwner(Database& database) {
  const bool empty = database.Integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (!empty && database.Integer("PRAGMA application_id") != kApplication) {
    throw Error(fmt::format("{}: is a database of another program: set RAMP_HOME to another folder", database.path()));
  }
}

void CheckNotNewer(const Database& database, size_t version) {
  if (version <= SchemaVersion()) return;
  throw Error(
      fmt::format("{}: was written by a newer ramp (its tables have version {}, this one knows {}): use that one, or "
                  "set RAMP_HOME to another folder",
                  database.path(), version, SchemaVersion()));
}

// Writers and readers do not wait for each other then, and a commit needs no sync to survive the end of the process.
// Where the file system cannot do it, SQLite stays with its usual journal.
void TurnOnWriteAheadLog(Database& database, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  // SQLite does not wait by itself where two processes want to be the one that turns it on.
  for (;;) {
    try {
      database.Text("PRAGMA journal_mode = WAL");
      break;
    } catch (const Error&) {
      if (std::chrono::steady_clock::now() >= end) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  database.Execute("PRAGMA synchronous = NORMAL");
}

}  // namespace

size_t SchemaVersion() { return kSteps.size(); }

void Migrate(Database& database, size_t version) {
  CheckOwner(database);
  CheckNotNewer(database, VersionOf(database));
  if (VersionOf(database) >= version) return;
  if (database.frozen()) {
    throw Error(fmt::format(
        "{}: is of an older ramp and lies where nothing may be written: copy it to a folder and set RAMP_HOME to that",
        database.path()));
  }
  Transaction transaction(database);
  // Another process may have done it while this one waited for its turn.
  CheckNotNewer(database, VersionOf(database));
  for (size_t step = VersionOf(database); step < version; ++step) database.Execute(kSteps[step]);
  if (VersionOf(database) < version) {
    database.Execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplication, version));
  }
  transaction.Commit();
}

Database OpenForWriting(const std::string& path, std::chrono::milliseconds patience) {
  Database database(path, Database::Access::kWrite);
  database.set_patience(static_cast<int>(patience.count()));
  CheckOwner(database);
  TurnOnWriteAheadLog(database, patience);
  Migrate(database);
  return database;
}

Database OpenForReading(const std::string& path) {
  const auto opened = [&](Database::Access access) {
    Database database(path, access);
    Migrate(database);
    return database;
  };
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) return opened(Database::Access::kMemory);
  try {
    return opened(Database::Access::kRead);
  } catch (const Error&) {
    // Reading, too, makes files beside it while others may write.
    const std::string folder = std::filesystem::absolute(path).parent_path().string();
    if (::access(folder.c_str(), W_OK) == 0) throw;
    return opened(Database::Access::kFrozen);
  }
}

}  // namespace ramp
