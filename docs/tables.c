/* SPDX-License-Identifier: MIT */
/* Prints the tables of the documentation from the tables of the code: tables obis | models | families | family NAME. */
#include <stdio.h>
#include <string.h>

#include <meterwire/meterwire.h>

/* Whether the name only counts E: it is that of E = 0 with "_tN", or with "_N" instead of "_0". */
static bool counts_e(mw_obis id)
{
    char first[MW_OBIS_NAME_SIZE] = "";
    char name[MW_OBIS_NAME_SIZE] = "";
    char expected[2 * MW_OBIS_NAME_SIZE];
    const size_t length = mw_obis_name(mw_obis_make(id.a, id.c, id.d, 0), first, sizeof first);
    mw_obis_name(id, name, sizeof name);
    snprintf(expected, sizeof expected, "%s_t%u", first, id.e);
    if (strcmp(name, expected) == 0) {
        return true;
    }
    if (length > 2 && strcmp(first + length - 2, "_0") == 0) {
        first[length - 2] = '\0';
        snprintf(expected, sizeof expected, "%s_%u", first, id.e);
    }
    return length > 0 && strcmp(name, expected) == 0;
}

/* One line for each name: a code whose E is a tariff or a number stands for all of them, one with phases for all four.
 */
static void print_code(mw_obis id)
{
    char code[MW_OBIS_TEXT_SIZE];
    char name[MW_OBIS_NAME_SIZE];
    if (mw_obis_phase(id) > 0 || mw_obis_name(id, name, sizeof name) == 0) {
        return;
    }
    mw_obis_text(id, code, sizeof code);
    printf("| `%s` | `%s` |", code, name);
    if (id.a == 1 && id.c > 0) {
        for (unsigned phase = 1; phase <= 3; phase++) {
            mw_obis of_phase = id;
            of_phase.c = (uint8_t)(id.c + 20 * phase);
            if (mw_obis_phase(of_phase) == phase && mw_obis_name(of_phase, NULL, 0) > 0) {
                printf("%s %u", phase > 1 ? "," : "", of_phase.c);
            }
        }
    }
    printf(" |%s|\n", id.e == 0 && counts_e(mw_obis_make(id.a, id.c, id.d, 1)) ? " E " : " ");
}

static void print_obis(void)
{
    printf("| code | name | C of L1, L2, L3 | E counts |\n|---|---|---|---|\n");
    static const uint8_t media[] = {1, 4, 5, 6, 8, 9, 0};
    for (unsigned a = 0; a < sizeof media; a++) {
        for (unsigned c = 0; c < 256; c++) {
            for (unsigned d = 0; d < 256; d++) {
                for (unsigned e = 0; e < 64; e++) {
                    const mw_obis id = mw_obis_make(media[a], (uint8_t)c, (uint8_t)d, (uint8_t)e);
                    if (e == 0 || !counts_e(id)) {
                        print_code(id);
                    }
                }
            }
        }
    }
}

/* Models that share their blocks on Modbus and their rows on M-Bus are a family: one page. */
#define MODELS_MAX 256

typedef struct entry {
    const char *name;
    const char *title;
    const mw_model *modbus;    /* or null */
    const mw_mbus_model *mbus; /* or null */
    char family[64];
} entry;

static entry entries[MODELS_MAX];
static size_t entry_count;

static bool same_family(const entry *x, const entry *y)
{
    return (x->modbus != NULL ? x->modbus->blocks : NULL) == (y->modbus != NULL ? y->modbus->blocks : NULL) &&
           (x->mbus != NULL ? x->mbus->rows : NULL) == (y->mbus != NULL ? y->mbus->rows : NULL);
}

/* Whether the name of another family's model begins so. */
static bool begins_another(const entry *of, size_t length)
{
    for (size_t i = 0; i < entry_count; i++) {
        if (!same_family(of, &entries[i]) && strncmp(entries[i].name, of->name, length) == 0) {
            return true;
        }
    }
    return false;
}

/* The model's name when it is alone, otherwise what the names have in common, up to a hyphen unless that is common to
 * another family, too. */
static void name_family(entry *of)
{
    size_t common = strlen(of->name);
    size_t whole;
    for (size_t i = 0; i < entry_count; i++) {
        if (same_family(of, &entries[i])) {
            size_t same = 0;
            while (same < common && entries[i].name[same] == of->name[same]) {
                same++;
            }
            common = same;
        }
    }
    whole = common;
    while (common < strlen(of->name) && common > 0 && of->name[common] != '-') {
        common--;
    }
    common = begins_another(of, common) ? whole : common;
    snprintf(of->family, sizeof of->family, "%.*s", (int)common, of->name);
}

