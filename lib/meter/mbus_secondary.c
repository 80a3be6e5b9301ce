/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus_master.h>

/* Digits of an address text: identification, then manufacturer, version and medium. */
#define SECONDARY_ID_DIGITS  8u
#define SECONDARY_ALL_DIGITS 16u

static int secondary_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads digits, at most 16; gives how many. */
static unsigned secondary_read(const char *text, uint64_t *value)
{
    unsigned count = 0;
    *value = 0;
    while (count < SECONDARY_ALL_DIGITS && secondary_digit(text[count]) >= 0) {
        *value = *value << 4 | (uint64_t)secondary_digit(text[count]);
        count++;
    }
    return count;
}

/* The manufacturer stands in the order of the wire, as people know it from other tools. */
static uint16_t secondary_swap(uint16_t word)
{
    return (uint16_t)((unsigned)word << 8 | word >> 8);
}

mw_status mw_mbus_secondary_parse(const char *text, mw_mbus_secondary *secondary)
{
    mw_mbus_secondary read = MW_MBUS_ANYBODY;
    uint64_t value;
    unsigned count = secondary_read(text, &value);
    if (count != SECONDARY_ID_DIGITS && count != SECONDARY_ALL_DIGITS) {
        return MW_ERR_VALUE;
    }
    if (count == SECONDARY_ALL_DIGITS) {
        read.manufacturer = secondary_swap((uint16_t)(value >> 16));
        read.version = (uint8_t)(value >> 8);
        read.medium = (uint8_t)value;
        value >>= 32;
    }
    read.id = (uint32_t)value;
    text += count;
    if (*text == '/') {
        count = secondary_read(text + 1, &value);
        if (count != SECONDARY_ID_DIGITS) {
            return MW_ERR_VALUE;
        }
        read.fabrication = (uint32_t)value;
        read.enhanced = true;
        text += 1 + count;
    }
    if (*text != '\0') {
        return MW_ERR_VALUE;
    }
    *secondary = read;
    return MW_OK;
}

static char *secondary_write(char *out, uint32_t value, unsigned digits)
{
    while (digits > 0) {
        digits--;
        *out++ = "0123456789ABCDEF"[value >> (4 * digits) & 0xFu];
    }
    return out;
}

void mw_mbus_secondary_text(const mw_mbus_secondary *secondary, char out[MW_MBUS_SECONDARY_SIZE])
{
    out = secondary_write(out, secondary->id, 8);
    out = secondary_write(out, secondary_swap(secondary->manufacturer), 4);
    out = secondary_write(out, secondary->version, 2);
    out = secondary_write(out, secondary->medium, 2);
    if (secondary->enhanced) {
        *out++ = '/';
        out = secondary_write(out, secondary->fabrication, 8);
    }
    *out = '\0';
}

bool mw_mbus_secondary_matches(const mw_mbus_secondary *secondary, const mw_mbus_header *header)
{
    for (unsigned i = 0; i < 32; i += 4) {
        const uint32_t digit = secondary->id >> i & 0xFu;
        if (digit != 0xFu && digit != (header->id >> i & 0xFu)) {
            return false;
        }
    }
    return (secondary->manufacturer == 0xFFFFu || secondary->manufacturer == header->manufacturer) &&
           (secondary->version == 0xFFu || secondary->version == header->version) &&
           (secondary->medium == 0xFFu || secondary->medium == header->medium);
}
