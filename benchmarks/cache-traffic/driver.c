/* Calls a compiled block as often as the argument says, under a simulator of
 * caches. The arguments of the block have not been touched before: the first
 * call finds all of them in memory. Then reads so much else that every changed
 * byte leaves the caches, so that write-backs are counted in full.
 *
 *   cc -DSIZES=bytes,bytes,… driver.c net.o
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int net_packed(void **arguments);

enum { LINE = 64, FLUSHED = 16 << 20 };

/* Memory that nobody has touched, at the beginning of a line. */
static void *reserve(size_t bytes) {
  char *memory = calloc(bytes + LINE, 1);
  if (!memory)
    exit(1);
  return (void *)(((uintptr_t)memory + LINE - 1) / LINE * LINE);
}

int main(int argc, char **argv) {
  static const size_t sizes[] = {SIZES};
  enum { COUNT = sizeof sizes / sizeof *sizes };
  void *arguments[COUNT];
  for (int i = 0; i < COUNT; ++i)
    arguments[i] = reserve(sizes[i]);
  volatile char *other = reserve(FLUSHED);
  for (int call = argc > 1 ? atoi(argv[1]) : 1; call > 0; --call)
    if (net_packed(arguments))
      return 1;
  char sum = 0;
  for (size_t i = 0; i < FLUSHED; i += LINE)
    sum += other[i];
  return sum;
}
