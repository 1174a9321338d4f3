//===- LFThreadOps.td - a team of threads -------------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LFTHREADOPS_TD
#define LAYERFUSION_DIALECT_LF_LFTHREADOPS_TD

include "LayerFusion/Dialect/LF/LFDialect.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class LF_TeamOp<string mnemonic> : LF_Op<mnemonic, [Pure]> {
  let results = (outs Index:$result);
  let assemblyFormat = [{ attr-dict `:` type($result) }];
}

def LF_ThreadIdOp : LF_TeamOp<"thread_id"> {
  let summary = "which thread of the team this is";
  let description = [{
    A number from 0 below `lf.num_threads`, different for each thread of the
    team that runs the network. `--lf-spawn-team` says what it is.

    Example: `%t = lf.thread_id : index`
  }];
}

def LF_NumThreadsOp : LF_TeamOp<"num_threads"> {
  let summary = "how many threads the team has";
  let description = [{
    At least 1, and at most the number of threads that the network was compiled
    for; the same in all threads during a run.

    Example: `%n = lf.num_threads : index`
  }];
}

def LF_BarrierOp : LF_Op<"barrier", []> {
  let summary = "wait for the other threads of the team";
  let description = [{
    Returns when all threads of the team have come here. What they wrote before
    can be read by all after. All threads come to the same barriers in the same
    order.

    Example: `lf.barrier`
  }];
  let assemblyFormat = "attr-dict";
}

#endif // LAYERFUSION_DIALECT_LF_LFTHREADOPS_TD
