/* What belongs to a start and to no other: arguments, environment, folder, time, the cookie that the loader sets. Printed for a comparison of runs. The
 * cookie's load configuration lies in a section of its own, and the test that needs it enters it into the headers: this linker does not. */
#include "checks.h"

#define UNSET_COOKIE 0x00002b992ddfa232ull

volatile ULONGLONG loader_cookie = UNSET_COOKIE;

__attribute__((section(".ldcfg"), used)) const IMAGE_LOAD_CONFIG_DIRECTORY64 load_configuration =
    { .Size = sizeof(IMAGE_LOAD_CONFIG_DIRECTORY64), .SecurityCookie = (ULONGLONG)&loader_cookie };

static void print_text(const char *name, const WCHAR *text)
{
    printf("%s ", name);
    for (; *text; text++)
    {
        printf(*text > ' ' && *text < 127 ? "%c" : "{%x}", *text);
    }
    printf("\n");
}

static void start(void)
{
    static WCHAR text[0x8000];
    STARTUPINFOW info = { .cb = sizeof info };
    DYNAMIC_TIME_ZONE_INFORMATION zone;
    ULARGE_INTEGER now;
    WCHAR *environment = GetEnvironmentStringsW();
    size_t variables = 0;
    BOOL complete = TRUE;
    print_text("command", wcsstr(GetCommandLineW(), L"launch_start.exe"));
    GetEnvironmentVariableW(L"LAUNCH_VALUE", text, ARRAY_COUNT(text));
    print_text("value", text);
    GetCurrentDirectoryW(ARRAY_COUNT(text), text);
    print_text("folder", text);
    for (WCHAR *variable = environment; *variable; variable += wcslen(variable) + 1)
    {
        variables++;
        complete &= wcschr(variable + 1, '=') != NULL;
    }
    CHECK("start.every-variable-has-a-value", complete);
    printf("variables %zu\n", variables);
    CHECK("start.variable-set", SetEnvironmentVariableW(L"LAUNCH_OTHER", L"other") && GetEnvironmentVariableW(L"LAUNCH_OTHER", text, 16) == 5 && !wcscmp(text, L"other"));
    GetStartupInfoW(&info);
    CHECK("start.title", info.lpTitle != NULL && wcslen(info.lpTitle) > 0);
    CHECK("start.folder-set", SetCurrentDirectoryW(L"C:\\windows") && GetCurrentDirectoryW(ARRAY_COUNT(text), text) == 10 && !_wcsicmp(text, L"C:\\windows"));
    GetSystemTimeAsFileTime((FILETIME *)&now);
    printf("time %llu\n", now.QuadPart / 10000000 - 11644473600ull);
    CHECK("start.time-zone", GetDynamicTimeZoneInformation(&zone) != TIME_ZONE_ID_INVALID);
    print_text("zone", zone.TimeZoneKeyName);
    print_text("standard", zone.StandardName);
    print_text("daylight", zone.DaylightName);
    printf("bias %ld\n", zone.Bias);
    printf("cookie %llx\n", loader_cookie);
    printf("ids %lu %lu\n", GetCurrentProcessId() & 3, GetCurrentThreadId() & 3);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = { { "start", start } };
    (void)argc;
    return run_checks(1, argv, groups, ARRAY_COUNT(groups));
}