static void add_entry(const char *name, const char *title)
{
    if (entry_count < MODELS_MAX) {
        entry *const added = &entries[entry_count];
        added->name = name;
        added->title = title;
        added->modbus = mw_model_by_name(name);
        added->mbus = mw_mbus_model_by_name(name);
        entry_count++;
    }
}

static void collect(void)
{
    for (const mw_model *const *model = mw_models; *model != NULL; model++) {
        add_entry((*model)->name, (*model)->title);
    }
    for (const mw_mbus_model *const *model = mw_mbus_models; *model != NULL; model++) {
        if (mw_model_by_name((*model)->name) == NULL) {
            add_entry((*model)->name, (*model)->title);
        }
    }
    for (size_t i = 0; i < entry_count; i++) {
        name_family(&entries[i]);
    }
}

static bool first_of_family(size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (strcmp(entries[j].family, entries[i].family) == 0) {
            return false;
        }
    }
    return true;
}

static void print_line(const mw_model *model)
{
    if (model->baud != 0) {
        printf("unit %u, %lu 8%c1", model->unit, (unsigned long)model->baud, "ENO"[model->parity]);
    } else {
        printf("unit %u, TCP%s%s", model->unit, model->host != NULL ? " at " : "",
               model->host != NULL ? model->host : "");
    }
}

/* The factory setting of a family: of each member where they differ. */
static void print_lines(const entry *of)
{
    bool same = true;
    const char *before = "";
    for (size_t i = 0; i < entry_count; i++) {
        if (strcmp(entries[i].family, of->family) == 0) {
            same = same && entries[i].modbus->unit == of->modbus->unit && entries[i].modbus->baud == of->modbus->baud;
        }
    }
    for (size_t i = 0; i < entry_count && !same; i++) {
        if (strcmp(entries[i].family, of->family) == 0) {
            printf("%s`%s` ", before, entries[i].name);
            print_line(entries[i].modbus);
            before = "; ";
        }
    }
    if (same) {
        print_line(of->modbus);
    }
}

/* Values that are read of their own accord. */
static unsigned value_count(const mw_model *model)
{
    static const mw_selection everything = {0, NULL, 0};
    unsigned count = 0;
    for (size_t i = 0; i < model->row_count; i++) {
        count += mw_selection_wants(model, &everything, &model->rows[i]) ? 1 : 0;
    }
    return count;
}

static void print_models(void)
{
    printf("| model | meter | Modbus | M-Bus | tables |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < entry_count; i++) {
        const entry *const e = &entries[i];
        printf("| `%s` | %s | ", e->name, e->title);
        if (e->modbus != NULL) {
            print_line(e->modbus);
            printf(": %u values", value_count(e->modbus));
        }
        printf(" | ");
        if (e->mbus != NULL) {
            printf("address %u, %lu 8E1: %u values", e->mbus->address, (unsigned long)e->mbus->baud,
                   e->mbus->row_count);
        }
        printf(" | [registers](registers-%s.md) |\n", e->family);
    }
}

static void print_name(mw_obis id)
{
    char code[MW_OBIS_TEXT_SIZE];
    char name[MW_OBIS_NAME_SIZE];
    mw_obis_text(id, code, sizeof code);
    if (mw_obis_name(id, name, sizeof name) > 0) {
        printf("`%s` | `%s`", name, code);
    } else {
        printf(" | `%s`", code);
    }
}

static void print_unit(int8_t exp10, uint8_t unit)
{
    char factor[MW_DECIMAL_TEXT_SIZE];
    const char *const text = unit == MW_UNIT_PER_WH ? "imp/Wh" : mw_unit_text(unit);
    if (unit == MW_UNIT_PER_WH && exp10 == -3) {
        printf("imp/kWh");
    } else if (*text != '\0' && (exp10 == 6 || exp10 == 3 || exp10 == -3)) {
        printf("%c%s", exp10 == 6 ? 'M' : exp10 == 3 ? 'k' : 'm', text);
    } else if (exp10 != 0) {
        mw_decimal_text(1, exp10, factor, sizeof factor);
        printf("%s%s%s", factor, *text != '\0' ? " " : "", text);
    } else {
        printf("%s", text);
    }
}

