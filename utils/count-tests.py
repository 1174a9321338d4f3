"""Adds up the JUnit XML files of a folder: prints a line for each suite, the
names of the failed tests and suites, and last `N passed, N failed`; exits with 1 when a
test failed or none ran.

lit, GoogleTest and pytest all write this format, each with its own attributes
on the suites, so the test cases themselves are counted.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree


def outcome(case):
    """Whether a test case passed, failed or was skipped."""
    tags = {child.tag for child in case}
    if tags & {"failure", "error"}:
        return "failed"
    if "skipped" in tags or case.get("status") == "notrun":
        return "skipped"
    return "passed"


def main(folder):
    total = {"passed": 0, "failed": 0, "skipped": 0}
    failed = []
    for path in sorted(Path(folder).glob("*.xml")):
        counts = dict.fromkeys(total, 0)
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            result = outcome(case)
            counts[result] += 1
            if result == "failed":
                failed.append(
                    f"{path.stem}: {case.get('classname')} {case.get('name')}"
                )
        for result, count in counts.items():
            total[result] += count
        shown = ", ".join(f"{n} {result}" for result, n in counts.items() if n)
        print(f"{path.stem}: {shown or 'no tests'}")
    for path in sorted(Path(folder).glob("*.failed")):
        # A suite that failed without a failed test: a crash, or no test at all.
        if not any(name.startswith(path.stem) for name in failed):
            failed.append(f"{path.stem}: {path.read_text().strip()}")
            total["failed"] += 1
    for name in failed:
        print(f"FAILED {name}")
    print(f"{total['passed']} passed, {total['failed']} failed")
    return 1 if failed or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
