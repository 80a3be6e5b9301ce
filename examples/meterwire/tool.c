/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "tool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

static volatile sig_atomic_t interrupted;

static void tool_print_error(const char *format, va_list arguments)
{
    fflush(stdout);
    fputs("meterwire: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

int tool_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tool_print_error(format, arguments);
    va_end(arguments);
    return TOOL_FAILED;
}

int tool_misuse(const char *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tool_print_error(format, arguments);
    va_end(arguments);
    fprintf(stderr, "Try 'meterwire %s%s--help'.\n", command, *command != '\0' ? " " : "");
    return TOOL_USAGE;
}

/* Names of the options that begin like a text, "--a or --b"; how many they are. */
static unsigned tool_options_like(const struct option *options, const char *text, size_t length, char *names,
                                  size_t size)
{
    unsigned count = 0;
    size_t used = 0;
    for (; options->name != NULL; options++) {
        if (strncmp(options->name, text, length) == 0 && used < size) {
            used += (size_t)snprintf(names + used, size - used, "%s--%s", count > 0 ? " or " : "", options->name);
            count++;
        }
    }
    return count;
}

int tool_bad_option(const char *command, const struct option *options, int option, const char *text)
{
    const size_t length = strcspn(text, "=");
    char names[256] = "";
    for (const struct option *o = options; optopt != 0 && o->name != NULL; o++) {
        if (o->val == optopt) {
            return tool_misuse(command, option == ':' ? "--%s needs a value" : "--%s takes no value", o->name);
        }
    }
    /* One of several letters behind a dash: `text` may be anything. */
    if (optopt != 0) {
        return optopt > ' ' && optopt <= '~' ? tool_misuse(command, "there is no option -%c", optopt)
                                             : tool_misuse(command, "there is no option -\\x%02X", optopt & 0xFF);
    }
    if (length > 2 && tool_options_like(options, text + 2, length - 2, names, sizeof names) > 1) {
        return tool_misuse(command, "%.*s may be %s", (int)length, text, names);
    }
    return tool_misuse(command, "there is no option %.*s", (int)length, text);
}

bool tool_number(const char *text, unsigned long least, unsigned long most, unsigned long *value)
{
    char *end;
    unsigned long n;
    if (*text < '0' || *text > '9') {
        return false;
    }
    errno = 0;
    n = strtoul(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    if (errno != 0 || *end != '\0' || n < least || n > most) {
        return false;
    }
    *value = n;
    return true;
}

const mw_model *tool_model(const char *command, const char *name)
{
    const mw_model *const model = mw_model_by_name(name);
    if (model == NULL) {
        tool_misuse(command, "no model is named '%s'", name);
        fputs("The models are:", stderr);
        for (const mw_model *const *m = mw_models; *m != NULL; m++) {
            fprintf(stderr, " %s", (*m)->name);
        }
        fputc('\n', stderr);
    }
    return model;
}

static void tool_on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

void tool_catch_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = tool_on_signal; /* without SA_RESTART, so that waiting ends */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL); /* a closed pipe is an error of writing */
}

bool tool_interrupted(void)
{
    return interrupted != 0;
}

double tool_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool tool_is_tcp(const char *target)
{
    return strstr(target, "tcp://") != NULL;
}

bool tool_is_mbus_tcp(const char *target)
{
    return strncmp(target, "mbus+tcp://", strlen("mbus+tcp://")) == 0;
}

bool tool_is_pseudo_terminal(const char *path)
{
    char *const real = realpath(path, NULL);
    const bool is = real != NULL && strncmp(real, "/dev/pts/", 9) == 0;
    free(real);
    return is;
}

const char *tool_line_text(const char *target, const mw_serial *serial, char *out, size_t size)
{
    if (tool_is_tcp(target)) {
        snprintf(out, size, "%s", target);
    } else {
        snprintf(out, size, "%s, %lu %d%c%d", target, (unsigned long)serial->baud, serial->data_bits == 7 ? 7 : 8,
                 "ENO"[serial->parity], serial -> stop_bits == 2 ? 2 : 1);
    }
    return out;
}

const char *tool_parity_name(uint8_t parity)
{
    static const char *const names[] = {"even", "none", "odd"}; /* by mw_parity */
    return names[parity];
}

bool tool_parity(const char *text, uint8_t *parity)
{
    for (uint8_t i = 0; i < 3; i++) {
        if (strcmp(text, tool_parity_name(i)) == 0) {
            *parity = i;
            return true;
        }
    }
    return false;
}

int tool_print_json(struct cJSON *root)
{
    char *const text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    if (text == NULL) {
        return tool_fail("out of memory");
    }
    puts(text);
    cJSON_free(text);
    return TOOL_GOOD;
}