static void print_coding(const mw_row *row)
{
    static const char *const orders[] = {"", ", BADC", ", CDAB", ", DCBA"};
    const unsigned bits = 16u * row->regs;
    switch (row->type) {
    case MW_TYPE_UNSIGNED:
        printf("unsigned, %u bits", bits);
        break;
    case MW_TYPE_SIGNED:
        printf("signed, %u bits", bits);
        break;
    case MW_TYPE_FLOAT:
        printf("float");
        break;
    case MW_TYPE_BCD:
        printf("BCD, %u digits", 4u * row->regs);
        break;
    case MW_TYPE_DIGITS:
        printf("text of %u hexadecimal digits", 4u * row->regs);
        break;
    case MW_TYPE_BITS:
        printf("%u bits", bits);
        break;
    case MW_TYPE_TEXT:
        printf("text, %u characters", 2u * row->regs);
        break;
    case MW_TYPE_TEXT_LOW:
        printf("text, %u characters, in low bytes", row->regs);
        break;
    case MW_TYPE_VERSION:
        printf("version, as a float");
        break;
    case MW_TYPE_CT_RATIO:
        printf("binary or BCD");
        break;
    case MW_TYPE_RAW:
        printf("%u words, layout unknown", row->regs);
        break;
    case MW_TYPE_RESIDUAL:
        printf("unsigned, 32 bits, and 16 bits of residual");
        break;
    case MW_TYPE_SIGNED_RESIDUAL:
        printf("signed, 32 bits, and 16 bits of residual");
        break;
    case MW_TYPE_SECONDS_2000:
        printf("seconds since 2000-01-01");
        break;
    case MW_TYPE_CLOCK:
        printf("day, month, year, hour, minute, second");
        break;
    default:
        printf("type %u", row->type);
        break;
    }
    printf("%s", orders[row->flags & MW_ROW_ORDER]);
}

static const char *group_text(uint8_t group)
{
    switch (group) {
    case MW_GROUP_FAST:
        return "fast";
    case MW_GROUP_SLOW:
        return "slow";
    case MW_GROUP_ONCE:
        return "once";
    case MW_GROUP_EXTRA:
        return "extra";
    default:
        return "written";
    }
}

/* Names the members of a family that have something at `index`, unless all have. */
static void print_only(const entry *of, size_t index, size_t (*count)(const entry *e), const char *before)
{
    size_t having = 0;
    size_t members = 0;
    for (size_t i = 0; i < entry_count; i++) {
        if (strcmp(entries[i].family, of->family) == 0) {
            members++;
            having += index < count(&entries[i]) ? 1 : 0;
        }
    }
    if (having == members) {
        return;
    }
    printf("%sonly", before);
    before = " ";
    for (size_t i = 0; i < entry_count; i++) {
        if (strcmp(entries[i].family, of->family) == 0 && index < count(&entries[i])) {
            printf("%s`%s`", before, entries[i].name);
            before = ", ";
        }
    }
}

static size_t row_count(const entry *e)
{
    return e->modbus->row_count;
}

static size_t setting_count(const entry *e)
{
    return e->modbus->setting_count;
}

static size_t block_count(const entry *e)
{
    return e->modbus->block_count;
}

static size_t mbus_row_count(const entry *e)
{
    return e->mbus->row_count;
}

static size_t mbus_setting_count(const entry *e)
{
    return e->mbus->setting_count;
}

/* How many rows from this one on differ in nothing but register and E, and have no layout. */
static size_t raw_run(const mw_model *model, size_t first)
{
    size_t i = first + 1;
    while (i < model->row_count && model->rows[first].type == MW_TYPE_RAW && model->rows[i].type == MW_TYPE_RAW &&
           model->rows[i].c == model->rows[first].c && model->rows[i].d == model->rows[first].d) {
        i++;
    }
    return i - first;
}

static void print_rows(const entry *of)
{
    const mw_model *const model = of->modbus;
    printf("| register | value | code | coding | unit | group | remarks |\n|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < model->row_count;) {
        const mw_row *const row = &model->rows[i];
        const size_t run = raw_run(model, i);
        const char *before = "";
        printf("| %04X", row->address);
        if (run > 1) {
            const mw_row *const last = &model->rows[i + run - 1];
            printf(" to %04X", (unsigned)last->address + last->regs - 1u);
        }
        printf(" | ");
        print_name(mw_row_id(row));
        printf(" | ");
        if (run > 1) {
            printf("%u readings, E counts them; ", (unsigned)run);
        }
        print_coding(row);
        printf(" | ");
        print_unit(row->exp10, row->unit);
        printf(" | %s | ", group_text(row->group));
        if ((row->flags & MW_ROW_ZERO_ABSENT) != 0) {
            printf("0: not provided");
            before = "; ";
        }
        if ((row->flags & MW_ROW_INFERRED) != 0) {
            printf("%sinferred", before);
            before = "; ";
        }
        print_only(of, i, row_count, before);
        printf(" |\n");
        i += run;
    }
}

