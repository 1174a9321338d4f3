/* Calls the network of two-convs.mlir in all the ways its header promises and
 * compares with loops of its own. Prints a line for each way.
 *
 *   lf-translate --lf-to-object two-convs.mlir -o net.o --emit-header=net.h
 *   cc -pthread c-program.c net.o -lm
 */
#include "net.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 24, IN = 8, MIDDLE = 16, OUT = 12, STRIDE = 2 };

static float data[TWO_CONVS_DATA_SIZE];
static float filter0[TWO_CONVS_FILTER_0_SIZE];
static float filter1[TWO_CONVS_FILTER_1_SIZE];
static float expected[TWO_CONVS_RESULT_SIZE];

/* A 3x3 convolution with a border of zeros, H x W x C. */
static void convolve(const float *x, int size, int in, const float *filter,
                     int out, int stride, int relu, float *y) {
  for (int row = 0; row < size / stride; ++row)
    for (int column = 0; column < size / stride; ++column)
      for (int f = 0; f < out; ++f) {
        float sum = 0;
        for (int ky = 0; ky < 3; ++ky)
          for (int kx = 0; kx < 3; ++kx) {
            int iy = row * stride + ky - 1, ix = column * stride + kx - 1;
            if (iy < 0 || iy >= size || ix < 0 || ix >= size)
              continue;
            for (int c = 0; c < in; ++c)
              sum += x[(iy * size + ix) * in + c] *
                     filter[((ky * 3 + kx) * in + c) * out + f];
          }
        *y++ = relu && sum < 0 ? 0 : sum;
      }
}

/* Numbers from -1 to 1 without a pattern. */
static void fill(float *values, size_t count, unsigned state) {
  for (size_t i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    values[i] = (float)(state >> 8) / (float)(1 << 23) - 1;
  }
}

static int is_right(const float *result) {
  for (size_t i = 0; i < TWO_CONVS_RESULT_SIZE; ++i)
    if (!(fabsf(result[i] - expected[i]) <= 1e-4f * 16))
      return 0;
  return 1;
}

static void report(const char *what, int right) {
  printf("%s: %s\n", what, right ? "right" : "WRONG");
  if (!right)
    exit(1);
}

static int run(float *result, void *workspace) {
  memset(result, 0xff, TWO_CONVS_RESULT_SIZE * sizeof *result); /* NaN */
  return two_convs(data, filter0, filter1, result, workspace);
}

/* A thread with a workspace of its own. */
static void *run_often(void *right) {
  void *workspace =
      aligned_alloc(TWO_CONVS_WORKSPACE_ALIGNMENT, TWO_CONVS_WORKSPACE_SIZE);
  float *result = malloc(TWO_CONVS_RESULT_SIZE * sizeof *result);
  *(int *)right = workspace && result;
  for (int i = 0; i < 20 && *(int *)right; ++i)
    *(int *)right = run(result, workspace) == 0 && is_right(result);
  free(result);
  free(workspace);
  return NULL;
}

static int done;

/* A thread that uses the object's own workspace until told to stop. */
static void *run_until_done(void *right) {
  static float result[TWO_CONVS_RESULT_SIZE];
  while (!__atomic_load_n(&done, __ATOMIC_SEQ_CST)) {
    int status = run(result, NULL);
    if (status != TWO_CONVS_BUSY && (status != 0 || !is_right(result)))
      *(int *)right = 0;
  }
  return NULL;
}

int main(void) {
  static float middle[SIZE * SIZE * MIDDLE], result[TWO_CONVS_RESULT_SIZE];
  fill(data, TWO_CONVS_DATA_SIZE, 1);
  fill(filter0, TWO_CONVS_FILTER_0_SIZE, 2);
  fill(filter1, TWO_CONVS_FILTER_1_SIZE, 3);
  convolve(data, SIZE, IN, filter0, MIDDLE, 1, 1, middle);
  convolve(middle, SIZE, MIDDLE, filter1, OUT, STRIDE, 0, expected);

  report("its own workspace", run(result, NULL) == 0 && is_right(result));

  void *workspace =
      aligned_alloc(TWO_CONVS_WORKSPACE_ALIGNMENT, TWO_CONVS_WORKSPACE_SIZE);
  memset(workspace, 0xff, TWO_CONVS_WORKSPACE_SIZE);
  report("a given workspace", run(result, workspace) == 0 && is_right(result));

  memset(result, 0xff, sizeof result);
  void *args[] = {data, filter0, filter1, result, workspace};
  report("packed arguments", two_convs_packed(args) == 0 && is_right(result));
  free(workspace);

  pthread_t threads[2];
  int right[2] = {0, 0};
  for (int i = 0; i < 2; ++i)
    pthread_create(&threads[i], NULL, run_often, &right[i]);
  for (int i = 0; i < 2; ++i)
    pthread_join(threads[i], NULL);
  report("two threads", right[0] && right[1]);

  /* Sooner or later a call meets the other thread's. */
  right[0] = 1;
  pthread_create(&threads[0], NULL, run_until_done, &right[0]);
  int busy = 0;
  for (long i = 0; i < 1000000 && !busy; ++i) {
    int status = run(result, NULL);
    busy = status == TWO_CONVS_BUSY && isnan(result[0]);
    if (status != TWO_CONVS_BUSY && (status != 0 || !is_right(result)))
      break;
  }
  __atomic_store_n(&done, 1, __ATOMIC_SEQ_CST);
  pthread_join(threads[0], NULL);
  report("busy", busy && right[0]);
  report("not busy any more", run(result, NULL) == 0 && is_right(result));

  int best = 0;
  for (int i = 1; i < TWO_CONVS_RESULT_SIZE; ++i)
    if (result[i] > result[best])
      best = i;
  printf("largest result: %.3f at %d\n", (double)result[best], best);
  return 0;
}
