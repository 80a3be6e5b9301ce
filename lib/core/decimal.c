/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#include <string.h>

static uint64_t decimal_magnitude(int64_t n)
{
    return n < 0 ? 0u - (uint64_t)n : (uint64_t)n;
}

/* A sign, 20 digits, 127 zeros behind them, a NUL; or a sign, a digit, a point, 128 decimals, a NUL. */
#define DECIMAL_TEXT_MOST 149

/* From the last character to the first. */
size_t mw_decimal_text(int64_t n, int8_t exp10, char *out, size_t size)
{
    char text[DECIMAL_TEXT_MOST];
    char *p = text + sizeof text - 1;
    uint64_t rest = decimal_magnitude(n);
    size_t length;
    int place = (int)exp10; /* power of ten of the next digit */
    *p = '\0';
    for (int zeros = rest != 0 ? exp10 : 0; zeros > 0; zeros--) {
        *--p = '0';
    }
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
        if (++place == 0) {
            *--p = '.';
        }
    } while (rest != 0 || place <= 0);
    if (n < 0) {
        *--p = '-';
    }
    length = (size_t)(text + sizeof text - 1 - p);
    if (length < size) {
        memcpy(out, p, length + 1);
    }
    return length;
}

static bool decimal_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The exponent behind an 'e', as far as it can matter. */
static mw_status decimal_parse_exponent(const char **text, int *exponent)
{
    const char *p = *text + 1;
    const bool negative = *p == '-';
    int e = 0;
    if (*p == '-' || *p == '+') {
        p++;
    }
    if (!decimal_is_digit(*p)) {
        return MW_ERR_VALUE;
    }
    for (; decimal_is_digit(*p); p++) {
        if (e < 1000) {
            e = e * 10 + (int)((unsigned char)*p - '0');
        }
    }
    *exponent = negative ? -e : e;
    *text = p;
    return MW_OK;
}

/* All digits and how many of them stand behind the point. */
static mw_status decimal_parse_digits(const char **text, uint64_t *magnitude, int *decimals)
{
    const char *p = *text;
    bool point = false;
    bool any = false;
    for (; decimal_is_digit(*p) || (*p == '.' && !point); p++) {
        const uint64_t digit = (uint64_t)(unsigned char)*p - '0';
        if (*p == '.') {
            point = true;
            continue;
        }
        if (*magnitude > (UINT64_MAX - digit) / 10 || *decimals > 255) {
            return MW_ERR_RANGE;
        }
        *magnitude = *magnitude * 10 + digit;
        *decimals += point ? 1 : 0;
        any = true;
    }
    *text = p;
    return any ? MW_OK : MW_ERR_VALUE;
}

mw_status mw_decimal_parse(const char *text, int64_t *n, int8_t *exp10)
{
    uint64_t magnitude = 0;
    int decimals = 0;
    int exponent = 0;
    const bool negative = *text == '-';
    mw_status status;
    if (*text == '-' || *text == '+') {
        text++;
    }
    status = decimal_parse_digits(&text, &magnitude, &decimals);
    if (status == MW_OK && (*text == 'e' || *text == 'E')) {
        status = decimal_parse_exponent(&text, &exponent);
    }
    if (status != MW_OK) {
        return status;
    }
    if (*text != '\0') {
        return MW_ERR_VALUE;
    }
    exponent -= decimals;
    if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0) || exponent < INT8_MIN || exponent > INT8_MAX) {
        return MW_ERR_RANGE;
    }
    /* -(m - 1) - 1 keeps the most negative number within what the type can say. */
    *n = negative && magnitude != 0 ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude;
    *exp10 = (int8_t)exponent;
    return MW_OK;
}

mw_status mw_decimal_rescale(int64_t n, int8_t from, int8_t to, int64_t *out)
{
    for (int steps = n == 0 ? 0 : from - to; steps != 0; steps += steps > 0 ? -1 : 1) {
        if (steps > 0) {
            if (n > INT64_MAX / 10 || n < INT64_MIN / 10) {
                return MW_ERR_RANGE;
            }
            n *= 10;
        } else {
            if (n % 10 != 0) {
                return MW_ERR_RANGE;
            }
            n /= 10;
        }
    }
    *out = n;
    return MW_OK;
}
