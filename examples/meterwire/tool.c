/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "tool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

static void tool_end(int number)
{
    static const char text[] = "meterwire: interrupted\n";
    const ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);
    (void)number;
    (void)n;
    _exit(TOOL_FAILED);
}

static void tool_remember(int number)
{
    (void)number;
    interrupted = 1;
}

static void tool_handle(int number, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler; /* without SA_RESTART, so that waiting ends */
    sigaction(number, &action, NULL);
}

void tool_end_on_signals(void)
{
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of writing */
    tool_handle(SIGINT, tool_end);
    tool_handle(SIGTERM, tool_end);
}

void tool_catch(int number)
{
    tool_handle(number, tool_remember);
}

void tool_catch_signals(void)
{
    tool_catch(SIGINT);
    tool_catch(SIGTERM);
}

bool tool_interrupted(void)
{
    return interrupted != 0;
}

bool tool_written(void)
{
    return fflush(stdout) == 0 && ferror(stdout) == 0;
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

size_t tool_control_bytes(const char *text)
{
    const unsigned char first = (unsigned char)text[0];
    if (first == 0xC2 && (unsigned char)text[1] < 0xA0) {
        return 2;
    }
    return first < ' ' || first == 0x7F ? 1 : 0;
}

/* Control characters are in strings only, and those of ASCII below the space are escaped already. */
static void tool_put_json(const char *text)
{
    for (; *text != '\0'; text++) {
        const size_t control = tool_control_bytes(text);
        if (control > 0) {
            text += control - 1;
            printf("\\u%04x", (unsigned char)*text);
        } else {
            putchar(*text);
        }
    }
    putchar('\n');
}

int tool_print_json(struct cJSON *root)
{
    char *const text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    if (text == NULL) {
        return tool_fail("out of memory");
    }
    tool_put_json(text);
    cJSON_free(text);
    return TOOL_GOOD;
}
