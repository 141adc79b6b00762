/* SYN6288 voice modules. */
#include "daemon/line/drivers/rows.h"
#include "protocols/syn6288.h"

static int
voice_probe(struct frame *f, int address)
{
	(void)address;
	return framed(f, syn6288_query(f->bytes), SAID(SAID_SPEAKING) | SAID(SAID_IDLE), 0);
}

static int
voice_say(struct frame *f, const struct announcement *a)
{
	char text[512];

	if (syn6288_announce(text, sizeof(text), a) == 0)
		return -1;
	return framed(f, syn6288_speak(f->bytes, text), SAID(SAID_ACK), 0);
}

static int
voice_stop(struct frame *f)
{
	return framed(f, syn6288_stop(f->bytes), SAID(SAID_ACK), 0);
}

static int
voice_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (len == 0)
		return 0;
	switch (syn6288_answer(in[0])) {
	case VOICE_NOTHING:
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

const struct driver syn6288_driver = {
	.name = "syn6288", .kind = DRIVER_VOICE,
	.summary = "SYN6288 text-to-speech module, Chinese",
	.baud = 9600, .answer_ms = 200, .gap_ms = 10,
	.probe = voice_probe, .say = voice_say, .stop = voice_stop,
	.parse = voice_parse,
};
