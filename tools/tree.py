"""What the rule tests share: the project's files, and how a rule ends."""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOT_OURS = {".git", "build", "node_modules", "__pycache__"}


def files(*patterns, folder="."):
    """Paths below `folder` that match one of the patterns, relative to the root."""
    found = []
    for parent, folders, names in os.walk(ROOT / folder):
        folders[:] = sorted(set(folders) - NOT_OURS)
        for name in sorted(names):
            path = (pathlib.Path(parent) / name).relative_to(ROOT)
            if any(path.match(pattern) for pattern in patterns):
                found.append(path)
    return found


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def for_tests(path):
    """Tests and benchmarks, and headers that say in their first line that they are for tests."""
    return path.stem.endswith(("_test", "_bench")) or text(path).startswith("// For tests:")


def finish(problems):
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
