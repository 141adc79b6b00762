/* zlib. */
#include <zlib.h>

#include "daemon/base/gzip.h"
#include "daemon/base/log.h"
#include "daemon/base/util.h"

#define WINDOW_BITS	15
#define AS_GZIP		16	/* added to those: gzip's header, not zlib's */
#define MEMORY		8

char *
gzip(const void *bytes, size_t len, int level, size_t *out_len)
{
	z_stream z = { 0 };
	char *out;

	if (deflateInit2(&z, level, Z_DEFLATED, WINDOW_BITS + AS_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		fatal("no memory to compress");
	*out_len = deflateBound(&z, len);
	out = xrealloc(NULL, *out_len, 1);
	z.next_in = (Bytef *)bytes;
	z.avail_in = len;
	z.next_out = (Bytef *)out;
	z.avail_out = *out_len;
	deflate(&z, Z_FINISH);		/* the bound is room enough for all */
	*out_len = z.total_out;
	deflateEnd(&z);
	return xrealloc(out, *out_len, 1);
}
