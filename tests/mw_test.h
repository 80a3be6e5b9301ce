/* SPDX-License-Identifier: MIT */
/* The few macros the unit tests use. On hosts they are CMocka's own; with MW_TEST_PLAIN, on targets without CMocka,
 * they count and print, and the last line is the verdict.
 *
 * A test is MW_TEST(name) { ... }; the file ends with MW_TESTS(MW_CASE(name), ...). */
#ifndef MW_TEST_H
#define MW_TEST_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MW_TEST(name)   static void name(void **state)
#define MW_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#ifndef MW_TEST_PLAIN

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MW_CASE(name) cmocka_unit_test(name)
#define MW_TESTS(...)                                                                                                  \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                                               \
        return cmocka_run_group_tests(tests, NULL, NULL);                                                              \
    }

#else

#include <stdbool.h>

typedef struct mw_case {
    const char *name;
    void (*run)(void **state);
} mw_case;

static unsigned long mw_checks;
static unsigned long mw_failures;

/* Where, but not what: the texts would not fit into the RAM of small targets. */
static inline void mw_check(bool good, const char *file, int line)
{
    mw_checks++;
    if (!good) {
        mw_failures++;
        printf("%s:%d: failed\n", file, line);
    }
}

#define MW_CHECK(good)             mw_check((good), __FILE__, __LINE__)
#define assert_true(x)             MW_CHECK((x) ? true : false)
#define assert_false(x)            MW_CHECK((x) ? false : true)
#define assert_null(x)             MW_CHECK((x) == NULL)
#define assert_non_null(x)         MW_CHECK((x) != NULL)
#define assert_ptr_equal(x, y)     MW_CHECK((const void *)(x) == (const void *)(y))
#define assert_int_equal(x, y)     MW_CHECK((long long)(x) == (long long)(y))
#define assert_int_not_equal(x, y) MW_CHECK((long long)(x) != (long long)(y))
#define assert_in_range(x, least, most)                                                                                \
    MW_CHECK((unsigned long long)(x) >= (unsigned long long)(least) &&                                                 \
             (unsigned long long)(x) <= (unsigned long long)(most))
#define assert_string_equal(x, y)    MW_CHECK(strcmp((x), (y)) == 0)
#define assert_memory_equal(x, y, n) MW_CHECK(memcmp((x), (y), (n)) == 0)
#define skip()                       return

/* Where not all cases of a file fit, these are those of an image: MW_TEST_COUNT from MW_TEST_FIRST on. What the others
 * use is left out by the compiler. */
#ifndef MW_TEST_COUNT
#define MW_TEST_FIRST 0
#define MW_TEST_COUNT 1000
#endif
#define MW_CASE_IS_IN(at) ((at) >= MW_TEST_FIRST && (at) < MW_TEST_FIRST + MW_TEST_COUNT)
#define MW_CASE_AT(name, at)                                                                                           \
    {                                                                                                                  \
        MW_CASE_IS_IN(at) ? #name : NULL, MW_CASE_IS_IN(at) ? name : NULL                                              \
    }
#define MW_CASE_NUMBERED(name, at) MW_CASE_AT(name, at)
#define MW_CASE(name)              MW_CASE_NUMBERED(name, __COUNTER__)
#define MW_TESTS(...)                                                                                                  \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        static const mw_case tests[] = {__VA_ARGS__};                                                                  \
        unsigned passed = 0;                                                                                           \
        unsigned failed = 0;                                                                                           \
        for (size_t i = 0; i < MW_COUNT(tests); i++) {                                                                 \
            const unsigned long before = mw_failures;                                                                  \
            if (tests[i].run == NULL) {                                                                                \
                continue;                                                                                              \
            }                                                                                                          \
            tests[i].run(NULL);                                                                                        \
            if (mw_failures == before) {                                                                               \
                passed++;                                                                                              \
            } else {                                                                                                   \
                printf("FAILED %s\n", tests[i].name);                                                                  \
                failed++;                                                                                              \
            }                                                                                                          \
        }                                                                                                              \
        printf("%u passed, %u failed, %lu checks\n", passed, failed, mw_checks);                                       \
        return failed == 0 ? 0 : 1;                                                                                    \
    }

#endif

/* Where each step takes long: fewer rounds with random data, and every nth of all cases. */
#ifdef __AVR__
#define MW_ROUNDS(n) ((n) / 50)
#define MW_STRIDE(n) (n)
#else
#define MW_ROUNDS(n) (n)
#define MW_STRIDE(n) 1
#endif

static inline int mw_hex_digit(char c)
{
    const char *const digits = "0123456789ABCDEFabcdef";
    const char *const at = c != '\0' ? strchr(digits, c) : NULL;
    const int value = at != NULL ? (int)(at - digits) : -1;
    return value > 15 ? value - 6 : value;
}

/* Bytes from hexadecimal text with blanks, up to something else; the count. */
static inline size_t mw_hex(const char *text, uint8_t *bytes, size_t size)
{
    size_t count = 0;
    while (count < size) {
        text += strspn(text, " \n");
        if (mw_hex_digit(text[0]) < 0 || mw_hex_digit(text[1]) < 0) {
            break;
        }
        bytes[count++] = (uint8_t)(mw_hex_digit(text[0]) << 4 | mw_hex_digit(text[1]));
        text += 2;
    }
    return count;
}

#endif
