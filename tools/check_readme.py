"""README.md shows examples/train.cc as it is, and names no command that the program lacks: check_readme.py PROGRAM"""
import re
import subprocess
import sys

from tree import finish, text

readme = text("README.md")
problems = []
if text("examples/train.cc") not in re.findall(r"^```cpp\n(.*?)^```", readme, re.M | re.S):
    problems.append("README.md: none of its C++ blocks is examples/train.cc as it is: copy it")
if text("examples/activation.c") not in re.findall(r"^```c\n(.*?)^```", text("docs/activations.md"), re.M | re.S):
    problems.append("docs/activations.md: none of its C blocks is examples/activation.c as it is: copy it")
for command in sorted(set(re.findall(r"(?:\./run|^ramp|`ramp) ([a-z]+)", readme, re.M))):
    if subprocess.run([sys.argv[1], command, "--help"], capture_output=True).returncode != 0:
        problems.append(f"README.md: the program has no command '{command}'")
finish(problems)
