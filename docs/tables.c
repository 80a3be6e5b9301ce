/* SPDX-License-Identifier: MIT */
/* Prints the tables of the documentation from the tables of the code: tables obis | model NAME. */
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

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "obis") == 0) {
        print_obis();
        return 0;
    }
    return 2;
}
