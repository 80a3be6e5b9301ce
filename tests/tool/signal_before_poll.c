/* SPDX-License-Identifier: MIT */
/* Preloaded into the tool: a signal comes at the worst moment, after it was asked for and before the tool waits. */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

/* Once, before a wait that is not short. */
static void come_once(int ms)
{
    static int came;
    if ((ms < 0 || ms >= 100) && came++ == 0) {
        raise(SIGTERM);
    }
}

/* Without a conversion from an object's pointer, which C does not have. */
static void find_real(const char *name, void *function, size_t size)
{
    void *const real = dlsym(RTLD_NEXT, name);
    memcpy(function, &real, size);
}

int poll(struct pollfd *fds, nfds_t count, int time)
{
    int (*real)(struct pollfd *, nfds_t, int);
    come_once(time);
    find_real("poll", &real, sizeof real);
    return real(fds, count, time);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *time, const sigset_t *mask)
{
    int (*real)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
    come_once(time == NULL ? -1 : (int)(time->tv_sec * 1000 + time->tv_nsec / 1000000));
    find_real("ppoll", &real, sizeof real);
    return real(fds, count, time, mask);
}
