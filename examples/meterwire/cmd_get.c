/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <cjson/cJSON.h>

#include "setting_text.h"
#include "tool_meter.h"

#define SETTINGS_MAX 64

typedef struct get_value {
    const mw_setting *setting;
    mw_status status; /* MW_ERR_UNSUPPORTED: it cannot be read; MW_AGAIN: nobody asked */
    mw_reading reading;
} get_value;

typedef struct get_job {
    tool_meter who;
    bool json;
    size_t count;
    get_value values[SETTINGS_MAX];
} get_job;

enum { OPT_JSON = 256 };

static const struct option get_options[] = {
    TOOL_METER_OPTIONS, {"json", no_argument, NULL, OPT_JSON}, {NULL, 0, NULL, 0}};

static int get_add(get_job *job, const mw_setting *setting)
{
    if (setting == NULL) {
        return TOOL_USAGE; /* which has been told */
    }
    if (job->count == SETTINGS_MAX) {
        return tool_misuse("get", "%d settings at most", SETTINGS_MAX);
    }
    job->values[job->count].setting = setting;
    job->values[job->count++].status = MW_AGAIN;
    return TOOL_GOOD;
}

/* Those that are named, or all. */
static int get_select(get_job *job, int count, char **names)
{
    int code = TOOL_GOOD;
    if (count == 0) {
        const mw_setting *setting;
        for (size_t i = 0; code == TOOL_GOOD && (setting = mw_meter_setting(&job->who.meter, i)) != NULL; i++) {
            code = get_add(job, setting);
        }
    }
    for (int i = 0; i < count && code == TOOL_GOOD; i++) {
        code = get_add(job, tool_meter_setting(&job->who, "get", names[i]));
    }
    return code;
}

static int get_parse(get_job *job, int argc, char **argv)
{
    int option;
    int code = TOOL_GOOD;
    opterr = 0;
    while (code == TOOL_GOOD && (option = getopt_long(argc, argv, ":", get_options, NULL)) != -1) {
        if (option == OPT_JSON) {
            job->json = true;
        } else {
            code = tool_meter_option(&job->who, "get", get_options, option,
                                     option == ':' || option == '?' ? argv[optind - 1] : optarg);
        }
    }
    return code;
}

static int get_arguments(get_job *job, int argc, char **argv)
{
    int code = get_parse(job, argc, argv);
    const int count = argc - optind;
    char **const words = argv + optind;
    if (code != TOOL_GOOD) {
        return code;
    }
    if (count == 0) {
        return tool_misuse("get", "MODEL is needed");
    }
    code = tool_meter_complete(&job->who, "get", words[0], count > 1 ? words[1] : NULL);
    return code == TOOL_GOOD ? get_select(job, count > 2 ? count - 2 : 0, words + 2) : code;
}

/* What cannot be read, and what the meter refuses, costs itself only; behind a silent meter nothing more is asked. */
static mw_status get_read(get_job *job, uint8_t *refusal)
{
    mw_status failure = MW_OK;
    for (size_t i = 0; i < job->count; i++) {
        get_value *const value = &job->values[i];
        value->status = mw_meter_get(&job->who.meter, &job->who.line.port.io, value->setting->id, &value->reading);
        if (value->status != MW_OK && value->status != MW_ERR_UNSUPPORTED) {
            failure = value->status;
            *refusal = mw_meter_exception(&job->who.meter);
        }
        if (failure != MW_OK && failure != MW_ERR_REFUSED) {
            return failure;
        }
    }
    return failure;
}

static const char *get_value_text(const get_value *value, char out[SHOW_SIZE])
{
    switch ((int)value->status) {
    case MW_OK:
        return setting_reading_text(value->setting, &value->reading, out);
    case MW_ERR_UNSUPPORTED:
        return "cannot be read";
    default:
        return "not read";
    }
}

#define NAME_WIDTH  24
#define VALUE_WIDTH 18

static void get_print_setting(const get_job *job, const get_value *value)
{
    const bool read = job->who.line.target != NULL && value->setting->kind != MW_SETTING_ACTION;
    char name[SHOW_SIZE];
    char text[SHOW_SIZE];
    char allowed[SETTING_TEXT_SIZE];
    char remarks[SETTING_TEXT_SIZE];
    printf("%-*s ", NAME_WIDTH, show_name(value->setting->id, name));
    if (read) {
        printf("%-*s ", VALUE_WIDTH, get_value_text(value, text));
    }
    printf("%s\n", setting_allowed_text(value->setting, allowed));
    if (*setting_remarks_text(value->setting, remarks) != '\0') {
        printf("%*s(%s)\n", NAME_WIDTH + 1 + (read ? VALUE_WIDTH + 1 : 0), "", remarks);
    }
}

static void get_print_kind(const get_job *job, bool commands, const char *title)
{
    bool first = true;
    for (size_t i = 0; i < job->count; i++) {
        if ((job->values[i].setting->kind == MW_SETTING_ACTION) == commands) {
            if (first) {
                printf("\n%s\n", title);
            }
            first = false;
            get_print_setting(job, &job->values[i]);
        }
    }
}

static void get_print_table(const get_job *job)
{
    char line[SHOW_SIZE];
    char who[TOOL_METER_TEXT_SIZE];
    printf("%s\n", job->who.model->title);
    if (job->who.line.target != NULL) {
        printf("%s at %s\n", tool_meter_text(&job->who, who),
               tool_line_text(job->who.line.target, &job->who.line.serial, line, sizeof line));
    }
    get_print_kind(job, false, "Settings");
    get_print_kind(job, true, "Commands");
}

static void get_json_value(const get_value *value, cJSON *object)
{
    char text[SHOW_SIZE];
    if (value->setting->kind == MW_SETTING_ACTION || value->status == MW_AGAIN) {
        return;
    }
    cJSON_AddItemToObject(object, "value",
                          value->status == MW_OK ? show_json_value(&value->reading) : cJSON_CreateNull());
    cJSON_AddStringToObject(object, "text", get_value_text(value, text));
}

static int get_print_json(const get_job *job)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON *const list = cJSON_CreateArray();
    if (job->who.line.target != NULL) {
        tool_meter_json(&job->who, root);
    } else {
        cJSON_AddStringToObject(root, "model", job->who.model->name);
    }
    cJSON_AddItemToObject(root, "settings", list);
    for (size_t i = 0; i < job->count; i++) {
        cJSON *const object = cJSON_CreateObject();
        setting_json(job->values[i].setting, object);
        get_json_value(&job->values[i], object);
        cJSON_AddItemToArray(list, object);
    }
    return tool_print_json(root);
}

static int get_print(const get_job *job)
{
    if (job->json) {
        return get_print_json(job);
    }
    get_print_table(job);
    return TOOL_GOOD;
}

int cmd_get(int argc, char **argv)
{
    static get_job job;
    uint8_t refusal = 0;
    mw_status status;
    int code = get_arguments(&job, argc, argv);
    if (code != TOOL_GOOD || job.who.line.target == NULL) {
        return code != TOOL_GOOD ? code : get_print(&job);
    }
    code = tool_meter_open(&job.who, "get");
    if (code != TOOL_GOOD) {
        return code;
    }
    status = get_read(&job, &refusal);
    if (status == MW_OK || status == MW_ERR_REFUSED || job.values[0].status == MW_OK) {
        code = get_print(&job);
    }
    if (status != MW_OK) {
        code = tool_meter_explain(&job.who, status, refusal);
    }
    tool_meter_close(&job.who);
    return code;
}
