//===- LF.td - everything the lf dialect defines -----------------*- tablegen -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERFUSION_DIALECT_LF_LF_TD
#define LAYERFUSION_DIALECT_LF_LF_TD

include "LayerFusion/Dialect/LF/LFDialect.td"
include "LayerFusion/Dialect/LF/LFAttrs.td"
include "LayerFusion/Dialect/LF/LFOps.td"
include "LayerFusion/Dialect/LF/LFBlockOps.td"
include "LayerFusion/Dialect/LF/LFTileOps.td"
include "LayerFusion/Dialect/LF/LFWinogradOps.td"

#endif // LAYERFUSION_DIALECT_LF_LF_TD
