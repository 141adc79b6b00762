/* ESC/POS ticket printers. */
#include "daemon/line/drivers/rows.h"

#define CUT_MS		1500	/* feed to the cutter, cut */
#define PRINT_MM_S	50	/* slow models; common ones do 150 */

static int
printer_print(struct frame *f, const struct device *d, const struct paper *paper)
{
	size_t length = escpos_paper(f->bytes, sizeof(f->bytes), paper, d->width_mm);

	return framed(f, length, SAID(SAID_PRINTED), CUT_MS + escpos_paper_mm(paper, d->width_mm) * 1000 / PRINT_MM_S);
}

static int
printer_status(struct frame *f, int n)
{
	return framed(f, escpos_ask(f->bytes, sizeof(f->bytes), n), SAID(SAID_STATUS), 0);
}

static int
printer_probe(struct frame *f, int address)
{
	(void)address;
	return printer_status(f, ESCPOS_ASK_PRINTER);
}

/* Not waited for: some models tell nothing by themselves, and are well all the same. */
static int
printer_greet(struct frame *f, int address)
{
	(void)address;
	return framed(f, escpos_asb(f->bytes, sizeof(f->bytes), 0xFF), 0, 0);
}

static int
printer_forget(struct frame *f)
{
	return framed(f, escpos_recover(f->bytes, sizeof(f->bytes)), 0, 0);
}

static int
printer_parse(union driver_state *state, struct said *said, const uint8_t *in, size_t len)
{
	struct escpos_answer answer;
	size_t used = escpos_parse(&state->escpos, &answer, in, len);

	*said = (struct said){ .status = answer.status };
	if (answer.kind == ESCPOS_DLE_EOT && answer.n != 0)
		said->kind = SAID_STATUS;
	else if (answer.kind == ESCPOS_ASB)
		said->kind = SAID_REPORT;
	else if (answer.kind == ESCPOS_GS_R)
		said->kind = SAID_PRINTED;
	return (int)used;
}

static void
printer_asked(union driver_state *state, const uint8_t *frame, size_t len)
{
	bool asks = len == 3 && frame[0] == 0x10 && frame[1] == 0x04;

	state->escpos.asked = asks ? frame[2] : 0;
	/* Block data are never asked for: noise like the head of some must not swallow the answer. */
	state->escpos.block_left = 0;
}

const struct driver escpos_driver = {
	.name = "escpos", .kind = DRIVER_PRINTER,
	.summary = "ESC/POS ticket printer, 58 or 80 mm, with Chinese (GBK)",
	.baud = 9600, .answer_ms = 500, .gap_ms = 0,
	.probe = printer_probe, .greet = printer_greet,
	.print = printer_print, .status = printer_status, .forget = printer_forget,
	.parse = printer_parse, .asked = printer_asked,
};
