"""The architecture: which folder may include which, and where each foreign library is at home."""
import re

from tree import files, finish, for_tests, text

MAY_INCLUDE = {
    "base": "",
    "plot": "base",
    "activation": "base",
    "c": "base activation",
    "bench": "base activation",
    "data": "base",
    "kernel": "base activation",
    "network": "base activation kernel",
    "onnx": "base activation kernel network",
    "training": "base activation kernel network data",
    "runs": "base activation kernel network data training",
    "quiz": "base activation kernel network data training",
    "health": "base activation kernel network data training",
    "lab": "base plot activation bench kernel network data training health",
    "cli": "base activation bench kernel network data training runs quiz health lab onnx plot",
    "web": "base activation bench kernel network data training runs quiz health lab onnx plot",
}
# cli and web stand side by side and know nothing of each other, but for the command that starts the server.
SEAMS = {"ramp/cli/command_serve.cc": "ramp/web/server.h"}
HOMES = {  # what its headers begin with: the folders that may include it
    "hwy/": "activation bench kernel",
    "dnnl": "network",
    "onnx/": "onnx",
    "google/protobuf/": "onnx",
    "zlib.h": "data",
    "png.h": "data",
    "sndfile.h": "data",
    "kissfft/": "data",
    "nlohmann/": "data lab runs quiz cli web",
    "cairo": "plot",
    "sqlite3.h": "runs",
    "CLI/": "cli",
    "httplib.h": "web",
    "fmt/": " ".join(MAY_INCLUDE),
    "omp.h": "base",
    "cpuid.h": "activation",
}
TESTS_ONLY = ("gtest/", "rapidcheck", "benchmark/")
SYSTEM = ("stddef.h", "stdint.h", "sys/", "pthread.h", "sched.h", "unistd.h", "fcntl.h", "dlfcn.h", "termios.h", "poll.h",
          "pty.h", "spawn.h", "arpa/", "netinet/")


def check(path):
    folder = path.parts[1]
    # The other headers are installed, for people who have no headers of those libraries; those of web never are.
    private = path.suffix != ".h" or folder == "web" or path.name.endswith(("-inl.h", "onednn.h", "parallel.h")) or for_tests(path)
    for place, line in enumerate(text(path).splitlines(), 1):
        include = re.match(r'#include (?:"(.+)"|<(.+)>)', line)
        if not include:
            continue
        ours, theirs = include.groups()
        where = f"{path}:{place}: "
        if ours:
            other = ours.split("/")[1]
            if ours == SEAMS.get(str(path)):
                continue
            if other != folder and other not in MAY_INCLUDE[folder].split() and not for_tests(path):
                yield where + f"{folder} may not include {other}"
        elif theirs.startswith(TESTS_ONLY):
            if not for_tests(path):
                yield where + f"{theirs} is for tests"
        elif ("/" in theirs or "." in theirs) and not theirs.startswith(SYSTEM):
            home = next((homes for prefix, homes in HOMES.items() if theirs.startswith(prefix)), None)
            if home is None:
                yield where + f"{theirs} has no home: give it one in tools/check_layers.py"
            elif folder not in home.split() and not path.stem.endswith("_bench"):
                yield where + f"{theirs} is at home in: {home}"
            elif not private:
                yield where + f"a public header shows {theirs}"


finish([problem for path in files("*.h", "*.cc", folder="ramp") if len(path.parts) > 2 for problem in check(path)])
