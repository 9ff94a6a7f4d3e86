"""Sources are ASCII, short and formatted."""
import shutil
import subprocess

from tree import ROOT, files, finish, text

LONGEST = 600
LONGEST_ROOT_CMAKE = 120
FORMATTER = "clang-format-14"

problems = []
code = files("*.h", "*.cc")
for path in code + files("*.py", "*.sh", "*.cmake", "*.mjs", "*.ts", "CMakeLists.txt", "run", "test"):
    lines = text(path).splitlines()
    for place, line in enumerate(lines, 1):
        if not line.isascii():
            problems.append(f"{path}:{place}: not ASCII: {ascii(line.strip())}")
    if len(lines) > LONGEST:
        problems.append(f"{path}: {len(lines)} lines: split it, {LONGEST} is the most")
if len(text("CMakeLists.txt").splitlines()) > LONGEST_ROOT_CMAKE:
    problems.append(f"CMakeLists.txt: more than {LONGEST_ROOT_CMAKE} lines: move a part to cmake/")
if shutil.which(FORMATTER):
    command = [FORMATTER, "--dry-run", "--Werror", "--ferror-limit=1", *map(str, code)]
    problems += subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stderr.splitlines()
finish(problems)
