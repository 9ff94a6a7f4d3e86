#include "ramp/runs/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <system_error>

#include "ramp/base/error.h"

namespace ramp {
namespace {

constexpr int kUsualPatience = 5000;

std::string_view Remedy(int code) {
  switch (code & 0xff) {  // the rest tells the kinds of one error apart
    case SQLITE_FULL:
      return "free some space, or set RAMP_HOME to a folder elsewhere";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program holds it: end that one, or try again";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "set RAMP_HOME to a folder that you may write to";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "it is no run history, or a damaged one: move it away";
    default:
      return "set RAMP_HOME to another folder";
  }
}

// What SQLite calls a file that it shall open as it is, without locks; the characters that mean something in it
// escaped.
std::string FrozenName(const std::string& path) {
  std::string escaped;
  for (const char c : path) {
    escaped += c == '?' || c == '#' || c == '%' ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return fmt::format("file:{}?immutable=1", escaped);
}

void MakeFolderOf(const std::string& path) {
  std::error_code failure;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) return;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw Error(fmt::format("{}: the folder cannot be made ({}): {}", folder.string(), failure.message(),
                            Remedy(SQLITE_CANTOPEN)));
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { ::sqlite3_close_v2(database); }

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      ::sqlite3_prepare_v2(database.database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  statement_.reset(statement);
  if (code != SQLITE_OK) database.Fail(code);
}

Statement& Statement::Bind(int64_t value) {
  ::sqlite3_bind_int64(statement_.get(), ++bound_, value);
  return *this;
}

Statement& Statement::Bind(double value) {
  ::sqlite3_bind_double(statement_.get(), ++bound_, value);
  return *this;
}

Statement& Statement::Bind(std::string_view value) {
  // A view of no text has no address, which would be NULL.
  const char* text = value.empty() ? "" : value.data();
  ::sqlite3_bind_text64(statement_.get(), ++bound_, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::BindNull() {
  ::sqlite3_bind_null(statement_.get(), ++bound_);
  return *this;
}

bool Statement::Step() {
  read_ = 0;
  const int code = ::sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) database_->Fail(code);
  return code == SQLITE_ROW;
}

void Statement::Run() {
  while (Step()) {
  }
}

Statement& Statement::Reset() {
  // It repeats the error of the last step, which was thrown already.
  ::sqlite3_reset(statement_.get());
  bound_ = 0;
  return *this;
}

int64_t Statement::Integer() { return ::sqlite3_column_int64(statement_.get(), read_++); }

double Statement::Real() {
  if (IsNull()) {
    ++read_;
    return std::numeric_limits<double>::quiet_NaN();
  }
  return ::sqlite3_column_double(statement_.get(), read_++);
}

std::string Statement::Text() {
  const int column = read_++;
  const unsigned char* text = ::sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return "";
  return {reinterpret_cast<const char*>(text), static_cast<size_t>(::sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::IsNull() const { return ::sqlite3_column_type(statement_.get(), read_) == SQLITE_NULL; }

Database::Database(std::string path, Access access) : path_(std::move(path)), access_(access) {
  if (access == Access::kWrite) MakeFolderOf(path_);
  int flags = SQLITE_OPEN_READWRITE;
  std::string name = path_;
  if (access == Access::kWrite) flags |= SQLITE_OPEN_CREATE;
  if (access == Access::kFrozen) {
    flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    name = FrozenName(path_);
  }
  if (access == Access::kMemory) name = ":memory:";
  sqlite3* database = nullptr;
  const int code = ::sqlite3_open_v2(name.c_str(), &database, flags, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) Fail(code);
  ::sqlite3_extended_result_codes(database_.get(), 1);
  set_patience(kUsualPatience);
  Execute("PRAGMA foreign_keys = ON");
}

void Database::Execute(const std::string& sql) {
  const int code = ::sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) Fail(code);
}

int64_t Database::Integer(std::string_view sql) {
  Statement statement = Prepare(sql);
  return statement.Step() ? statement.Integer() : 0;
}

std::string Database::Text(std::string_view sql) {
  Statement statement = Prepare(sql);
  return statement.Step() ? statement.Text() : "";
}

void Database::set_patience(int milliseconds) { ::sqlite3_busy_timeout(database_.get(), milliseconds); }

int64_t Database::last_row() const { return ::sqlite3_last_insert_rowid(database_.get()); }

void Database::Fail(int code) const {
  const char* reason = database_ == nullptr ? ::sqlite3_errstr(code) : ::sqlite3_errmsg(database_.get());
  throw Error(fmt::format("{}: {}: {}", path_, reason, Remedy(code)));
}

Transaction::Transaction(Database& database) : database_(database) { database_.Execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.Execute("ROLLBACK");
  } catch (const Error&) {
    // SQLite has rolled back already, which is why the transaction failed.
  }
}

void Transaction::Commit() {
  database_.Execute("COMMIT");
  open_ = false;
}

}  // namespace ramp
