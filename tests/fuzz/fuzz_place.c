/*
 * Last-Event-ID: from wherever a reader goes on, it misses nothing and hears
 * nothing twice; where that is not sure it gets a snapshot.
 */
#include "daemon/net/server.h"
#include "tests/fuzz/fuzz.h"

static int64_t our_epoch;
static struct hall shown;

#define ledger_epoch(ledger)	((void)(ledger), our_epoch)
#define ledger_shown(ledger)	((void)(ledger), &shown)
#include "daemon/net/streams.c"

const char *const fuzz_protocols[] = { NULL };

const char *
fuzz_part(int i)
{
	(void)i;
	return NULL;
}

int
fuzz_longest(int part)
{
	(void)part;
	return 64;
}

/* The events of the last choices, some audiences' with gaps. */
static void
make_events(struct streams *s, struct input *b)
{
	int64_t seq = choose(b);

	s->made = choose(b);
	if (s->made >= 200)
		s->made = RING - 100 + s->made;		/* a ring that is full */
	our_epoch = choose(b) % 4 + 1;
	for (uint64_t i = 0; i < s->made; i++)
		s->ring[i % RING].seq = seq += 1 + (i % 7 == 3);
	shown.seq = seq + choose(b) % 3;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct streams s;
	struct input b = { bytes, len };
	char id[64];
	uint64_t place, oldest;
	long long sent_epoch, seq;

	make_events(&s, &b);
	oldest = s.made > RING ? s.made - RING : 0;
	text_of_bytes(id, sizeof id, b);
	place = s.made;
	if (!find_place(&s, id, &place))
		return 0;
	must(sscanf(id, "%lld-%lld", &sent_epoch, &seq) == 2 && sent_epoch == our_epoch && seq <= shown.seq);
	must(place >= oldest && place <= s.made);
	for (uint64_t i = oldest; i < s.made; i++)
		must((i < place) == (s.ring[i % RING].seq <= seq));
	must(place > oldest || s.made == 0 || seq == shown.seq || seq + 1 >= s.ring[oldest % RING].seq);
	return 0;
}

void
fuzz_seeds(void)
{
	static const char *const ids[] = { "1-5", "2-10", "1-0", "1-9223372036854775807", "4--3", "3-240", "x", "1-300" };

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		for (int many = 0; many < 256; many += 51) {
			char seed[48];
			int n = snprintf(seed, sizeof seed, "%s", ids[i]);

			memcpy(seed + n, (uint8_t[]){ 1, ids[i][0] - '1', many, 3 }, 4);
			fuzz_seed(seed, n + 4);
		}
}
