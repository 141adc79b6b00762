/*
 * Whole files: read with a limit, written so that a power cut leaves the old
 * one or the new one.  Both block; neither is for the event loop.
 */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * The bytes of a file and a NUL behind them: new, free() it.  NULL and errno;
 * EFBIG if there are more than limit bytes.
 */
char	*file_read(const char *path, size_t limit, size_t *len);

/*
 * Replace a file, or make it, with this mode whatever the umask.  0, or -1 and
 * errno: then the old file is as it was, unless only the sync of the folder
 * failed.
 */
int	 file_write(const char *path, const void *data, size_t len, mode_t mode);

/* Have the folder of a file on disk, so that its name is.  0, or -1 and errno. */
int	 file_sync_folder(const char *path);

#endif
