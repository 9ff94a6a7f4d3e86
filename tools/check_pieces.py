"""ramp/activation/pieces_of_WHAT.h is what tools/pieces.py WHAT makes: check_pieces.py WHAT"""
import subprocess
import sys

from tree import ROOT, finish

SKIPPED = 77


def interpreter():
    """The first Python that has mpmath."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        try:
            subprocess.run([candidate, "-c", "import mpmath"], check=True, capture_output=True)
            return candidate
        except (OSError, subprocess.CalledProcessError):
            continue
    print("skipped: there is no mpmath (Debian's python3-mpmath)")
    sys.exit(SKIPPED)


what = sys.argv[1]
header = ROOT / f"ramp/activation/pieces_of_{what}.h"
made = subprocess.run([interpreter(), ROOT / "tools/pieces.py", what], check=True, capture_output=True, text=True).stdout
finish([] if made == header.read_text(encoding="utf-8") else
       [f"{header.relative_to(ROOT)} is not what tools/pieces.py {what} makes: write that to it"])
