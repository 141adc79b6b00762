/* Cells of CSV. */
#include <string.h>

#include "daemon/report/csv.h"

void
csv_text(FILE *out, const char *text)
{
	if (text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL && strspn(text + 1, "0123456789.") != strlen(text + 1)) {
		fputs("\"'", out);
	} else
		fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}
