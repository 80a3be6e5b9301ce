/* SPDX-License-Identifier: MIT */
#include "set_tell.h"

#include <stdio.h>

#include <cjson/cJSON.h>

bool set_is_fixed(const set_job *job)
{
    const mw_line *const line = &job->change.line;
    return job->who.line.port.io.set_line == NULL &&
           (line->baud != 0 || line->parity != MW_PARITY_SAME || line->stop_bits != 0);
}

static bool set_is_command(const set_job *job)
{
    return job->setting->kind == MW_SETTING_ACTION;
}

static bool set_is_link(const set_job *job)
{
    return (job->setting->flags & MW_SETTING_LINK) != 0;
}

static const char *set_before_text(const set_job *job, char out[SHOW_SIZE])
{
    *out = '\0';
    return job->seen ? setting_reading_text(job->setting, &job->before, out) : out;
}

/* That it answers at a new place is all that M-Bus shows of a move. */
static bool set_is_found(const set_job *job)
{
    return set_is_link(job) && job->who.mbus != NULL && job->setting->kind != MW_SETTING_DIGITS;
}

/* How it is known that it was done. */
static const char *set_how(const set_job *job)
{
    if ((job->flags & MW_WRITE_BROADCAST) != 0) {
        return "sent to all meters; nobody answers a broadcast";
    }
    if (job->change.outcome == MW_OUTCOME_NEW) {
        return set_is_command(job) ? "seen at its counter" : set_is_found(job) ? "the meter answers so" : "read back";
    }
    if (set_is_fixed(job)) {
        return "acknowledged by the meter; now the gateway has to be set so by hand";
    }
    return job->stays ? "acknowledged by the meter, which still answers where it was: it may move when it is restarted"
                      : "acknowledged by the meter, cannot be read back";
}

/* The command lines that reach the meter. */
static void set_tell_reach(const set_job *job)
{
    char line[TOOL_COMMAND_SIZE];
    if (job->stays) {
        printf("until then: %s\n", tool_meter_command(&job->who, "read", NULL, line));
    }
    printf("%s %s\n",
           job->stays ? "after that:" : "it is reached so now:", tool_meter_command(&job->moved, "read", NULL, line));
}

static int set_tell_done(const set_job *job)
{
    char name[SHOW_SIZE];
    char before[SHOW_SIZE];
    char after[SHOW_SIZE];
    show_name(job->setting->id, name);
    setting_value_text(job->setting, job->n, after);
    if (set_is_command(job)) {
        printf("%s: %s: done (%s)\n", name, after, set_how(job));
        return TOOL_GOOD;
    }
    set_before_text(job, before);
    printf("%s: %s%s%s (%s)\n", name, before, *before != '\0' ? " -> " : "", after, set_how(job));
    if (set_is_link(job)) {
        set_tell_reach(job);
    }
    return TOOL_GOOD;
}

static int set_tell_kept(const set_job *job)
{
    char name[SHOW_SIZE];
    char before[SHOW_SIZE];
    const bool locked = (job->setting->flags & MW_SETTING_LOCKED) != 0;
    show_name(job->setting->id, name);
    set_before_text(job, before);
    if (set_is_command(job)) {
        return tool_fail("the meter acknowledged %s, but its counter was not reset: it may be locked", name);
    }
    return tool_fail("the meter acknowledged %s, but kept the old value%s%s%s: it may be locked%s", name,
                     *before != '\0' ? " (" : "", before, *before != '\0' ? ")" : "",
                     locked ? " (it takes this only while unlocked; how that is done is not published)"
                            : ", or not allow this as it is set up");
}

static int set_tell_coding(const set_job *job)
{
    char before[SHOW_SIZE];
    char name[SHOW_SIZE];
    set_before_text(job, before);
    return tool_fail(
        "%s is not changed: whether the meter codes it as binary or decimal numbers is not proven, and its present "
        "ratio%s%s%s does not show it\n"
        "A primary current with a secondary one of 5 A that is a multiple of 5 in one coding only would, such as 100/5 "
        "or 250/5 (docs/models.md). The ratio can be set at the meter itself.",
        show_name(job->setting->id, name), *before != '\0' ? " (" : "", before, *before != '\0' ? ")" : "");
}

static int set_tell_refused(const set_job *job)
{
    const bool mbus = job->who.mbus != NULL;
    const uint8_t code = job->change.exception;
    char name[SHOW_SIZE];
    char who[TOOL_METER_TEXT_SIZE];
    return tool_fail("%s is not changed: %s refused with %s %u, %s", show_name(job->setting->id, name),
                     tool_meter_text(&job->who, who), mbus ? "application error" : "exception", code,
                     mbus ? mw_mbus_application_error_text(code) : mw_modbus_exception_text(code));
}

