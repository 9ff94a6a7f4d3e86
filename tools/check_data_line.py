"""The way of data is a line: no two units of ramp/data use each other, neither directly nor through others.

A unit is x.h with x.cc. It uses another unit when it includes its header, or names a function that the other's
x.cc defines. No unit takes a function that it calls back.
"""
import re
import sys

from tree import files, finish, for_tests, text

INCLUDE = re.compile(r'^#include "ramp/data/([a-z_0-9/]+)\.h"', re.M)
PRIVATE = re.compile(r"^namespace \{$.*?^\}  // namespace$", re.M | re.S)
# A function: its name, that of a member with its class ("Table::Parse").
DEFINITION = re.compile(r"^(?!return|else|using|namespace|struct|class)[A-Za-z_][\w:<>,&*\s]*?[\s&*]((?:\w+::)*\w+)\((?=[^;]*?\{)", re.M)
NAME = re.compile(r"(?<![\w.>])(?:\w+::)*\w+")


def code(source):
    """The source without comments, texts and directives."""
    return re.sub(r'//[^\n]*|"(?:\\.|[^"\\\n])*"|^#.*$', "", source, flags=re.M)


def uses(sources):
    """{unit: units that it uses} from {"x.cc" or "x.h": its text}."""
    unit_of = lambda path: re.sub(r"\.(cc|h)$", "", path)
    used = {unit_of(path): set() for path in sources}
    homes, own = {}, {}
    for path, source in sources.items():
        used[unit_of(path)] |= set(INCLUDE.findall(source))
        if path.endswith(".cc"):
            own[path] = set(DEFINITION.findall(code(source)))
            for name in DEFINITION.findall(code(PRIVATE.sub("", source))):
                homes.setdefault(name, set()).add(unit_of(path))
    for path in own:
        # A name that the file defines itself is its own, whoever has it as well.
        for name in set(NAME.findall(code(sources[path]))) & homes.keys() - own[path]:
            used[unit_of(path)] |= homes[name]
    for unit, others in used.items():
        others.discard(unit)
    return used


def circles(used):
    """Each unit that reaches itself, with the way."""
    for start in sorted(used):
        ways, seen = [[start]], set()
        while ways:
            way = ways.pop()
            for unit in sorted(used.get(way[-1], ())):
                if unit == start:
                    yield " -> ".join(way + [start])
                    ways = []
                    break
                if unit not in seen:
                    seen.add(unit)
                    ways.append(way + [unit])


def callbacks(sources):
    """The files that take a function to call back, but for the one that names Progress, which goes to the caller of all."""
    return [path for path, source in sources.items() if "std::function" in code(source) and path != "request.h"]


def self_test():
    include, line = '#include "ramp/data/%s.h"\n', {"a.h": "int One(int x);\n", "a.cc": "int One(int x) {\n  return x;\n}\n"}
    assert not list(circles(uses(line | {"b.cc": (include % "a") + "int Two() {\n  return One(1);\n}\n"})))
    by_include = line | {"a.h": include % "b", "b.h": include % "a"}
    by_call = line | {"b.cc": (include % "a") + "int Two() {\n  return 2;\n}\n", "a.cc": "int One(int x) {\n  return Two();\n}\n"}
    by_three = {"a.h": include % "b", "b.h": include % "c", "c.h": include % "a"}
    for name, sources in {"include": by_include, "call": by_call, "three": by_three}.items():
        assert list(circles(uses(sources))), f"a circle by {name} is not found"
    assert callbacks({"a.h": "void Each(const std::function<void(int)>& take);\n", "b.h": "// no std::function\n"}) == ["a.h"]


if "--self-test" in sys.argv:
    self_test()
    sys.exit()
paths = [path for path in files("*.h", "*.cc", folder="ramp/data") if not for_tests(path)]
sources = {"/".join(path.parts[2:]): text(path) for path in paths}
problems = [f"ramp/data: {way}: the unit uses itself through others; let each pass take what the pass before left" for way in circles(uses(sources))]
problems += [f"ramp/data/{path}: takes a function to call back: return a value instead" for path in callbacks(sources)]
finish(problems)
