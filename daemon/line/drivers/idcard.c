/* Readers of ID cards: of all that is on one, the number and the date of birth. */
#include <stdlib.h>
#include <string.h>

#include "daemon/line/drivers/rows.h"
#include "protocols/idcard.h"

static int
reader_probe(struct frame *f, int address)
{
	(void)address;
	return framed(f, idcard_command(f->bytes, IDCARD_STATUS), SAID(SAID_ACK), 0);
}

static int
reader_card(struct frame *f, enum card_step step)
{
	static const struct { enum idcard_command command; unsigned answers; int work_ms; } steps[] = {
		[CARD_FIND]   = { IDCARD_FIND,	 SAID(SAID_ACK) | SAID(SAID_NO_CARD), 100 },
		[CARD_SELECT] = { IDCARD_SELECT, SAID(SAID_ACK), 100 },
		[CARD_READ]   = { IDCARD_READ,	 SAID(SAID_CARD), 1500 },
	};

	return framed(f, idcard_command(f->bytes, steps[step].command), steps[step].answers, steps[step].work_ms);
}

/* -1: it has none. */
static int
read_card(struct card *card, const uint8_t text[IDCARD_TEXT])
{
	char field[IDCARD_FIELD];
	int result = -1;

	if (idcard_field(field, text, IDCARD_BIRTH) == 0) {
		card->birth = atoi(field);
		if (idcard_field(field, text, IDCARD_NUMBER) == 0) {
			strcpy(card->number, field);
			result = 0;
		}
	}
	explicit_bzero(field, sizeof(field));
	return result;
}

static int
reader_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct idcard_answer a;
	const uint8_t *text;
	int used = idcard_parse(&a, in, len);

	(void)state;
	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0)
		return used;
	if ((text = idcard_text(&a)) != NULL && read_card(&said->card, text) == 0)
		said->kind = SAID_CARD;
	else if (text != NULL)
		*said = (struct said){ .kind = SAID_NACK, .error = a.status, .why = "what is on the card is not a number and a date" };
	else if (a.status == IDCARD_DONE || a.status == IDCARD_FOUND)
		said->kind = SAID_ACK;
	else if (a.status == IDCARD_NO_CARD)
		said->kind = SAID_NO_CARD;
	else
		*said = (struct said){ .kind = SAID_NACK, .error = a.status, .why = idcard_why(a.status),
		    .again = a.status == 0x10 || a.status == 0x11 };	/* our frame was damaged */
	return used;
}

const struct driver idcard_driver = {
	.name = "idcard", .kind = DRIVER_READER,
	.summary = "Readers of ID cards (SAM module, GA 450)",
	.baud = 115200, .answer_ms = 500, .gap_ms = 4, .private = true,
	.probe = reader_probe, .card = reader_card, .parse = reader_parse,
};