static void print_blocks(const entry *of)
{
    const mw_model *const model = of->modbus;
    printf("Read in one piece: ");
    for (size_t i = 0; i < model->block_count; i++) {
        const mw_block *const block = &model->blocks[i];
        printf("%s%04X", i > 0 ? ", " : "", block->address);
        if (block->regs > 1) {
            printf(" to %04X", (unsigned)block->address + block->regs - 1u);
        }
        print_only(of, i, block_count, " ");
    }
    printf("; at most %u registers a request.\n", model->max_regs);
}

static void print_aliases(const mw_model *model)
{
    for (size_t i = 0; i < model->alias_count; i++) {
        char printed[MW_OBIS_TEXT_SIZE];
        char id[MW_OBIS_TEXT_SIZE];
        mw_obis_text(model->aliases[i].printed, printed, sizeof printed);
        mw_obis_text(model->aliases[i].id, id, sizeof id);
        printf("%s`%s` for `%s`", i > 0 ? ", " : "Codes of the manual that are found, too: ", printed, id);
    }
    if (model->alias_count > 0) {
        printf(".\n\n");
    }
}

/* `numbers`: the numbers of the choices are those on the wire. */
static void print_values(const mw_setting *setting, bool numbers)
{
    const mw_choice *const choices = setting->choices;
    const size_t count = setting->choice_count;
    if (setting->kind == MW_SETTING_ACTION && count == 1 && choices[0].n == 0) { /* it is written as 0 */
        return;
    }
    if (count == 0 || setting->kind == MW_SETTING_RATIO) {
        printf("%ld to %ld%s", (long)setting->least, (long)setting->most, count > 0 ? " / " : "");
    }
    for (size_t i = 0; i < count; i++) {
        if (numbers && setting->kind != MW_SETTING_RATIO) {
            printf("%s%ld = %s", i > 0 ? ", " : "", (long)choices[i].n, choices[i].name);
        } else {
            printf("%s%s", i > 0 ? ", " : "", choices[i].name);
        }
        if ((choices[i].flags & MW_SETTING_IRREVERSIBLE) != 0) {
            printf(" (cannot be undone)");
        }
    }
}

static const char *print_flags(const mw_setting *setting)
{
    static const struct {
        uint8_t flag;
        const char *text;
    } texts[] = {{MW_SETTING_BROADCAST, "also to all meters at once"},
                 {MW_SETTING_LINK, "changes how the meter is reached"},
                 {MW_SETTING_IRREVERSIBLE, "cannot be undone, or only a few times"},
                 {MW_SETTING_UNPROVEN, "coding not proven"},
                 {MW_SETTING_IDENTIFY, "only after the meter was identified"},
                 {MW_SETTING_LOCKED, "only while unlocked"}};
    const char *before = "";
    if (setting->kind == MW_SETTING_ACTION) {
        printf("command");
        before = "; ";
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if ((setting->flags & texts[i].flag) != 0) {
            printf("%s%s", before, texts[i].text);
            before = "; ";
        }
    }
    return before;
}

static const mw_row *row_at(const mw_model *model, uint16_t address)
{
    for (size_t i = 0; i < model->row_count; i++) {
        if (model->rows[i].address == address) {
            return &model->rows[i];
        }
    }
    return NULL;
}

static void print_settings(const entry *of)
{
    const mw_model *const model = of->modbus;
    printf("\n### Settings and commands\n\n| register | setting | code | values | function | remarks |\n"
           "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < model->setting_count; i++) {
        const mw_modbus_setting *const setting = &model->settings[i];
        const mw_row *const row = row_at(model, setting->address);
        printf("| %04X | ", setting->address);
        print_name(setting->what.id);
        printf(" | ");
        print_values(&setting->what, row != NULL && row->type != MW_TYPE_FLOAT);
        if (setting->what.choice_count == 0 && row != NULL && row->unit != MW_UNIT_NONE && row->type != MW_TYPE_FLOAT) {
            printf(" ");
            print_unit(row->exp10, row->unit);
        }
        printf(" | %u | ", setting->function);
        print_only(of, i, setting_count, print_flags(&setting->what));
        printf(" |\n");
    }
}

