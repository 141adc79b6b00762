/* A thread beside the loop; two lists of jobs, an eventfd back. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/util.h"
#include "daemon/base/worker.h"

struct job {
	struct job	*next;
	void		(*work)(void *), (*done)(void *);
	void		*arg;
};

struct list { struct job *head, **tail; };

struct worker {
	pthread_t	thread;
	pthread_mutex_t	lock;		/* of the lists and `ending`, never held during work */
	pthread_cond_t	more;
	struct list	todo, ready;
	bool		ending;
	int		wake;		/* eventfd: something is ready */
	struct event	*ready_event;
	int		 jobs;		/* not done yet; the loop's */
	struct worker	*left_before;
};

static struct worker *left;	/* the newest of those whose threads still have them: nobody frees them */

static void
list_add(struct list *l, struct job *job)
{
	job->next = NULL;
	if (l->head == NULL)
		l->tail = &l->head;
	*l->tail = job;
	l->tail = &job->next;
}

static struct job *
list_take(struct list *l)
{
	struct job *job = l->head;

	if (job != NULL)
		l->head = job->next;
	return job;
}

static void *
run(void *arg)
{
	struct worker *w = arg;
	struct job *job;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while ((job = list_take(&w->todo)) == NULL && !w->ending)
			pthread_cond_wait(&w->more, &w->lock);
		if (job == NULL)
			break;
		pthread_mutex_unlock(&w->lock);
		job->work(job->arg);
		pthread_mutex_lock(&w->lock);
		list_add(&w->ready, job);
		eventfd_write(w->wake, 1);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void
finish_ready(struct worker *w)
{
	struct job *job;

	for (;;) {
		pthread_mutex_lock(&w->lock);
		job = list_take(&w->ready);
		pthread_mutex_unlock(&w->lock);
		if (job == NULL)
			return;
		w->jobs--;
		job->done(job->arg);
		free(job);
	}
}

static void
jobs_ready(evutil_socket_t fd, short what, void *arg)
{
	eventfd_t count;

	(void)what;
	eventfd_read(fd, &count);
	finish_ready(arg);
}

struct worker *
worker_open(struct event_base *base, const char *name)
{
	struct worker *w = xcalloc(1, sizeof *w);

	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->more, NULL);
	if ((w->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) == -1 ||
	    pthread_create(&w->thread, NULL, run, w) != 0) {
		if (w->wake != -1)
			close(w->wake);
		free(w);
		return NULL;
	}
	pthread_setname_np(w->thread, name);
	w->ready_event = event_new(base, w->wake, EV_READ | EV_PERSIST, jobs_ready, w);
	event_priority_set(w->ready_event, 0);
	event_add(w->ready_event, NULL);
	return w;
}

static void
end(struct worker *w)
{
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
}

void
worker_close(struct worker *w)
{
	end(w);
	pthread_join(w->thread, NULL);
	finish_ready(w);
	event_free(w->ready_event);
	close(w->wake);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->more);
	free(w);
}

void
worker_leave(struct worker *w)
{
	finish_ready(w);
	if (w->jobs == 0) {
		worker_close(w);
		return;
	}
	end(w);
	event_del(w->ready_event);
	w->left_before = left;
	left = w;
}

void
worker_run(struct worker *w, void (*work)(void *), void (*done)(void *), void *arg)
{
	struct job *job = xcalloc(1, sizeof *job);

	*job = (struct job){ .work = work, .done = done, .arg = arg };
	w->jobs++;
	pthread_mutex_lock(&w->lock);
	list_add(&w->todo, job);
	pthread_mutex_unlock(&w->lock);
	pthread_cond_signal(&w->more);		/* now it finds the lock free */
}

bool
worker_idle(const struct worker *w)
{
	return w->jobs == 0;
}
