#ifndef GZIP_H
#define GZIP_H

#include <stddef.h>

/* The bytes as one member of gzip (RFC 1952), level 1 (fast) to 9 (small).  New. */
char	*gzip(const void *bytes, size_t len, int level, size_t *out_len);

#endif
