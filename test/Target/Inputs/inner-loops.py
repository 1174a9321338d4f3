"""Says what the innermost loops of assembly on standard input are made of:

    28 multiply-adds of 47 instructions, 0 spills

for each that multiplies and adds vectors, the largest first. A spill is a vector
moved to or from the stack. For x86 and AArch64.
"""

import re
import sys

LABEL = re.compile(r"(\.LBB\d+_\d+):")
JUMP = re.compile(r"\s+(?:j\w+|b|b\.\w+|cbn?z|tbn?z)\s+(?:\w+, )*(\.LBB\d+_\d+)\b")
MULTIPLY_ADD = re.compile(r"\s+(vfn?m(add|sub)\d+ps|fml[as])\b")
SPILL = re.compile(r"[xyz]mm\d+.*\(%rsp|\(%rsp.*[xyz]mm\d+|\b[qv]\d+.*\[sp")

lines = [line for line in sys.stdin if not re.match(r"\s*(#|//|\.[a-z])", line)]
labels, loops = {}, []
for index, line in enumerate(lines):
    if label := LABEL.match(line):
        labels[label[1]] = index
    jump = JUMP.match(line)
    if jump and jump[1] in labels:
        body = lines[labels[jump[1]] + 1 : index + 1]
        multiply_adds = sum(map(bool, map(MULTIPLY_ADD.match, body)))
        if multiply_adds and not any(map(LABEL.match, body)):
            spills = sum(map(bool, map(SPILL.search, body)))
            loops.append((multiply_adds, len(body), spills))
for loop in sorted(loops, reverse=True):
    print("{} multiply-adds of {} instructions, {} spills".format(*loop))
