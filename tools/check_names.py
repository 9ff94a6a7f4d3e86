"""One definition: the name of an activation, a layer or any other row of a table stands in one source file alone."""
import re

from tree import files, finish, for_tests, text

# What a dense layer without an activation runs with, what a training takes when nothing is asked for, and what a plot
# shows that is no activation.
ALSO = {
    # What the claims about rectifiers speak of by name.
    **{
        name: ["ramp/lab/subjects.h"]
        for name in ("relu", "sigmoid", "tanh", "prelu", "elu", "gelu", "silu", "batchnorm", "dropout")
    },
    **{name: ["ramp/lab/subjects.h"] for name in ("sgd", "vowels", "grammar")},
    "adam": ["ramp/training/trainer.h"],
    "digits": ["ramp/cli/command_plot.cc"],
    "noise": ["ramp/data/generated.cc"],  # of generated sets it is a setting
    # Of an activation it is a parameter, and so it is of a norm.
    "shift": ["ramp/activation/rectifiers-inl.h", "ramp/network/layers/normalization.cc"],
}

sources = {path: text(path) for path in files("*.h", "*.cc", folder="ramp") if not for_tests(path)}
names = {}
problems = []
for path, source in sources.items():
    for name in re.findall(r'\.name\s*=\s*"(\w+)"', source):
        if name in names:
            problems.append(f"{path}: '{name}' is defined in {names[name]} as well")
        names[name] = path
for path, source in sources.items():
    code = re.sub(r"//.*", "", source)
    for name, home in names.items():
        # A name that is no English word is looked for in comments as well.
        found = re.search(rf"\b{name}\b", source) if "_" in name else f'"{name}"' in code
        if found and path != home and str(path) not in ALSO.get(name, []):
            problems.append(f"{path}: names '{name}', which is defined in {home}: read the table instead")
if "leaky_relu" not in names:
    problems.append("the table of activations was not found: tools/check_names.py needs to learn where it is")
finish(problems)
