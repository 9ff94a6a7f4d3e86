"""A section of docs/measurements/activation_speed.md, from what was measured:

    ramp bench --json > one.json; ramp bench --threads 2 --json > two.json
    peers --threads 1,2 --json > peers.json; ramp bench --sizes 64 --json > small.json
    section.py one.json two.json peers.json small.json
"""
import json
import statistics
import sys

one, two, peers, small = [json.load(open(path, encoding="utf-8")) for path in sys.argv[1:5]]
SIZES = sorted({result["size"] for result in peers["results"]})
SMOOTH = ["elu", "sigmoid", "tanh", "gelu", "silu", "softplus"]


def size_text(size):
    for unit, factor in (("Mi", 1 << 20), ("Ki", 1 << 10)):
        if size % factor == 0:
            return f"{size // factor} {unit}"
    return str(size)


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def of_bench(report, size, operation):
    return {result["activation"]: result for result in report["results"]
            if result["size"] == size and result["operation"] == operation}


def of_peers(task, size, threads):
    return next(result for result in peers["results"]
                if (result["task"], result["size"], result["threads"]) == (task, size, threads))


def piecewise_linear(report):
    by_gates = {result["activation"] for result in report["results"] if result.get("from") == "gates"}
    return sorted(by_gates | {"prelu"})


def verdict(met):
    return "met" if met else "missed"


def worst(shares):
    name = min(shares, key=shares.get)
    return f"{statistics.median(shares.values()):.0%}, {name} {shares[name]:.0%}"


def limit_targets():
    for report in (one, two):
        threads = report["threads"]
        for operation in ("forward", "backward"):
            names = piecewise_linear(report) if operation == "forward" else None
            for size in SIZES:
                shares = {name: result["share_of_limit"] for name, result in of_bench(report, size, operation).items()
                          if names is None or name in names}
                what = "piecewise linear, forward" if names else "every backward"
                within = sum(share >= 0.95 for share in shares.values())
                yield [f"{what}, {size_text(size)}, {threads} thread{'s' * (threads > 1)}", "95 % of the limit",
                       worst(shares), verdict(within == len(shares)) + f": {within} of {len(shares)} reach it"]


def gate_targets():
    for size, most in zip(SIZES, (1.15, 1.05, 1.03)):
        plain, gated = (of_bench(one, size, operation) for operation in ("forward", "forward with gates"))
        costs = {name: gated[name]["ns"] / plain[name]["ns"] for name in piecewise_linear(one)}
        name = max(costs, key=costs.get)
        middle = statistics.median(costs.values())
        yield [f"gates written as well, {size_text(size)}", f"at most {most:.2f} times the time without",
               f"{middle:.2f}, {name} {costs[name]:.2f}", verdict(middle <= most) + " by the median"]


def peer_targets():
    large = SIZES[-1]
    for task in ("relu", "leaky_relu"):
        ratio = of_peers(task, large, 1)["times_as_fast"]
        yield [f"{task}, {size_text(large)}", "1.3 times the best peer", f"{ratio:.2f}", verdict(ratio >= 1.3)]
    for task, size, least in [("relu backward", large, 1.9), ("relu backward in place", large, 2.5),
                              ("relu backward", SIZES[0], 1.5), ("relu backward", SIZES[1], 1.5)]:
        ratio = of_peers(task, size, 1)["times_as_fast"]
        yield [f"{task}, {size_text(size)}", f"{least} times the best peer", f"{ratio:.2f}", verdict(ratio >= least)]
    for task in SMOOTH:
        least = 2 if task == "softplus" else 1
        for size in SIZES[:2]:
            result = of_peers(task, size, 1)
            ratio = result["times_as_fast"]
            yield [f"{task}, {size_text(size)}", f"{least} time{'s' * (least > 1)} the best peer",
                   f"{ratio:.2f} ({result['best_peer']})", verdict(ratio >= least)]
    for task in SMOOTH:
        share = of_bench(two, large, "forward")[task]["share_of_limit"]
        yield [f"{task}, {size_text(large)}, 2 threads", "90 % of the copy limit", f"{share:.0%}",
               verdict(share >= 0.9)]


machine = one["machine"]
print(f"## Measured with {'AVX-512' if machine['instruction_set'] == 'AVX3' else machine['instruction_set']}\n")
print(f"{machine['processor']}, {machine['cores']} cores, {machine['instruction_set']}, {machine['gigahertz']:.2f} GHz; "
      "made by `bench/peers/section.py` from\n")
print("```sh\nramp bench --json > one.json\nramp bench --threads 2 --json > two.json\n"
      "peers --json > peers.json\nramp bench --sizes 64 --json > small.json\n```\n")
for note in two["notes"]:
    print(f"With two threads {note}.\n")
print("Nanoseconds an element of ramp, of the fastest peer, and how many times as fast ramp is. Forward, out of place and "
      "on one\nthread where nothing else is said; the peers are oneDNN, XNNPACK, Eigen, SLEEF and the compiler's loops.\n")
for threads in sorted({result["threads"] for result in peers["results"]}):
    head = [f"{threads} thread{'s' * (threads > 1)}"]
    for size in SIZES:
        head += [size_text(size), "best peer", "ratio"]
    rows = []
    for task in dict.fromkeys(result["task"] for result in peers["results"]):
        row = [task]
        for size in SIZES:
            result = of_peers(task, size, threads)
            best = result["best_peer"]
            row += [f"{result['ns']['ramp']:.3f}", f"{result['ns'][best]:.3f} {best}", f"{result['times_as_fast']:.2f}"]
        rows.append(row)
    table(head, rows)

print("Greatest errors in units in the last place, over inputs in [-4, 4] and over inputs of all sizes; `inf`: a number "
      "became\nnone.\n")
names = list(dict.fromkeys(result["peer"] for result in peers["accuracy"]))
found = {(result["task"], result["peer"]): result for result in peers["accuracy"]}


def errors(task, peer):
    result = found.get((task, peer))
    if result is None:
        return "-"
    return ", ".join("inf" if ulp is None else f"{ulp:.2g}" for ulp in (result["ulp_near"], result["ulp_all"]))


tasks = [task for task in dict.fromkeys(result["task"] for result in peers["accuracy"]) if "backward" not in task]
table(["", *names], [[task, *[errors(task, peer) for peer in names]] for task in tasks])

print("What was aimed at. Shares of a limit are the median over the activations, then the worst. The limit is that of the "
      "same\nrounds: a copy, or for backward from output or input a triad, by the faster of ordinary stores and those past "
      "the cache.\n")
table(["", "aim", "measured", ""], [*limit_targets(), *gate_targets(), *peer_targets()])
calls = {result["activation"]: 64 * result["ns"] for result in small["results"] if result["operation"] == "forward"}
copy = 64 * small["limits"][0]["copy"]
print(f"A call on 64 floats takes {calls['relu']:.0f} ns for relu, {calls['sigmoid']:.0f} for sigmoid, where a copy takes "
      f"{copy:.0f}.")
