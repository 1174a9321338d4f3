/* Runs a MobileNetV2 that LayerFusion compiled to mobilenet_v2.o on an image of
 * raw floats (1 x 3 x 224 x 224), writes the 1000 results and prints the best.
 *
 *   clang-22 mobilenet_v2.c mobilenet_v2.o -lm -o mobilenet_v2
 *   ./mobilenet_v2 image.f32 scores.f32
 */
#include "mobilenet_v2.h"

#include <stdio.h>
#include <time.h>

static float image[MOBILENET_V2_INPUT_SIZE];
static float scores[MOBILENET_V2_LOGITS_SIZE];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s IMAGE SCORES\n", argv[0]);
    return 2;
  }
  FILE *in = fopen(argv[1], "rb");
  if (!in || fread(image, sizeof image, 1, in) != 1) {
    fprintf(stderr, "%s: cannot read %zu bytes\n", argv[1], sizeof image);
    return 1;
  }
  fclose(in);

  /* No workspace is given, so the object uses its own. */
  double start = now();
  int status = mobilenet_v2(image, scores, NULL);
  double took = now() - start;
  if (status != 0) {
    fprintf(stderr, "mobilenet_v2 returned %d\n", status);
    return 1;
  }

  FILE *out = fopen(argv[2], "wb");
  if (!out || fwrite(scores, sizeof scores, 1, out) != 1 || fclose(out) != 0) {
    fprintf(stderr, "%s: cannot write %zu bytes\n", argv[2], sizeof scores);
    return 1;
  }
  int best = 0;
  for (int i = 1; i < MOBILENET_V2_LOGITS_SIZE; ++i)
    if (scores[i] > scores[best])
      best = i;
  printf("best class %d of %d, score %.4f, %.1f ms\n", best,
         MOBILENET_V2_LOGITS_SIZE, (double)scores[best], took);
  return 0;
}
