"""The library neither prints nor ends the program: check_symbols.py libramp.a"""
import re
import subprocess
import sys

from tree import finish

FORBIDDEN = re.compile(
    r"^(_ZSt4(cout|cerr|clog)|_ZSt5(wcout|wcerr|wclog)|stdout|stderr|(__)?v?f?printf(_chk)?|f?puts|putchar|f?putc|perror"
    r"|abort|_?exit|_Exit|quick_exit|__assert_fail|_ZN3hwy5Abort.*|_ZN3fmt\w*5print.*)$")

listing = subprocess.run(["nm", "-A", "--undefined-only", sys.argv[1]], capture_output=True, text=True, check=True).stdout
symbols = [(line.split()[0].split(":")[1], line.split()[-1]) for line in listing.splitlines()]
problems = [f"{part}: uses {symbol}" for part, symbol in symbols if FORBIDDEN.match(symbol)]
if len(symbols) < 1000:
    problems.append(f"{sys.argv[1]}: only {len(symbols)} symbols are undefined: is this the library?")
finish(problems)
