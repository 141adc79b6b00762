/* Cells of CSV. */
#include <stdbool.h>
#include <string.h>

#include "daemon/report/csv.h"

/* A spreadsheet takes it for a formula, also in the wide forms of Chinese keyboards; a number is none. */
static bool
is_formula(const char *text)
{
	static const char *const wide[] = { "\uff1d", "\uff0b", "\uff0d", "\uff20" };	/* = + - @ */

	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return true;
	return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL && strspn(text + 1, "0123456789.") != strlen(text + 1);
}

void
csv_text(FILE *out, const char *text)
{
	fputs(is_formula(text) ? "\"'" : "\"", out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}
