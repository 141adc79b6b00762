/*
 * QR codes as pictures, for printers that cannot draw them: libqrencode.
 */
#ifndef CODE_H
#define CODE_H

#include "protocols/device.h"

/* Make a code of level M, without the quiet zone around it.  0, or -1: the text is too long, and there is none. */
int	code_make(struct paper_code *, const char *text);

#endif
