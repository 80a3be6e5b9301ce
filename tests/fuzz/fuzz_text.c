/* SPDX-License-Identifier: MIT */
/* What the library reads as text: OBIS codes and names, decimals, secondary addresses, manufacturers, models. What was
 * understood and is written again is understood as the same.
 *
 * The input is the text; its first eight bytes are also numbers to be written. */
#include <meterwire/meterwire.h>

#include "fuzz.h"

/* Room that is just enough is enough, and one byte less is not touched. */
static void check_room(size_t (*write)(mw_obis, char *, size_t), mw_obis id, size_t length)
{
    char *const room = (char *)malloc(length + 1);
    CHECK(room != NULL);
    CHECK(write(id, NULL, 0) == length);
    CHECK(write(id, room, length) == length);
    CHECK(write(id, room, length + 1) == length);
    CHECK(length == 0 || strlen(room) == length);
    free(room);
}

static void check_obis(mw_obis id)
{
    char text[MW_OBIS_TEXT_SIZE];
    char name[MW_OBIS_NAME_SIZE];
    mw_obis same;
    const size_t length = mw_obis_text(id, text, sizeof text);
    const size_t name_length = mw_obis_name(id, name, sizeof name);
    CHECK(length < sizeof text && strlen(text) == length);
    CHECK(mw_obis_parse(text, &same) == MW_OK && mw_obis_equal(id, same));
    check_room(mw_obis_text, id, length);
    CHECK(name_length < sizeof name);
    if (name_length > 0) {
        CHECK(strlen(name) == name_length);
        CHECK(mw_obis_parse(name, &same) == MW_OK && mw_obis_equal(id, same));
    }
    check_room(mw_obis_name, id, name_length);
    CHECK(mw_obis_phase(id) <= 3 && mw_obis_tariff(id) <= 63);
    CHECK(mw_obis_direction(id) >= -1 && mw_obis_direction(id) <= 1);
    CHECK(mw_obis_quantity(id) <= MW_QUANTITY_FREQUENCY);
}

static void check_decimal(int64_t n, int8_t exp10)
{
    char text[MW_DECIMAL_TEXT_SIZE + 2 * 128];
    int64_t same = 0;
    int8_t same_exp10 = 0;
    int64_t rescaled;
    const size_t length = mw_decimal_text(n, exp10, text, sizeof text);
    CHECK(length < sizeof text && strlen(text) == length);
    CHECK(exp10 < -32 || exp10 > 32 || length < MW_DECIMAL_TEXT_SIZE);
    if (exp10 <= 0) { /* otherwise it has become longer, perhaps too long */
        CHECK(mw_decimal_parse(text, &same, &same_exp10) == MW_OK);
        CHECK(same == n && same_exp10 == exp10);
    } else if (mw_decimal_parse(text, &same, &same_exp10) == MW_OK) {
        CHECK(mw_decimal_rescale(same, same_exp10, exp10, &rescaled) == MW_OK && rescaled == n);
    }
    if (mw_decimal_rescale(n, exp10, 0, &rescaled) == MW_OK) {
        CHECK(mw_decimal_rescale(rescaled, 0, exp10, &same) == MW_OK && same == n);
    }
}

static void check_single(uint32_t bits)
{
    uint32_t same;
    int64_t n;
    int8_t exp10;
    const bool finite = (bits >> 23 & 0xFF) != 0xFF;
    const mw_status status = mw_decimal_shortest_f32(bits, &n, &exp10);
    CHECK(status == (finite ? MW_OK : MW_ERR_VALUE));
    if (finite) {
        CHECK(n > -1000000000 && n < 1000000000 && exp10 >= -46 && exp10 <= 38);
        if (mw_decimal_to_f32(n, exp10, &same) == MW_OK) {
            CHECK(same == bits || (bits & 0x7FFFFFFF) == 0); /* a zero has lost its sign */
        }
    }
    for (unsigned decimals = 0; decimals < 12; decimals++) {
        const mw_status rounded = mw_decimal_from_f32(bits, decimals, &n);
        CHECK(decimals <= 9 || rounded == MW_ERR_ARGUMENT);
        CHECK(decimals > 9 || rounded == (finite ? rounded : MW_ERR_VALUE));
    }
}

static void check_texts(const char *text)
{
    mw_obis id;
    int64_t n;
    int8_t exp10;
    mw_mbus_secondary secondary;
    uint16_t manufacturer;
    char letters[MW_MBUS_MANUFACTURER_SIZE];
    if (mw_obis_parse(text, &id) == MW_OK) {
        check_obis(id);
    }
    if (mw_decimal_parse(text, &n, &exp10) == MW_OK) {
        check_decimal(n, exp10);
    }
    if (mw_mbus_secondary_parse(text, &secondary) == MW_OK) {
        char written[MW_MBUS_SECONDARY_SIZE];
        mw_mbus_secondary same;
        mw_mbus_secondary_text(&secondary, written);
        CHECK(strlen(written) == (secondary.enhanced ? 25u : 16u));
        CHECK(mw_mbus_secondary_parse(written, &same) == MW_OK);
        CHECK(same.id == secondary.id && same.manufacturer == secondary.manufacturer &&
              same.version == secondary.version && same.medium == secondary.medium &&
              same.enhanced == secondary.enhanced && (!same.enhanced || same.fabrication == secondary.fabrication));
    }
    if (mw_mbus_manufacturer_parse(text, &manufacturer) == MW_OK) {
        mw_mbus_manufacturer_text(manufacturer, letters);
        CHECK(strcmp(letters, text) == 0);
    }
    if (mw_model_by_name(text) != NULL) {
        CHECK(strcmp(mw_model_by_name(text)->name, text) == 0);
    }
    if (mw_mbus_model_by_name(text) != NULL) {
        CHECK(strcmp(mw_mbus_model_by_name(text)->name, text) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    char *const text = (char *)calloc(size + 1, 1);
    mw_obis id;
    uint64_t n = 0;
    CHECK(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    check_texts(text);
    free(text);
    for (unsigned i = 0; i < 8; i++) {
        n = n << 8 | fuzz_byte(&in);
    }
    id = mw_obis_make((uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24));
    id.b = (uint8_t)(n >> 32);
    id.f = (uint8_t)(n >> 40);
    check_obis(id);
    check_decimal((int64_t)(n >> 1), (int8_t)fuzz_byte(&in));
    check_decimal(-(int64_t)(n >> 1), (int8_t)fuzz_byte(&in));
    check_single((uint32_t)n);
    return 0;
}
