/* QR codes as pictures. */
#include <stddef.h>

#include <qrencode.h>

#include "display/code.h"

int
code_make(struct paper_code *code, const char *text)
{
	QRcode *made = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	QRcode *stronger = made == NULL ? NULL : QRcode_encodeString8bit(text, made->version, QR_ECLEVEL_M);

	/* The smallest, at the stronger level if that makes it no larger. */
	if (stronger != NULL && stronger->width == made->width) {
		QRcode_free(made);
		made = stronger;
	} else
		QRcode_free(stronger);
	code->side = 0;
	if (made != NULL && made->width <= PAPER_MODULES) {
		code->side = made->width;
		for (int i = 0; i < made->width * made->width; i++)
			code->dark[i / made->width][i % made->width] = made->data[i] & 1;
	}
	QRcode_free(made);
	return code->side > 0 ? 0 : -1;
}
