/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "read.h"

/* Says once why a read failed, and when the reason changes; on a screen the picture says it. */
static void watch_tell(const read_state *state, const read_job *job)
{
    char who[SHOW_SIZE];
    if (job->screen) {
        return;
    }
    if (*state->reason != '\0') {
        (void)tool_fail("%s", state->reason);
    } else {
        (void)tool_fail("%s answers again", tool_meter_text(&job->who, who));
    }
}

static void watch_note(read_state *state, const read_job *job, const read_result *result)
{
    char reason[TOOL_REASON_SIZE] = "";
    if (result->status != MW_OK) {
        read_reason(job, result, reason);
    }
    if (read_is_up(result)) {
        state->last_ns = result->time_ns;
        state->gone = false;
    } else if (!state->gone) {
        state->gone = true;
        state->since_ns = result->time_ns;
    }
    if (strcmp(reason, state->reason) != 0) {
        memcpy(state->reason, reason, sizeof reason);
        watch_tell(state, job);
    }
}

/* Tables one below the other, each with its time. */
static void watch_print_table(const read_state *state, const read_job *job, const read_result *result)
{
    char time[READ_TIME_SIZE];
    if (!read_is_shown(job) || state->gone) {
        printf("%s\n", read_local_text(result->time_ns, time));
    }
    if (state->gone) {
        printf("gone since %s: %s\n", read_local_text(state->since_ns, time), state->reason);
    } else if (!read_is_shown(job)) {
        read_print_table(job, result);
    }
    printf("\n");
}

static int watch_print(read_state *state, const read_job *job, const read_result *result)
{
    int code;
    if (job->screen) {
        read_screen_draw(state, job, result);
        return TOOL_GOOD;
    }
    if (job->format == READ_TABLE) {
        watch_print_table(state, job, result);
        return TOOL_GOOD;
    }
    code = read_is_shown(job) ? TOOL_GOOD : read_print(job, result);
    if (job->format == READ_PROMETHEUS) {
        printf("\n"); /* between one whole and the next */
    }
    return code;
}

/* Until the next read is due, in steps after which a signal is noticed at the latest. */
static void watch_wait(read_state *state, const read_job *job, const read_result *result, double due)
{
    double left;
    while (!tool_interrupted() && (left = due - tool_seconds()) > 0) {
        (void)poll(NULL, 0, left * 1000 > TOOL_WAIT_MS ? TOOL_WAIT_MS : (int)(left * 1000) + 1);
        if (job->screen && read_screen_is_stale(state)) {
            read_screen_draw(state, job, result);
        }
    }
}

/* One read, and its output. */
static int watch_once(read_state *state, read_job *job, read_result *result)
{
    int code;
    read_take(job, result);
    if (tool_interrupted()) {
        return TOOL_GOOD;
    }
    if (result->offline && result->status == MW_ERR_ARGUMENT) {
        return tool_bad_target(&job->who.line, "read", result->status);
    }
    watch_note(state, job, result);
    code = watch_print(state, job, result);
    return fflush(stdout) != 0 || ferror(stdout) ? TOOL_FAILED : code; /* main() says that it cannot be written */
}

int read_watch(read_job *job, read_result *result)
{
    static read_state state;
    double due = tool_seconds();
    int code = TOOL_GOOD;
    tool_catch_signals();
    job->screen = job->format == READ_TABLE && !job->who.line.trace && read_screen_is_usable();
    if (job->screen && job->selection.groups == 0 && job->selection.code_count == 0) {
        job->selection.groups = MW_GROUP_FAST;
    }
    if (job->format == READ_CSV) {
        read_print_csv_head();
    }
    while (code == TOOL_GOOD && !tool_interrupted()) {
        code = watch_once(&state, job, result);
        due += job->period_s;
        due = due > tool_seconds() ? due : tool_seconds();
        if (code == TOOL_GOOD) {
            watch_wait(&state, job, result, due);
        }
    }
    read_screen_close(&state);
    return code;
}
