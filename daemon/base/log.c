/* Lines to stderr. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "daemon/base/log.h"

/* Built whole and written at once: lines of two threads do not mix, and control bytes from outside cannot make new ones. */
static void
put(const char *program, const char *format, va_list args)
{
	char line[1024];
	size_t len = 0;
	int n;

	if (isatty(STDERR_FILENO)) {
		time_t now = time(NULL);
		struct tm tm;

		len = strftime(line, sizeof line, "%H:%M:%S ", localtime_r(&now, &tm));
	}
	if (program != NULL)
		len += snprintf(line + len, sizeof line - len, "%s: ", program);
	n = vsnprintf(line + len, sizeof line - len - 1, format, args);
	len = n < 0 ? len : len + n < sizeof line - 1 ? len + n : sizeof line - 2;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, len) == -1)
		return;				/* nowhere left to say it */
}

void
log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(NULL, format, args);
	va_end(args);
}

void
fatal(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(program_invocation_short_name, format, args);
	va_end(args);
	exit(1);
}
