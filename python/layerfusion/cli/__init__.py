# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The commands of `python -m layerfusion`, one a file.

Each has `add_parser(commands)`, which declares its options, and `main(args)`,
which does the work and returns the exit code. Results go to standard output,
progress and errors to standard error.
"""


class UserError(Exception):
    """Something that the user can mend, told in one line without a traceback."""
