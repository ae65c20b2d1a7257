/* Named checks for guest programs. Every program includes this once and calls run_checks from main.
 *
 * A check prints one line, `ok NAME` or `FAIL NAME: details`, and the program's exit code is the number of
 * failed checks (at most CHECKS_MAX_EXIT_CODE). Arguments choose groups by name; without any, all groups run.
 * With PV_ORACLE=wine in the environment, CHECK_WINE_WRONG passes whatever the condition is. */
#ifndef PORTABLEVIRT_CHECKS_H
#define PORTABLEVIRT_CHECKS_H

#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECKS_MAX_EXIT_CODE 100
#define CHECKS_UNKNOWN_GROUP 101
#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct check_group
{
    const char *name;
    void (*run)(void);
};

static int checks_failed;

static inline int oracle_is_wine(void)
{
    char value[16];
    return GetEnvironmentVariableA("PV_ORACLE", value, sizeof value) == 4 && !strcmp(value, "wine");
}

static inline void check_passed(const char *name)
{
    printf("ok %s\n", name);
    fflush(stdout);
}

static inline void check_failed(const char *name, int line, const char *details)
{
    checks_failed++;
    printf("FAIL %s: line %d: %s\n", name, line, details);
    fflush(stdout);
}

static inline void check_condition(const char *name, int passed, const char *text, int line)
{
    char details[512];
    DWORD error = GetLastError();
    if (passed)
    {
        check_passed(name);
        return;
    }
    snprintf(details, sizeof details, "%s (last error %lu)", text, error);
    check_failed(name, line, details);
}

static inline void check_equal(const char *name, long long actual, long long expected, const char *text, int line)
{
    char details[512];
    DWORD error = GetLastError();
    if (actual == expected)
    {
        check_passed(name);
        return;
    }
    snprintf(details, sizeof details, "%s is %lld (0x%llx), expected %lld (0x%llx) (last error %lu)", text, actual,
             (unsigned long long)actual, expected, (unsigned long long)expected, error);
    check_failed(name, line, details);
}

static inline void check_error(const char *name, int failed, DWORD error, DWORD expected, const char *text, int line)
{
    char details[512];
    if (failed && error == expected)
    {
        check_passed(name);
        return;
    }
    snprintf(details, sizeof details, "%s %s with last error %lu, expected failure with %lu", text,
             failed ? "failed" : "succeeded", error, expected);
    check_failed(name, line, details);
}

/* Passes where the condition is true. */
#define CHECK(name, condition) check_condition((name), (condition) ? 1 : 0, #condition, __LINE__)

/* Passes where two integers are equal; a failure shows both. */
#define CHECK_EQ(name, actual, expected) \
    check_equal((name), (long long)(actual), (long long)(expected), #actual, __LINE__)

/* Passes where an NTSTATUS is the expected one. */
#define CHECK_STATUS(name, actual, expected) \
    check_equal((name), (unsigned int)(actual), (unsigned int)(expected), #actual, __LINE__)

/* Passes where a Win32 call returns false and leaves the expected last error. */
#define CHECK_ERROR(name, call, expected)                                                     \
    do                                                                                        \
    {                                                                                         \
        SetLastError(0);                                                                      \
        int call_failed = !(call);                                                            \
        check_error((name), call_failed, GetLastError(), (expected), #call, __LINE__);        \
    } while (0)

/* A check that Wine fails and Windows passes: `why` names the documented behaviour. */
#define CHECK_WINE_WRONG(name, condition, why) \
    check_condition((name), ((condition) ? 1 : 0) || oracle_is_wine(), #condition " (" why ")", __LINE__)

static inline int run_checks(int argc, char **argv, const struct check_group *groups, size_t count)
{
    int chosen;
    for (chosen = 1; chosen < argc; chosen++)
    {
        size_t i = 0;
        while (i < count && strcmp(groups[i].name, argv[chosen]))
            i++;
        if (i == count)
        {
            fprintf(stderr, "no group '%s' in this program\n", argv[chosen]);
            return CHECKS_UNKNOWN_GROUP;
        }
        groups[i].run();
    }
    if (argc <= 1)
    {
        size_t i;
        for (i = 0; i < count; i++)
            groups[i].run();
    }
    return checks_failed > CHECKS_MAX_EXIT_CODE ? CHECKS_MAX_EXIT_CODE : checks_failed;
}

/* A handle is good where it is neither NULL nor INVALID_HANDLE_VALUE; closes it. Returns 1 for a good handle. */
static inline int close_good(HANDLE handle)
{
    if (!handle || handle == INVALID_HANDLE_VALUE)
        return 0;
    CloseHandle(handle);
    return 1;
}

#endif
