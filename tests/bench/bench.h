/* SPDX-License-Identifier: MIT */
/* Runs something small over and over. Each result is a line "NAME NUMBER UNIT". Under callgrind nothing is timed; the
 * instructions of each benchmark are dumped under its name instead, and tests/bench/run reads the dumps. */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <valgrind/callgrind.h>

#define BENCH_COUNTED 100 /* times, under callgrind */
#define BENCH_ROUNDS  5   /* of which the median is taken */
#define BENCH_ROUND_S 0.02

/* Of the process: a busy machine does not count. */
static inline double bench_cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline int bench_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, bench_compare);
    return values[count / 2];
}

static inline double bench_round_ns(void (*run)(void))
{
    const double begin = bench_cpu_s();
    double end = begin;
    unsigned long count = 0;
    while (end - begin < BENCH_ROUND_S) {
        for (unsigned i = 0; i < 1000; i++) {
            run();
        }
        count += 1000;
        end = bench_cpu_s();
    }
    return (end - begin) / (double)count * 1e9;
}

static inline void bench(const char *name, void (*run)(void))
{
    double ns[BENCH_ROUNDS];
    if (RUNNING_ON_VALGRIND) {
        run(); /* what happens once only */
        CALLGRIND_ZERO_STATS;
        for (unsigned i = 0; i < BENCH_COUNTED; i++) {
            run();
        }
        CALLGRIND_DUMP_STATS_AT(name);
        return;
    }
    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        ns[i] = bench_round_ns(run);
    }
    printf("%s %.1f ns\n", name, bench_median(ns, BENCH_ROUNDS));
}

#endif
