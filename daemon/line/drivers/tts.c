/* Text-to-speech voice modules: SYN6288, SYN6658, XFS5152CE. */
#include "daemon/line/drivers/rows.h"
#include "protocols/syn6288.h"
#include "protocols/syn6658.h"
#include "protocols/xfs5152.h"

#define CHARACTER_MS	300	/* slow speech: the SYN6288 takes about 250 */
#define SPOKEN_MAX	768	/* bytes of an announcement with its tags */

_Static_assert(SYN6658_FRAME <= FRAME_MAX && XFS5152_FRAME <= FRAME_MAX, "a text fits into a frame");

struct model {
	const struct tts	*tts;
	size_t			 text_max;	/* bytes in one frame */
	size_t			(*speak)(uint8_t *, const char *text);
	size_t			(*command)(uint8_t *, enum tts_command);
};

static const struct model syn6288 = { &syn6288_tts, SYN6288_TEXT, syn6288_speak, syn6288_command };
static const struct model syn6658 = { &syn6658_tts, SYN6658_TEXT, syn6658_speak, syn6658_command };
static const struct model xfs5152 = { &xfs5152_tts, XFS5152_TEXT, xfs5152_speak, xfs5152_command };

static int
probe(struct frame *f, const struct model *m)
{
	return framed(f, m->command(f->bytes, TTS_QUERY), SAID(SAID_SPEAKING) | SAID(SAID_IDLE), 0);
}

static int
say(struct frame *f, const struct announcement *a, int part, const struct model *m)
{
	char all[SPOKEN_MAX], text[SPOKEN_MAX], rest[SPOKEN_MAX];

	if (tts_announce(all, sizeof(all), a, m->tts) == 0 || tts_part(text, sizeof(text), all, part, m->text_max) == 0 ||
	    framed(f, m->speak(f->bytes, text), SAID(SAID_ACK), 0) == -1)
		return -1;
	f->speech_ms = tts_characters(text) * CHARACTER_MS;
	f->more = tts_part(rest, sizeof(rest), all, part + 1, m->text_max) > 0;
	return 0;
}

static int
stop(struct frame *f, const struct model *m)
{
	return framed(f, m->command(f->bytes, TTS_STOP), SAID(SAID_ACK), 0);
}

static int
parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (len == 0)
		return 0;
	switch (tts_answer(in[0])) {
	case VOICE_NOTHING:
	case VOICE_ENDED:
		return -1;
	case VOICE_STARTED:
		said->kind = SAID_STARTED;
		break;
	case VOICE_ACCEPTED:
		said->kind = SAID_ACK;
		break;
	case VOICE_REFUSED:
		said->kind = SAID_NACK;
		said->why = "the module refused the frame";
		said->again = true;
		break;
	case VOICE_BUSY:
		said->kind = SAID_SPEAKING;
		break;
	case VOICE_IDLE:
		said->kind = SAID_IDLE;
		break;
	}
	return 1;
}

#define MODEL(m) \
static int \
m##_probe(struct frame *f, int address) \
{ \
	(void)address; \
	return probe(f, &m); \
} \
static int \
m##_say(struct frame *f, const struct device *d, const struct announcement *a, int part) \
{ \
	(void)d; \
	return say(f, a, part, &m); \
} \
static int \
m##_stop(struct frame *f) \
{ \
	return stop(f, &m); \
}

MODEL(syn6288)
MODEL(syn6658)
MODEL(xfs5152)

const struct driver syn6288_driver = {
	.name = "syn6288", .kind = DRIVER_VOICE,
	.summary = "SYN6288 text-to-speech module, Chinese",
	.baud = 9600, .answer_ms = 200, .gap_ms = 10,
	.probe = syn6288_probe, .say = syn6288_say, .stop = syn6288_stop,
	.parse = parse,
};

const struct driver syn6658_driver = {
	.name = "syn6658", .kind = DRIVER_VOICE,
	.summary = "SYN6658 text-to-speech module, Chinese",
	.baud = 9600, .answer_ms = 200, .gap_ms = 17,
	.probe = syn6658_probe, .say = syn6658_say, .stop = syn6658_stop,
	.parse = parse,
};

const struct driver xfs5152_driver = {
	.name = "xfs5152", .kind = DRIVER_VOICE,
	.summary = "XFS5152CE text-to-speech module, Chinese and English",
	.baud = 9600, .answer_ms = 200, .gap_ms = 17,
	.probe = xfs5152_probe, .say = xfs5152_say, .stop = xfs5152_stop,
	.parse = parse,
};
