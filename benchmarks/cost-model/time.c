/* Prints the seconds that a call of a compiled block takes, the shortest of
 * many rounds: what other programs take from the processor is left out.
 *
 *   cc -DSIZES=bytes,bytes,… time.c net.o
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int net_packed(void **arguments);

enum { LINE = 64, ROUNDS = 30 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The seconds of `calls` calls. */
static double measure(void **arguments, int calls) {
  double start = now();
  for (int call = 0; call < calls; ++call)
    if (net_packed(arguments))
      exit(1);
  return now() - start;
}

int main(void) {
  static const size_t sizes[] = {SIZES};
  enum { COUNT = sizeof sizes / sizeof *sizes };
  void *arguments[COUNT];
  for (int i = 0; i < COUNT; ++i) {
    size_t bytes = (sizes[i] + LINE) / LINE * LINE;
    float *values = arguments[i] = aligned_alloc(LINE, bytes);
    if (!values)
      return 1;
    for (size_t j = 0; j < bytes / sizeof *values; ++j)
      values[j] = (float)(j % 7) * 0.25f - 0.5f;
  }
  /* Rounds of ten milliseconds. */
  int calls = (int)(1e-2 / (measure(arguments, 1) + 1e-7)) + 1;
  double best = 1e9;
  for (int round = 0; round < ROUNDS; ++round) {
    double seconds = measure(arguments, calls) / calls;
    best = seconds < best ? seconds : best;
  }
  printf("%.9f\n", best);
  return 0;
}
