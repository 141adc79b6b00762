/*
 * The main of a target in `make test`: every seed, what becomes of it when it
 * is cut, and the inputs in tests/fuzz/found/NAME/.
 */
#include <glob.h>
#include <libgen.h>

#include "tests/fuzz/fuzz.h"

static int count;

/* As libFuzzer does: in memory of just this size. */
static void
run(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	memcpy(copy, bytes, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
	count++;
}

/* Whole, half, without its last byte, and with the choice of each part behind it. */
static void
run_seed(const uint8_t *bytes, size_t len)
{
	uint8_t longer[len + 1];

	run(bytes, len);
	run(bytes, len / 2);
	run(bytes, len > 0 ? len - 1 : 0);
	memcpy(longer, bytes, len);
	for (int part = 0; fuzz_part(part) != NULL; part++) {
		longer[len] = part;
		run(longer, len + 1);
	}
}

static void
run_file(const char *path)
{
	static uint8_t bytes[1 << 20];
	FILE *f = fopen(path, "r");
	size_t len;

	must(f != NULL);
	len = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	run(bytes, len);
}

int
main(int argc, char **argv)
{
	char pattern[256];
	glob_t found;

	(void)argc;
	snprintf(pattern, sizeof pattern, "tests/fuzz/found/%s/*", basename(argv[0]) + strlen("fuzz_"));
	fuzz_every_seed(run_seed);
	must(count > 0);
	printf("ok 1 - %d inputs from seeds\n", count);
	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			fprintf(stderr, "%s\n", found.gl_pathv[i]);
			run_file(found.gl_pathv[i]);
			printf("ok %zu - %s\n", i + 2, found.gl_pathv[i]);
		}
		globfree(&found);
	}
	return 0;
}
