/* Bar-code and QR scanners. */
#include "daemon/line/drivers/rows.h"
#include "protocols/scanner.h"

#define VERSION_REGISTER 0x00E2		/* reading it changes nothing */

static int
parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len, bool ended)
{
	struct scan scan;
	int used = scanner_parse(&scan, &state->skip, in, len, ended);

	*said = (struct said){ .kind = SAID_NOTHING };
	if (used <= 0)
		return used;
	if (scan.answer > 0)
		*said = (struct said){ .kind = SAID_NACK, .error = scan.answer, .why = "the module refused it" };
	else if (scan.answer == 0)
		said->kind = SAID_ACK;
	else if (scan.length > 0)
		*said = (struct said){ .kind = SAID_SCANNED, .text = scan.text, .text_length = scan.length };
	return used;
}

static int
scanner_parse_more(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	return parse(state, said, in, len, false);
}

static int
scanner_parse_last(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	return parse(state, said, in, len, true);
}

static int
gm65_probe(struct frame *f, int address)
{
	(void)address;
	return framed(f, gm65_read(f->bytes, VERSION_REGISTER), SAID(SAID_ACK), 0);
}

#define SCANNER \
	.kind = DRIVER_SCANNER, .baud = 9600, .answer_ms = 300, .gap_ms = 4, .ended_ms = SCANNER_GAP_MS, .private = true, \
	.parse = scanner_parse_more, .ended = scanner_parse_last

const struct driver scanner_driver = {
	.name = "scanner", .summary = "Bar-code and QR scanners that send lines of text", SCANNER,
};

const struct driver gm65_driver = {
	.name = "gm65", .summary = "GM65, GM861 and GM812 scanner modules", SCANNER, .probe = gm65_probe,
};
