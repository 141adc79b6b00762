/* What all targets share: seeds, and parts. */
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/vectors.h"

static void (*give)(const uint8_t *, size_t);

/* Where memory was allocated is seldom asked, and takes a third of the time. */
const char *
__asan_default_options(void)
{
	return "malloc_context_size=2";
}

int
fuzz_only(void)
{
	static int only = -2;
	const char *name = getenv("FUZZ_PART");

	if (only != -2)
		return only;
	only = -1;
	for (int i = 0; name != NULL && fuzz_part(i) != NULL; i++)
		if (strcmp(fuzz_part(i), name) == 0)
			only = i;
	return only;
}

void
fuzz_seed(const void *bytes, size_t len)
{
	give(bytes, len);
}

void
fuzz_every_seed(void (*to)(const uint8_t *, size_t))
{
	static struct vector v[64];

	give = to;
	for (int i = 0; fuzz_protocols[i] != NULL; i++) {
		size_t n = vectors_load(v, 64, fuzz_protocols[i]);

		must(n > 0);
		for (size_t k = 0; k < n; k++)
			give(v[k].bytes, v[k].len);
	}
	fuzz_seeds();
}

static void
write_seed(const uint8_t *bytes, size_t len)
{
	static int count;
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/seed-%04d", getenv("FUZZ_SEEDS"), count++);
	must((f = fopen(path, "w")) != NULL);
	must(fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

/* libFuzzer calls it first.  fuzz.py asks for the parts, or for the seeds as files. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	if (getenv("FUZZ_PARTS") != NULL) {
		if (fuzz_part(0) == NULL)
			printf("- %d\n", fuzz_longest(-1));
		for (int i = 0; fuzz_part(i) != NULL; i++)
			printf("%s %d\n", fuzz_part(i), fuzz_longest(i));
		fflush(stdout);
		_exit(0);
	}
	if (getenv("FUZZ_SEEDS") != NULL)
		fuzz_every_seed(write_seed);
	return 0;
}
