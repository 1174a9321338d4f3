/* Calls a compiled block as often as the argument says, under a simulator of
 * caches. The arguments of the block have not been touched before: the first
 * call finds all of them in memory. Then reads so much else that every changed
 * byte leaves the caches, so that write-backs are counted in full.
 *
 *   cc -DSIZES=bytes,bytes,… simulate.c net.o
 */
#include <stddef.h>
#include <stdlib.h>

int net_packed(void **arguments);

enum { LINE = 64, FLUSHED = 16 << 20 };

/* Memory that nobody has touched, line after line: static arrays without a
 * value, which unlike the heap are not cleared by the program. */
static _Alignas(LINE) char memory[FLUSHED + (256 << 20)];

int main(int argc, char **argv) {
  static const size_t sizes[] = {SIZES};
  enum { COUNT = sizeof sizes / sizeof *sizes };
  void *arguments[COUNT];
  size_t used = FLUSHED;
  for (int i = 0; i < COUNT; ++i) {
    arguments[i] = memory + used;
    used += (sizes[i] + LINE - 1) / LINE * LINE;
  }
  if (used > sizeof memory)
    return 1;
  for (int call = argc > 1 ? atoi(argv[1]) : 1; call > 0; --call)
    if (net_packed(arguments))
      return 1;
  volatile char *other = memory;
  char sum = 0;
  for (size_t i = 0; i < FLUSHED; i += LINE)
    sum += other[i];
  return sum;
}
