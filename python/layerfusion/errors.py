# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What goes wrong while importing, parsing or compiling."""

from __future__ import annotations


class CompileError(Exception):
    """An error that the compiler reported.

    message   what is wrong
    location  where: `file:line:column`, or the node of a model; None if unknown
    notes     further lines: where the other half comes from, or errors after it
    """

    def __init__(
        self,
        message: str,
        location: str | None = None,
        notes: list[str] | None = None,
    ):
        super().__init__(message, location, notes or [])
        self.message = message
        self.location = location
        self.notes = list(notes or [])

    def __str__(self) -> str:
        text = f"{self.location}: {self.message}" if self.location else self.message
        return "\n  ".join([text, *self.notes])
