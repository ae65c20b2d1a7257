/* The process about itself: command line, environment, folders, version, time, locale, system information. */
#include "checks.h"
#include "nt.h"
#include <shellapi.h>
#include <wchar.h>

static int splits_into(const WCHAR *line, int count, const WCHAR *const *expected)
{
    int actual = 0, i;
    WCHAR **arguments = CommandLineToArgvW(line, &actual);
    int right = arguments && actual == count;
    for (i = 0; right && i < count; i++)
        right = !wcscmp(arguments[i], expected[i]);
    LocalFree(arguments);
    return right;
}

static void command_line_group(void)
{
    WCHAR path[MAX_PATH], *name;
    CHECK("command-line.has-program", wcsstr(GetCommandLineW(), L"process_info") != NULL);
    CHECK("command-line.ansi", strstr(GetCommandLineA(), "process_info") != NULL);
    CHECK("command-line.quotes", splits_into(L"p \"a b\" c", 3, (const WCHAR *[]){L"p", L"a b", L"c"}));
    CHECK("command-line.escaped-quote", splits_into(L"p \"a\\\"b\" c\\\"d", 3, (const WCHAR *[]){L"p", L"a\"b", L"c\"d"}));
    CHECK("command-line.backslashes", splits_into(L"p a\\\\b \"a\\\\\"", 3, (const WCHAR *[]){L"p", L"a\\\\b", L"a\\"}));
    CHECK("command-line.empty-argument", splits_into(L"p \"\" x", 3, (const WCHAR *[]){L"p", L"", L"x"}));
    CHECK("command-line.unicode", splits_into(L"p \x65e5\x672c", 2, (const WCHAR *[]){L"p", L"\x65e5\x672c"}));
    CHECK("module.file-name", GetModuleFileNameW(NULL, path, MAX_PATH) && (name = wcsrchr(path, L'\\')) &&
                                  !_wcsicmp(name, L"\\process_info.exe"));
    CHECK("module.file-exists", GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES);
    CHECK_ERROR("module.file-name-too-small", GetModuleFileNameW(NULL, path, 5) != 5, ERROR_INSUFFICIENT_BUFFER);
    CHECK("module.handle-is-image", *(WORD *)GetModuleHandleW(NULL) == IMAGE_DOS_SIGNATURE);
}

static void environment_group(void)
{
    WCHAR value[300], *block, *at;
    int found = 0;
    CHECK("environment.set", SetEnvironmentVariableW(L"PV_Value", L"\x00e4 text") &&
                                 GetEnvironmentVariableW(L"pv_VALUE", value, 300) == 6 && !wcscmp(value, L"\x00e4 text"));
    CHECK_EQ("environment.needed-size", GetEnvironmentVariableW(L"PV_VALUE", value, 3), 7);
    block = GetEnvironmentStringsW();
    for (at = block; *at; at += wcslen(at) + 1)
        found += !wcscmp(at, L"PV_Value=\x00e4 text");
    FreeEnvironmentStringsW(block);
    CHECK_EQ("environment.in-block", found, 1);
    CHECK("environment.expand", ExpandEnvironmentStringsW(L"<%PV_VALUE%|%PV_NONE%>", value, 300) == 19 &&
                                    !wcscmp(value, L"<\x00e4 text|%PV_NONE%>"));
    CHECK("environment.delete", SetEnvironmentVariableW(L"PV_VALUE", NULL));
    CHECK_ERROR("environment.missing", GetEnvironmentVariableW(L"PV_VALUE", value, 300), ERROR_ENVVAR_NOT_FOUND);
    SetEnvironmentVariableW(L"PV_EMPTY", L"");
    SetLastError(77);
    CHECK("environment.empty", GetEnvironmentVariableW(L"PV_EMPTY", value, 300) == 0 && GetLastError() != ERROR_ENVVAR_NOT_FOUND);
    CHECK("environment.system-root", GetEnvironmentVariableW(L"SystemRoot", value, 300) && !_wcsicmp(value, L"C:\\windows"));
    CHECK("environment.path", GetEnvironmentVariableW(L"PATH", value, 300) > 0);
    CHECK("environment.temporary-folder", GetTempPathW(300, value) && value[wcslen(value) - 1] == L'\\' &&
                                              GetFileAttributesW(value) & FILE_ATTRIBUTE_DIRECTORY);
    CHECK("environment.c-runtime", !_putenv("PV_CRT=yes") && !strcmp(getenv("PV_CRT"), "yes") &&
                                       GetEnvironmentVariableW(L"PV_CRT", value, 300) == 3);
}