static int set_tell_mismatch(const set_job *job)
{
    char name[SHOW_SIZE];
    show_name(job->setting->id, name);
    if (*job->identity.text == '\0') {
        tool_meter_explain(&job->who, job->status, 0);
        return tool_fail("%s is not changed", name);
    }
    return tool_fail("%s is not changed: the meter says that it is '%s', which is no %s", name, job->identity.text,
                     job->who.model->name);
}

/* Nothing was changed. */
static int set_tell_old(const set_job *job)
{
    char name[SHOW_SIZE];
    char value[SHOW_SIZE];
    show_name(job->setting->id, name);
    switch ((int)job->status) {
    case MW_ERR_VALUE:
        return set_tell_kept(job);
    case MW_ERR_REFUSED:
        return set_tell_refused(job);
    case MW_ERR_IN_USE:
        return tool_fail("%s is not changed: somebody else answers at %s %s already", name,
                         job->who.mbus != NULL ? "address" : "unit", setting_value_text(job->setting, job->n, value));
    case MW_ERR_MISMATCH:
        return set_tell_mismatch(job);
    case MW_ERR_UNSUPPORTED:
        if (job->setting->kind == MW_SETTING_RATIO) {
            return set_tell_coding(job);
        }
        break;
    default:
        break;
    }
    tool_meter_explain(&job->who, job->status, job->change.exception);
    return tool_fail("%s is not changed", name);
}

/* The meter may be in the one place or in the other. */
static int set_tell_places(const set_job *job)
{
    char before[TOOL_COMMAND_SIZE];
    char after[TOOL_COMMAND_SIZE];
    return tool_fail("find it with '%s' or '%s'", tool_meter_command(&job->moved, "read", NULL, after),
                     tool_meter_command(&job->who, "read", NULL, before));
}

static int set_tell_open(const set_job *job)
{
    const bool acknowledged = job->change.outcome == MW_OUTCOME_ACKNOWLEDGED;
    char name[SHOW_SIZE];
    char value[SHOW_SIZE];
    char get[TOOL_COMMAND_SIZE];
    show_name(job->setting->id, name);
    setting_value_text(job->setting, job->n, value);
    tool_meter_explain(&job->who, job->status, job->change.exception);
    if (acknowledged) {
        tool_fail("the meter acknowledged %s %s, but it could not be read back", name, value);
    } else if (set_is_command(job)) {
        return tool_fail("it is not known whether %s was done: see its counter with '%s'", name,
                         tool_meter_command(&job->who, "read", NULL, get));
    } else {
        tool_fail("it is not known whether %s is %s now", name, value);
    }
    return set_is_link(job) ? set_tell_places(job)
                            : tool_fail("read it with '%s'", tool_meter_command(&job->who, "get", name, get));
}

static int set_tell_json(const set_job *job)
{
    static const char *const outcomes[] = {"old", "new", "acknowledged", "unknown"}; /* by mw_outcome */
    cJSON *const root = cJSON_CreateObject();
    char text[TOOL_COMMAND_SIZE];
    tool_meter_json(&job->moved, root);
    setting_json(job->setting, root);
    if (job->seen) {
        cJSON_AddItemToObject(root, "before", show_json_value(&job->before));
        cJSON_AddStringToObject(root, "before_text", setting_reading_text(job->setting, &job->before, text));
    }
    cJSON_AddItemToObject(root, "value", setting_json_value(job->setting, job->n));
    cJSON_AddStringToObject(root, "text", setting_value_text(job->setting, job->n, text));
    cJSON_AddStringToObject(root, "outcome", outcomes[job->change.outcome]);
    cJSON_AddBoolToObject(root, "broadcast", (job->flags & MW_WRITE_BROADCAST) != 0);
    cJSON_AddStringToObject(root, "status", job->status == MW_OK ? "ok" : mw_status_text(job->status));
    if (set_is_link(job)) {
        cJSON_AddStringToObject(root, "reach", tool_meter_command(&job->moved, "read", NULL, text));
    }
    return tool_print_json(root);
}

int set_tell(const set_job *job)
{
    const int code = job->json ? set_tell_json(job) : TOOL_GOOD;
    if (job->status == MW_OK) {
        return job->json ? code : set_tell_done(job);
    }
    return job->change.outcome == MW_OUTCOME_OLD ? set_tell_old(job) : set_tell_open(job);
}
