/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include "../mw_test.h"

typedef struct named {
    unsigned code;
    const char *text;
} named;

/* Lower case words with digits, as the names of a program. */
static bool is_word(const char *text)
{
    bool good = text[0] != '\0';
    for (; *text != '\0'; text++) {
        good =
            good && ((*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9') || *text == '_' || *text == '-');
    }
    return good;
}

MW_TEST(every_fault_has_a_text_of_its_own)
{
    (void)state;
    for (unsigned i = 0; i <= MW_MBUS_FAULT_DATA_END; i++) {
        const char *const text = mw_mbus_fault_text((uint8_t)i);
        assert_true(strcmp(text, "unknown fault") != 0);
        for (unsigned k = 0; k < i; k++) {
            assert_true(strcmp(text, mw_mbus_fault_text((uint8_t)k)) != 0);
        }
    }
    for (unsigned i = MW_MBUS_FAULT_DATA_END + 1; i < 256; i++) {
        assert_string_equal(mw_mbus_fault_text((uint8_t)i), "unknown fault");
    }
}

MW_TEST(application_errors)
{
    (void)state;
    assert_string_equal(mw_mbus_application_error_text(0x01), "CI field not implemented");
    assert_string_equal(mw_mbus_application_error_text(0x02), "buffer too long");
    assert_string_equal(mw_mbus_application_error_text(0x05), "more than 10 DIFEs");
    assert_string_equal(mw_mbus_application_error_text(0x08), "application busy");
    for (unsigned code = 0; code < 256; code++) {
        const bool known = code <= 0x09 && code != 0x07;
        const char *const text = mw_mbus_application_error_text((uint8_t)code);
        assert_int_equal(strcmp(text, "unknown application error") != 0, known);
    }
}

/* Device types of EN 13757-7. */
MW_TEST(media)
{
    static const named media[] = {
        {0x00, "other"},
        {0x01, "oil"},
        {0x02, "electricity"},
        {0x03, "gas"},
        {0x04, "heat (outlet)"},
        {0x05, "steam"},
        {0x06, "warm water"},
        {0x07, "water"},
        {0x08, "heat cost allocator"},
        {0x09, "compressed air"},
        {0x0A, "cooling (outlet)"},
        {0x0B, "cooling (inlet)"},
        {0x0C, "heat (inlet)"},
        {0x0D, "heat/cooling"},
        {0x0E, "bus/system"},
        {0x0F, "unknown"},
        {0x10, "irrigation water"},
        {0x11, "water logger"},
        {0x12, "gas logger"},
        {0x13, "gas converter"},
        {0x14, "calorific value"},
        {0x15, "hot water"},
        {0x16, "cold water"},
        {0x17, "dual water"},
        {0x18, "pressure"},
        {0x19, "A/D converter"},
        {0x1A, "smoke detector"},
        {0x1B, "room sensor"},
        {0x1C, "gas detector"},
        {0x1D, "reserved"},
        {0x1F, "reserved"},
        {0x20, "breaker"},
        {0x21, "valve"},
        {0x22, "reserved"},
        {0x24, "reserved"},
        {0x25, "customer display"},
        {0x26, "reserved"},
        {0x27, "reserved"},
        {0x28, "waste water"},
        {0x29, "garbage"},
        {0x2A, "carbon dioxide"},
        {0x2B, "reserved"},
        {0x2F, "reserved"},
        {0x30, "service tool"},
        {0x31, "communication controller"},
        {0x32, "unidirectional repeater"},
        {0x33, "bidirectional repeater"},
        {0x34, "reserved"},
        {0x35, "reserved"},
        {0x36, "radio converter (system side)"},
        {0x37, "radio converter (meter side)"},
        {0x38, "wired adapter"},
        {0x39, "reserved"},
        {0xFF, "reserved"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(media); i++) {
        assert_string_equal(mw_mbus_medium_text((uint8_t)media[i].code), media[i].text);
    }
}

MW_TEST(every_quantity_has_a_word_of_its_own)
{
    (void)state;
    for (unsigned i = 0; i < MW_MBUS_Q_COUNT; i++) {
        assert_non_null(mw_mbus_quantity_text((uint8_t)i));
        assert_true(is_word(mw_mbus_quantity_text((uint8_t)i)));
        for (unsigned k = 0; k < i; k++) {
            assert_true(strcmp(mw_mbus_quantity_text((uint8_t)i), mw_mbus_quantity_text((uint8_t)k)) != 0);
        }
    }
    for (unsigned i = MW_MBUS_Q_COUNT; i < 256; i++) {
        assert_string_equal(mw_mbus_quantity_text((uint8_t)i), "reserved");
    }
}

MW_TEST(quantities)
{
    (void)state;
    assert_string_equal(mw_mbus_quantity_text(MW_MBUS_Q_RESERVED), "reserved");
    assert_string_equal(mw_mbus_quantity_text(MW_MBUS_Q_ENERGY), "energy");
    assert_string_equal(mw_mbus_quantity_text(MW_MBUS_Q_FLOW_TEMPERATURE), "flow_temperature");
    assert_string_equal(mw_mbus_quantity_text(MW_MBUS_Q_HCA_RATING_K), "hca_rating_k");
    assert_string_equal(mw_mbus_quantity_text(MW_MBUS_Q_VOLTAGE), "voltage");
    assert_string_equal(mw_mbus_quantity_text(MW_MBUS_Q_MOISTURE), "moisture");
}

/* Codes without a meaning (EN 13757-3, combinable VIFEs). */
static bool is_reserved(unsigned code)
{
    static const uint8_t reserved[] = {0x08, 0x09, 0x0A, 0x10, 0x11, 0x19, 0x1A, 0x1B, 0x44, 0x45, 0x4C, 0x4D, 0x7C};
    return memchr(reserved, (int)code, sizeof reserved) != NULL;
}

MW_TEST(every_modifier_has_a_word_and_reserved_ones_have_that)
{
    (void)state;
    for (unsigned code = 0; code < 0x80; code++) {
        assert_true(is_word(mw_mbus_modifier_text(code)));
        assert_int_equal(strcmp(mw_mbus_modifier_text(code), "reserved") == 0, is_reserved(code));
        assert_int_equal(strcmp(mw_mbus_modifier_text(MW_MBUS_FC + code), "reserved") != 0,
                         code >= 0x01 && code <= 0x15);
        assert_string_equal(mw_mbus_modifier_text(0x80 + code), "reserved");
        assert_string_equal(mw_mbus_modifier_text(MW_MBUS_FC + 0x80 + code), "reserved");
    }
    assert_string_equal(mw_mbus_modifier_text(MW_MBUS_NO_MODIFIER), "reserved");
}

MW_TEST(modifiers)
{
    static const named modifiers[] = {
        {0x00, "no_error"},
        {0x12, "average"},
        {0x15, "no_data_available"},
        {0x26, "per_year"},
        {0x28, "increment_per_input_pulse_0"},
        {0x3B, "positive_contributions_only"},
        {0x3C, "negative_contributions_only"},
        {0x42, "date_of_begin_of_first_lower_limit_exceed"},
        {0x43, "date_of_end_of_first_lower_limit_exceed"},
        {0x46, "date_of_begin_of_last_lower_limit_exceed"},
        {0x47, "date_of_end_of_last_lower_limit_exceed"},
        {0x4A, "date_of_begin_of_first_upper_limit_exceed"},
        {0x4F, "date_of_end_of_last_upper_limit_exceed"},
        {0x50, "duration_of_first_lower_limit_exceed"},
        {0x57, "duration_of_last_lower_limit_exceed"},
        {0x5A, "duration_of_first_upper_limit_exceed"},
        {0x5C, "duration_of_last_upper_limit_exceed"},
        {0x63, "duration_of_first"},
        {0x64, "duration_of_last"},
        {0x6A, "date_of_begin_of_first"},
        {0x6F, "date_of_end_of_last"},
        {0x70, "multiplied_by_1e-6"},
        {0x77, "multiplied_by_1e1"},
        {0x7B, "increased_by_1e0"},
        {0x7D, "multiplied_by_1e3"},
        {0x7E, "future_value"},
        {0x7F, "manufacturer_specific"},
        {MW_MBUS_FC + 0x01, "phase_l1"},
        {MW_MBUS_FC + 0x03, "phase_l3"},
        {MW_MBUS_FC + 0x04, "neutral"},
        {MW_MBUS_FC + 0x07, "between_l3_l1"},
        {MW_MBUS_FC + 0x08, "quadrant_1"},
        {MW_MBUS_FC + 0x0C, "import_export_delta"},
        {MW_MBUS_FC + 0x10, "absolute_sum"},
        {MW_MBUS_FC + 0x13, "end_date"},
        {MW_MBUS_FC + 0x15, "from_meter_to_partner"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(modifiers); i++) {
        assert_string_equal(mw_mbus_modifier_text(modifiers[i].code), modifiers[i].text);
    }
}

static void manufacturer_is(unsigned word, const char *text)
{
    char out[MW_MBUS_MANUFACTURER_SIZE + 1] = "######";
    mw_mbus_manufacturer_text((uint16_t)word, out);
    assert_string_equal(out, text);
    assert_int_equal(out[MW_MBUS_MANUFACTURER_SIZE], '#');
}

MW_TEST(manufacturer_has_three_letters)
{
    (void)state;
    manufacturer_is(0x25CD, "INM");
    manufacturer_is(0x4024, "PAD");
    manufacturer_is(0x0421, "AAA");
    manufacturer_is(0x6B5A, "ZZZ");
    manufacturer_is(0xA5CD, "INM"); /* the highest bit says that the address is not unique */
}

MW_TEST(manufacturer_without_letters_is_four_hexadecimal_digits)
{
    (void)state;
    manufacturer_is(0x0000, "0000");
    manufacturer_is(0xFFFF, "FFFF");
    manufacturer_is(0x25DB, "25DB"); /* last letter 27 */
    manufacturer_is(0x25C0, "25C0"); /* last letter 0 */
    manufacturer_is(0x01CD, "01CD"); /* first letter 0 */
    manufacturer_is(0x6DCD, "6DCD"); /* first letter 27 */
    manufacturer_is(0x240D, "240D"); /* second letter 0 */
}

MW_TEST(every_manufacturer_is_parsed_to_its_word)
{
    (void)state;
    for (unsigned i = 0; i < 26 * 26 * 26; i++) {
        char text[MW_MBUS_MANUFACTURER_SIZE];
        uint16_t word = 0;
        text[0] = (char)('A' + i / (26 * 26));
        text[1] = (char)('A' + i / 26 % 26);
        text[2] = (char)('A' + i % 26);
        text[3] = '\0';
        assert_int_equal(mw_mbus_manufacturer_parse(text, &word), MW_OK);
        assert_int_equal(word, (text[0] - 64) * 1024 + (text[1] - 64) * 32 + (text[2] - 64));
        manufacturer_is(word, text);
    }
}

MW_TEST(manufacturer_that_is_not_three_letters_is_refused)
{
    static const char *const texts[] = {"", "I", "IN", "INMX", "inm", "IN1", "I M", "IN[", "@NM", "25CD"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(texts); i++) {
        uint16_t word = 0x1234;
        assert_int_equal(mw_mbus_manufacturer_parse(texts[i], &word), MW_ERR_VALUE);
        assert_int_equal(word, 0x1234);
    }
}

MW_TESTS(MW_CASE(every_fault_has_a_text_of_its_own), MW_CASE(application_errors), MW_CASE(media),
         MW_CASE(every_quantity_has_a_word_of_its_own), MW_CASE(quantities),
         MW_CASE(every_modifier_has_a_word_and_reserved_ones_have_that), MW_CASE(modifiers),
         MW_CASE(manufacturer_has_three_letters), MW_CASE(manufacturer_without_letters_is_four_hexadecimal_digits),
         MW_CASE(every_manufacturer_is_parsed_to_its_word), MW_CASE(manufacturer_that_is_not_three_letters_is_refused))
