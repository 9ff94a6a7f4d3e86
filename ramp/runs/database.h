// SQLite, as far as the run history needs it: a database, statements and transactions that clean up after themselves,
// and errors that are sentences.
#ifndef RAMP_RUNS_DATABASE_H_
#define RAMP_RUNS_DATABASE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ramp {

class Database;

// One statement with its values; rows are read one after another.
class Statement {
 public:
  // Values are bound to ?1, ?2 ... in the order of the calls. Texts are copied.
  Statement& Bind(int64_t value);
  Statement& Bind(size_t value) { return Bind(static_cast<int64_t>(value)); }
  Statement& Bind(double value);  // NaN is stored as NULL
  Statement& Bind(std::string_view value);
  Statement& BindNull();

  // True: there is a row.
  bool Step();
  // Steps to the end.
  void Run();
  // For other values.
  Statement& Reset();

  // The columns of the row, in their order.
  int64_t Integer();
  size_t Count() { return static_cast<size_t>(Integer()); }
  double Real();  // NULL is NaN
  std::string Text();
  bool IsNull() const;  // the next column

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(Database& database, std::string_view sql);

  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0, read_ = 0;
};

class Database {
 public:
  enum class Access {
    kWrite,   // the file is made where there is none, in a folder that is made as well
    kRead,    // the file must be there; it is written to where it may be (locks, migrations)
    kFrozen,  // the file lies where nothing may be written, so nobody else writes to it either
    kMemory,  // no file: an empty database
  };
  // Throws Error with the path.
  Database(std::string path, Access access);

  // Statements without values or rows, separated by semicolons.
  void Execute(const std::string& sql);
  Statement Prepare(std::string_view sql) { return Statement(*this, sql); }
  // The first column of the first row.
  int64_t Integer(std::string_view sql);
  std::string Text(std::string_view sql);
  // How long to wait for a lock that another process holds.
  void set_patience(int milliseconds);

  int64_t last_row() const;
  bool frozen() const { return access_ == Access::kFrozen; }
  bool in_memory() const { return access_ == Access::kMemory; }
  const std::string& path() const { return path_; }
  [[noreturn]] void Fail(int code) const;

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::string path_;
  Access access_;
  std::unique_ptr<sqlite3, Close> database_;
};

// All of it or nothing: what is not committed is taken back. Other writers wait from its begin on.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void Commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace ramp

#endif  // RAMP_RUNS_DATABASE_H_
