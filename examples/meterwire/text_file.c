/* SPDX-License-Identifier: MIT */
#include "text_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int text_fail(const text_file *file, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return tool_fail("%s:%u: %s", file->path, file->line, text);
}

static bool text_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A character in quotation marks: itself, \" \\ or \x and two digits. */
static bool text_quoted(text_file *file)
{
    unsigned value;
    int used = 0;
    if (*file->at != '\\') {
        file->word[file->word_bytes++] = *file->at++;
        return true;
    }
    file->at++;
    if (*file->at == '"' || *file->at == '\\') {
        file->word[file->word_bytes++] = *file->at++;
        return true;
    }
    if (*file->at != 'x' || sscanf(file->at + 1, "%2x%n", &value, &used) != 1 || used != 2) { // NOLINT(cert-err34-c)
        return false;
    }
    file->word[file->word_bytes++] = (char)value;
    file->at += 3;
    return true;
}

bool text_word(text_file *file, int *code)
{
    file->word_bytes = 0;
    while (text_is_space(*file->at)) {
        file->at++;
    }
    file->quoted = *file->at == '"';
    if (*file->at == '\0' || *file->at == '#') {
        return false;
    }
    if (file->quoted) {
        for (file->at++; *file->at != '"';) {
            if (*file->at == '\0' || *file->at == '\n' || !text_quoted(file)) {
                *code = text_fail(file, *file->at == '\0' || *file->at == '\n'
                                            ? "the text has no end"
                                            : "a text has \\\", \\\\ or \\x and two digits behind a backslash");
                return false;
            }
        }
        file->at++;
    } else {
        while (*file->at != '\0' && *file->at != '#' && !text_is_space(*file->at)) {
            file->word[file->word_bytes++] = *file->at++;
        }
    }
    file->word[file->word_bytes] = '\0';
    return true;
}

int text_need(text_file *file, const char *what)
{
    int code = TOOL_GOOD;
    return text_word(file, &code) ? TOOL_GOOD : code != TOOL_GOOD ? code : text_fail(file, "%s is missing", what);
}

int text_number(text_file *file, const char *what, unsigned long least, unsigned long most, unsigned long *value)
{
    int code = text_need(file, what);
    if (code == TOOL_GOOD && (file->quoted || !tool_number(file->word, least, most, value))) {
        code = text_fail(file, "%s is a number from %lu to %lu, not '%s'", what, least, most, file->word);
    }
    return code;
}

int text_end(text_file *file)
{
    int code = TOOL_GOOD;
    return text_word(file, &code) ? text_fail(file, "'%s' is too much", file->word) : code;
}

static int text_lines(text_file *file, FILE *from, int (*line)(void *user), void *user)
{
    int code = TOOL_GOOD;
    while (code == TOOL_GOOD && fgets(file->text, sizeof file->text, from) != NULL) {
        file->line++;
        if (strlen(file->text) == sizeof file->text - 1 && file->text[sizeof file->text - 2] != '\n') {
            return text_fail(file, "the line is too long");
        }
        file->at = file->text;
        code = line(user);
    }
    return code == TOOL_GOOD && ferror(from) ? tool_fail("cannot read %s: %s", file->path, strerror(errno)) : code;
}

int text_read(text_file *file, const char *path, int (*line)(void *user), void *user)
{
    const bool standard = strcmp(path, "-") == 0;
    FILE *const from = standard ? stdin : fopen(path, "r");
    int code;
    if (from == NULL) {
        return tool_fail("cannot open %s: %s", path, strerror(errno));
    }
    file->path = standard ? "standard input" : path;
    file->line = 0;
    code = text_lines(file, from, line, user);
    if (!standard) {
        fclose(from);
    }
    return code;
}