static void print_head(const uint8_t *head, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        printf("%s%02X", i > 0 ? " " : "", head[i]);
    }
}

static void print_mbus_rows(const entry *of)
{
    const mw_mbus_model *const model = of->mbus;
    char maker[MW_MBUS_MANUFACTURER_SIZE];
    mw_mbus_manufacturer_text(model->manufacturer, maker);
    printf("\n## M-Bus\n\nManufacturer %s, version %u, medium %u (%s). Factory setting: address %u, %lu 8E1. The unit "
           "is that\n"
           "of the reading; the exponent is the VIF's, times what the remarks say.\n\n",
           maker, model->version, model->medium, mw_mbus_medium_text(model->medium), model->address,
           (unsigned long)model->baud);
    printf("| DIB and VIB | value | code | unit | group | remarks |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < model->row_count; i++) {
        const mw_mbus_row *const row = &model->rows[i];
        const char *before = "";
        printf("| ");
        print_head(row->head, row->head_bytes);
        printf(" | ");
        print_name(mw_mbus_row_id(row));
        printf(" | %s | %s | ", mw_unit_text(row->unit), group_text(row->group));
        if (row->exp10 != 0) {
            char factor[MW_DECIMAL_TEXT_SIZE];
            mw_decimal_text(1, row->exp10, factor, sizeof factor);
            printf("times %s", factor);
            before = "; ";
        }
        if (row->part != MW_MBUS_WHOLE) {
            printf("%s%s", before,
                   row->part == MW_MBUS_ABOVE_100 ? "without the last two digits" : "the last two digits");
            before = "; ";
        }
        print_only(of, i, mbus_row_count, before);
        printf(" |\n");
    }
}

static void print_mbus_settings(const entry *of)
{
    const mw_mbus_model *const model = of->mbus;
    printf("\n### Settings and commands on M-Bus\n\n| CI | DIB and VIB | setting | code | values | remarks |\n"
           "|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < model->setting_count; i++) {
        const mw_mbus_setting *const setting = &model->settings[i];
        printf("| %02X%s | ", setting->ci, setting->head_bytes == 0 ? " + value" : "");
        print_head(setting->head, setting->head_bytes);
        printf(" | ");
        print_name(setting->what.id);
        printf(" | ");
        print_values(&setting->what, setting->exp10 == 0);
        printf(" | ");
        print_only(of, i, mbus_setting_count, print_flags(&setting->what));
        printf(" |\n");
    }
}

static int print_family(const char *name)
{
    const entry *widest = NULL;
    for (size_t i = 0; i < entry_count; i++) {
        const entry *const e = &entries[i];
        /* The one with the most rows has all of them: they share one table. */
        if (strcmp(e->family, name) == 0 &&
            (widest == NULL || (e->modbus != NULL && e->modbus->row_count > widest->modbus->row_count) ||
             (e->modbus == NULL && e->mbus->row_count > widest->mbus->row_count))) {
            widest = e;
        }
    }
    if (widest == NULL) {
        return 1;
    }
    printf("# Registers of %s\n\n", name);
    for (size_t i = 0; i < entry_count; i++) {
        if (strcmp(entries[i].family, name) == 0) {
            printf("- `%s`: %s\n", entries[i].name, entries[i].title);
        }
    }
    printf("\nWhere each fact comes from and what is inferred: [models.md](models.md). Codes and names: "
           "[obis.md](obis.md).\nMade from the code by `docs/generate`.\n");
    if (widest->modbus != NULL) {
        printf("\n## Modbus\n\nFactory setting: ");
        print_lines(widest);
        printf(". Function %u; registers are hexadecimal, as on the wire.\n", widest->modbus->read_function);
        print_blocks(widest);
        printf("\n");
        print_aliases(widest->modbus);
        print_rows(widest);
        if (widest->modbus->setting_count > 0) {
            print_settings(widest);
        }
    }
    if (widest->mbus != NULL) {
        print_mbus_rows(widest);
        if (widest->mbus->setting_count > 0) {
            print_mbus_settings(widest);
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    collect();
    if (argc == 2 && strcmp(argv[1], "obis") == 0) {
        print_obis();
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "models") == 0) {
        print_models();
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "families") == 0) {
        for (size_t i = 0; i < entry_count; i++) {
            if (first_of_family(i)) {
                printf("%s\n", entries[i].family);
            }
        }
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "family") == 0) {
        return print_family(argv[2]);
    }
    return 2;
}
