//===- EntryPointTest.cpp - the calling convention --------------*- C++ -*-===//
//
// Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What callers of a compiled network may rely on: workspaces of their own or
// the object's, a busy status, and inputs that stay as they are.
//
//===----------------------------------------------------------------------===//

#include "Network.h"

#include "gtest/gtest.h"

#include <cmath>
#include <thread>

using namespace lftest;

namespace {

constexpr int64_t size = 4096;

/// tanh, then the sums of neighbours: needs a buffer in between.
std::unique_ptr<Network> compileSmallNetwork() {
  return Network::compile(R"mlir(
    func.func @main(%x: tensor<4096xf32>)
        -> (tensor<4096xf32>, tensor<4096xf32>, tensor<4096xf32>) {
      %t = math.tanh %x : tensor<4096xf32>
      %a = tensor.extract_slice %t[1] [4095] [1]
        : tensor<4096xf32> to tensor<4095xf32>
      %y = tensor.insert_slice %a into %x[0] [4095] [1]
        : tensor<4095xf32> into tensor<4096xf32>
      return %y, %y, %x : tensor<4096xf32>, tensor<4096xf32>, tensor<4096xf32>
    }
  )mlir");
}

/// Runs with input `x` everywhere, and checks all three results.
int32_t runAndCheck(Network &network, float x, void *workspace) {
  std::vector<float> input(size, x), y(size), twin(size), same(size);
  int32_t status = network.run({input.data()},
                               {y.data(), twin.data(), same.data()}, workspace);
  if (status != 0)
    return status;
  EXPECT_EQ(input, std::vector<float>(size, x));
  EXPECT_EQ(same, input);
  EXPECT_EQ(twin, y);
  for (int64_t i = 0; i + 1 < size; ++i)
    EXPECT_NEAR(y[i], std::tanh(x), 1e-6);
  EXPECT_EQ(y.back(), x);
  return status;
}

TEST(EntryPointTest, OwnAndGivenWorkspace) {
  auto network = compileSmallNetwork();
  ASSERT_TRUE(network);
  ASSERT_GT(network->getWorkspaceSize(), 0);
  EXPECT_EQ(network->getWorkspaceSize() % 64, 0);
  EXPECT_EQ(runAndCheck(*network, 0.5f, nullptr), 0);
  EXPECT_EQ(runAndCheck(*network, 0.25f, nullptr), 0);
  // Guard bytes on both sides, and no more alignment than malloc gives.
  std::vector<uint8_t> bytes(network->getWorkspaceSize() + 32, 0xa5);
  EXPECT_EQ(runAndCheck(*network, -2.0f, bytes.data() + 16), 0);
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(bytes[i], 0xa5);
    EXPECT_EQ(bytes[bytes.size() - 1 - i], 0xa5);
  }
}

TEST(EntryPointTest, CallsWithTheirOwnWorkspaceAreIndependent) {
  auto network = compileSmallNetwork();
  ASSERT_TRUE(network);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      std::vector<uint8_t> workspace(network->getWorkspaceSize());
      for (int round = 0; round < 20; ++round)
        EXPECT_EQ(runAndCheck(*network, 0.1f * i, workspace.data()), 0);
    });
  for (std::thread &thread : threads)
    thread.join();
}

/// Two calls never share the object's workspace: the second is told so.
TEST(EntryPointTest, TheOwnWorkspaceIsGuarded) {
  auto network = compileSmallNetwork();
  ASSERT_TRUE(network);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 50; ++round) {
        int32_t status = runAndCheck(*network, 0.1f * i, nullptr);
        EXPECT_TRUE(status == 0 || status == 1) << status;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(runAndCheck(*network, 0.75f, nullptr), 0);
}

TEST(EntryPointTest, ANetworkWithoutBuffersTakesNone) {
  auto network = Network::compile(R"mlir(
    func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
      %y = arith.addf %x, %x : tensor<8xf32>
      return %y : tensor<8xf32>
    }
  )mlir");
  ASSERT_TRUE(network);
  EXPECT_EQ(network->getWorkspaceSize(), 0);
  std::vector<float> input = {1, 2, 3, 4, 5, 6, 7, 8}, output(8);
  EXPECT_EQ(network->run({input.data()}, {output.data()}), 0);
  EXPECT_EQ(output, (std::vector<float>{2, 4, 6, 8, 10, 12, 14, 16}));
}

} // namespace