static void folders_group(void)
{
    WCHAR path[MAX_PATH], name[64];
    DWORD length = 64;
    CHECK("folders.windows", GetWindowsDirectoryW(path, MAX_PATH) && !_wcsicmp(path, L"C:\\windows"));
    CHECK("folders.system", GetSystemDirectoryW(path, MAX_PATH) && !_wcsicmp(path, L"C:\\windows\\system32"));
    CHECK("folders.system-exists", GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES &&
                                       GetFileAttributesW(path) & FILE_ATTRIBUTE_DIRECTORY);
    CHECK("folders.kernel32-file", GetFileAttributesW(L"C:\\windows\\system32\\kernel32.dll") != INVALID_FILE_ATTRIBUTES);
    CHECK("folders.search", SearchPathW(NULL, L"kernel32.dll", NULL, MAX_PATH, path, NULL) &&
                                !_wcsicmp(path, L"C:\\windows\\system32\\kernel32.dll"));
    CHECK("folders.user-name", GetUserNameW(name, &length) && length == wcslen(name) + 1 && length > 1);
    length = 64;
    CHECK("folders.computer-name", GetComputerNameW(name, &length) && length == wcslen(name) && length > 0);
}

static void version_group(void)
{
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof version};
    SYSTEM_INFO system;
    MEMORYSTATUSEX memory = {.dwLength = sizeof memory};
    BOOL wow = TRUE;
    CHECK_WINE_WRONG("version.windows-10", !RtlGetVersion(&version) && version.dwMajorVersion == 10 && version.dwPlatformId == 2,
                     "Debian's Wine says Windows 7");
    GetSystemInfo(&system);
    CHECK("version.processors", system.dwNumberOfProcessors >= 1 && system.dwNumberOfProcessors <= 64 &&
                                    system.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_AMD64);
    CHECK("version.active-mask", system.dwActiveProcessorMask && GetActiveProcessorCount(0) == system.dwNumberOfProcessors);
    CHECK("version.memory", GlobalMemoryStatusEx(&memory) && memory.ullTotalPhys > (64 << 20) &&
                                memory.ullAvailPhys <= memory.ullTotalPhys && memory.ullTotalVirtual > 1ULL << 46);
    CHECK("version.not-wow64", IsWow64Process(GetCurrentProcess(), &wow) && !wow);
    CHECK("version.sse2", IsProcessorFeaturePresent(PF_XMMI64_INSTRUCTIONS_AVAILABLE));
    CHECK("version.features-are-cpuids", IsProcessorFeaturePresent(PF_SSE4_2_INSTRUCTIONS_AVAILABLE) == !!__builtin_cpu_supports("sse4.2") &&
                                             IsProcessorFeaturePresent(PF_AVX_INSTRUCTIONS_AVAILABLE) == !!__builtin_cpu_supports("avx") &&
                                             IsProcessorFeaturePresent(PF_AVX2_INSTRUCTIONS_AVAILABLE) == !!__builtin_cpu_supports("avx2"));
    CHECK("version.no-debugger", !IsDebuggerPresent());
    CHECK("version.process-id", GetCurrentProcessId() && !(GetCurrentProcessId() & 3));
    CHECK_EQ("version.priority-class", GetPriorityClass(GetCurrentProcess()), NORMAL_PRIORITY_CLASS);
}

