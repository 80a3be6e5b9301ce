/* SPDX-License-Identifier: MIT */
/* Why a target cannot be opened, and what may have been meant. */
#define _XOPEN_SOURCE 700

#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nearest.h"
#include "tool.h"

#define HINT_SIZE  512
#define PORTS_TOLD 8

static const char *const target_schemes[] = {"tcp", "rtu+tcp", "ascii+tcp", "mbus+tcp"};
#define TARGET_SCHEMES (sizeof target_schemes / sizeof target_schemes[0])

static bool target_has_scheme(const char *target)
{
    for (size_t i = 0; i < TARGET_SCHEMES; i++) {
        const size_t length = strlen(target_schemes[i]);
        if (strncmp(target, target_schemes[i], length) == 0 && strncmp(target + length, "://", 3) == 0) {
            return true;
        }
    }
    return false;
}

/* Serial ports of this computer, those people plug in first. To be freed by globfree(). */
static void target_find_ports(glob_t *ports)
{
    static const char *const patterns[] = {"/dev/ttyUSB*", "/dev/ttyACM*", "/dev/ttyAMA*", "/dev/serial/by-id/*",
                                           "/dev/ttyS[0-9]*"};
    memset(ports, 0, sizeof *ports);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        glob(patterns[i], i > 0 ? GLOB_APPEND : 0, NULL, ports);
    }
}

static const char *target_usual_scheme(const tool_line *line, const char *command)
{
    if (line->serial.mbus || line->serial.ascii) {
        return line->serial.mbus ? "mbus+tcp" : "ascii+tcp";
    }
    return strcmp(command, "monitor") == 0 ? "rtu+tcp" : "tcp"; /* Modbus TCP has no bus to listen to */
}

/* What targets look like, and with a host what this one should have been. */
static int target_explain_form(const tool_line *line, const char *command, const char *host, const char *scheme)
{
    char hint[HINT_SIZE] = "";
    if (host != NULL) {
        const int length = (int)strcspn(host, "/");
        scheme = scheme != NULL ? scheme : target_usual_scheme(line, command);
        snprintf(hint, sizeof hint, "; did you mean %s://%.*s%s?", scheme, length, host,
                 strcmp(scheme, "mbus+tcp") == 0 && strchr(host, ':') == NULL ? ":PORT" : "");
    }
    tool_fail("cannot open %s: a target is the path of a serial port, tcp://HOST[:PORT], rtu+tcp://HOST[:PORT], "
              "ascii+tcp://HOST[:PORT] or mbus+tcp://HOST:PORT%s",
              line->target, hint);
    return TOOL_USAGE;
}

/* The ports that there are, behind the reason. */
static int target_tell_ports(const char *target, const char *error, const glob_t *ports)
{
    char list[PORTS_TOLD * NEAREST_NAME_SIZE] = "";
    size_t count = ports->gl_pathc;
    if (count == 0) {
        return tool_fail("cannot open %s: %s; there is no serial port on this computer", target, error);
    }
    if (count > PORTS_TOLD) {
        count = PORTS_TOLD;
    }
    for (size_t i = 0; i < count; i++) {
        nearest_list(list, sizeof list, ports->gl_pathv[i], i, count, " and ");
    }
    return tool_fail("cannot open %s: %s; the serial %s %s%s", target, error,
                     count > 1 ? "ports here are" : "port here is", list, count < ports->gl_pathc ? ", and more" : "");
}

static int target_missing(const tool_line *line, const char *command)
{
    char names[NEAREST_TEXT_SIZE];
    nearest near;
    glob_t ports;
    int code;
    target_find_ports(&ports);
    nearest_init(&near, line->target);
    for (size_t i = 0; i < ports.gl_pathc; i++) {
        nearest_offer(&near, ports.gl_pathv[i]);
    }
    if (near.count > 0) {
        code = tool_fail("cannot open %s: %s; did you mean %s?", line->target, line->port.error,
                         nearest_text(&near, names));
    } else if (strchr(line->target, '/') == NULL) {
        code = target_explain_form(line, command, NULL, NULL);
    } else {
        code = target_tell_ports(line->target, line->port.error, &ports);
    }
    globfree(&ports);
    return code;
}

/* The scheme that is meant by the beginning of a target; null when none is near. */
static const char *target_nearest_scheme(const char *target, size_t length)
{
    char text[NEAREST_NAME_SIZE];
    nearest near;
    snprintf(text, sizeof text, "%.*s", (int)length, target);
    nearest_init(&near, text);
    for (size_t i = 0; i < TARGET_SCHEMES && strncmp(text, "modbus", strlen("modbus")) != 0; i++) {
        nearest_offer(&near, target_schemes[i]);
    }
    for (size_t i = 0; i < TARGET_SCHEMES && near.count > 0; i++) {
        if (strcmp(near.names[0].text, target_schemes[i]) == 0) {
            return target_schemes[i];
        }
    }
    return NULL;
}

/* The host in a target that is no path: behind what is no scheme, or a name or address alone. Null when there is none;
 * the scheme is null when nothing hints at one. */
static const char *target_host(const char *target, const char **scheme)
{
    const size_t length = strcspn(target, ":/");
    const size_t separators = strspn(target + length, ":/");
    *scheme = NULL;
    if (length > 0 && target[length + separators] != '\0' && separators > 0) {
        *scheme = target_nearest_scheme(target, length);
        if (separators > 1 || (*scheme != NULL && target[length] == ':')) {
            return target + length + separators;
        }
    }
    return strchr(target, '/') == NULL && (strpbrk(target, ".:") != NULL || strcmp(target, "localhost") == 0) ? target
                                                                                                              : NULL;
}

/* Who may use a port that is there. */
static int target_forbidden(const char *target, const char *error, const struct stat *file)
{
    const struct group *const group = getgrgid(file->st_gid);
    if ((file->st_mode & (S_IRGRP | S_IWGRP)) != (S_IRGRP | S_IWGRP) || group == NULL) {
        return tool_fail("cannot open %s: %s; only its owner may use it", target, error);
    }
    return tool_fail("cannot open %s: %s; it is for the group %s: 'sudo usermod -a -G %s $USER' takes you in, after "
                     "you have logged in anew",
                     target, error, group->gr_name, group->gr_name);
}

int tool_bad_target(const tool_line *line, const char *command, mw_status status)
{
    const char *const target = line->target;
    const char *const error = line->port.error;
    const bool url = strstr(target, "://") != NULL;
    const char *scheme;
    const char *host;
    struct stat file;
    if (target_has_scheme(target) || (status == MW_ERR_ARGUMENT && !url)) {
        return status == MW_ERR_ARGUMENT ? tool_misuse(command, "cannot open %s: %s", target, error)
                                         : tool_fail("cannot open %s: %s", target, error);
    }
    if (stat(target, &file) == 0) {
        return access(target, R_OK | W_OK) != 0 && errno == EACCES ? target_forbidden(target, error, &file)
                                                                   : tool_fail("cannot open %s: %s", target, error);
    }
    if (errno != ENOENT && errno != ENOTDIR) {
        return tool_fail("cannot open %s: %s", target, error);
    }
    host = target_host(target, &scheme);
    return host != NULL || url ? target_explain_form(line, command, host, scheme) : target_missing(line, command);
}
