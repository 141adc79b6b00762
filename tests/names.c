/*
 * Names for tests: these are answered here, all others by the machine.
 *
 *	none.test	is no name
 *	two.test	has two addresses, 127.0.0.2 and 127.0.0.1
 *	silent.test	is not answered before names_speak, and is no name then
 *
 * Included into a test, or preloaded into a program (LD_PRELOAD).
 */
#include <dlfcn.h>
#include <netdb.h>
#include <semaphore.h>
#include <string.h>

static sem_t silence;

static __attribute__((constructor)) void
names_begin(void)
{
	sem_init(&silence, 0, 0);
}

/* As getaddrinfo really is. */
static int
really(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
	return ((__typeof__(getaddrinfo) *)dlsym(RTLD_NEXT, "getaddrinfo"))(host, service, hints, found);
}

int
getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
	int error;

	if (hints->ai_flags & AI_NUMERICHOST)
		return really(host, service, hints, found);
	if (strcmp(host, "silent.test") == 0)
		while (sem_wait(&silence) == -1)
			continue;
	if (strcmp(host, "silent.test") == 0 || strcmp(host, "none.test") == 0)
		return EAI_NONAME;
	if (strcmp(host, "two.test") != 0)
		return really(host, service, hints, found);
	if ((error = really("127.0.0.2", service, hints, found)) != 0)
		return error;
	return really("127.0.0.1", service, hints, &(*found)->ai_next);
}

void	names_speak(void);

/* Answer the oldest lookup of silent.test. */
void
names_speak(void)
{
	sem_post(&silence);
}