static void time_group(void)
{
    LARGE_INTEGER frequency, first, second;
    ULONGLONG tick = GetTickCount64();
    FILETIME before, after, created, exited, kernel, user;
    SYSTEMTIME now;
    int i, monotonic = 1;
    CHECK("time.frequency", QueryPerformanceFrequency(&frequency) && frequency.QuadPart >= 1000000);
    QueryPerformanceCounter(&first);
    for (i = 0; i < 10000; i++, first = second)
    {
        QueryPerformanceCounter(&second);
        monotonic = monotonic && second.QuadPart >= first.QuadPart;
    }
    CHECK("time.counter-monotonic", monotonic);
    GetSystemTimeAsFileTime(&before);
    QueryPerformanceCounter(&first);
    Sleep(60);
    QueryPerformanceCounter(&second);
    GetSystemTimeAsFileTime(&after);
    CHECK("time.counter-counts-sleep", (second.QuadPart - first.QuadPart) * 1000 / frequency.QuadPart >= 50);
    CHECK("time.tick-counts-sleep", GetTickCount64() - tick >= 40);
    CHECK("time.system-time-moves", CompareFileTime(&after, &before) > 0);
    GetSystemTime(&now);
    CHECK("time.year", now.wYear >= 2024 && now.wYear < 2100 && now.wMonth >= 1 && now.wMonth <= 12);
    CHECK("time.process-times", GetProcessTimes(GetCurrentProcess(), &created, &exited, &kernel, &user) &&
                                    CompareFileTime(&created, &after) < 0 && created.dwHighDateTime);
    CHECK("time.precise", (GetSystemTimePreciseAsFileTime(&before), CompareFileTime(&before, &after) >= 0));
    tick = GetTickCount64();
    Sleep(0);
    CHECK("time.sleep-zero-returns", GetTickCount64() - tick < 3000);
}

static void locale_group(void)
{
    WCHAR text[64];
    char bytes[16];
    SYSTEMTIME when = {2024, 2, 4, 29, 13, 5, 7, 0};
    CHECK_EQ("locale.utf-8-to-wide", MultiByteToWideChar(CP_UTF8, 0, "\xc3\xa4\xf0\x9f\x98\x80", -1, text, 64), 4);
    CHECK("locale.utf-8-content", text[0] == 0xe4 && text[1] == 0xd83d && text[2] == 0xde00);
    CHECK("locale.wide-to-utf-8", WideCharToMultiByte(CP_UTF8, 0, L"\x20ac", -1, bytes, 16, NULL, NULL) == 4 &&
                                      !strcmp(bytes, "\xe2\x82\xac"));
    CHECK_ERROR("locale.bad-utf-8", MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xff", 1, text, 64),
                ERROR_NO_UNICODE_TRANSLATION);
    CHECK("locale.compare-ignores-case", CompareStringW(LOCALE_INVARIANT, NORM_IGNORECASE, L"\x00c4pfel", -1, L"\x00e4PFEL", -1) ==
                                             CSTR_EQUAL);
    CHECK("locale.compare-ordinal", CompareStringOrdinal(L"a", -1, L"B", -1, TRUE) == CSTR_LESS_THAN);
    CHECK("locale.upper", LCMapStringW(LOCALE_INVARIANT, LCMAP_UPPERCASE, L"stra\x00dfe \x00fc", -1, text, 64) &&
                              !wcscmp(text, L"STRA\x00dfE \x00dc"));
    CHECK("locale.date", GetDateFormatW(LOCALE_INVARIANT, 0, &when, L"yyyy-MM-dd dddd", text, 64) &&
                             !wcscmp(text, L"2024-02-29 Thursday"));
    CHECK("locale.time", GetTimeFormatW(LOCALE_INVARIANT, 0, &when, L"HH:mm:ss", text, 64) && !wcscmp(text, L"13:05:07"));
    CHECK("locale.code-pages", GetACP() && GetOEMCP() && IsValidCodePage(65001) && IsValidCodePage(1252));
    CHECK("locale.message", FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, ERROR_FILE_NOT_FOUND,
                                           0x409, text, 64, NULL) > 5);
    CHECK("locale.user-default", GetUserDefaultLCID() && GetUserDefaultLocaleName(text, 64) > 1);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"command-line", command_line_group}, {"environment", environment_group}, {"folders", folders_group},
        {"version", version_group}, {"time", time_group}, {"locale", locale_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
