/* System and process information, clocks, locale, registry calls without a Win32 name, and a session without a display. */
#include "checks.h"
#include "nt.h"
#include <powrprof.h>
#include <wchar.h>

#define FUNCTION(name) ((NTSTATUS(NTAPI *)())(void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name))

static void system_group(void)
{
    BYTE buffer[8192];
    ULONG length = 0, relation = 0xffff, architectures[64] = {0};
    ULONGLONG process = 0;
    SYSTEM_TIMEOFDAY_INFORMATION now;
    CHECK_STATUS("system.basic-short", NtQuerySystemInformation(SystemBasicInformation, buffer, 10, &length), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_EQ("system.basic-length", length, 64);
    CHECK_STATUS("system.basic", NtQuerySystemInformation(SystemBasicInformation, buffer, 64, &length), STATUS_SUCCESS);
    CHECK_STATUS("system.time", NtQuerySystemInformation(SystemTimeOfDayInformation, &now, 48, &length), STATUS_SUCCESS);
    CHECK_STATUS("system.time-part", NtQuerySystemInformation(SystemTimeOfDayInformation, &now, 8, &length), STATUS_SUCCESS);
    CHECK_STATUS("system.processes", NtQuerySystemInformation(SystemProcessInformation, buffer, 0, &length), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS("system.random", NtQuerySystemInformation(SystemInterruptInformation, buffer, sizeof buffer, &length), STATUS_SUCCESS);
    CHECK_STATUS("system.unknown", NtQuerySystemInformation(0xfff, buffer, sizeof buffer, &length), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS("system.processors", FUNCTION("NtQuerySystemInformationEx")(107, &relation, 4, buffer, (ULONG)sizeof buffer, &length), STATUS_SUCCESS);
    CHECK("system.processors-records", *(ULONG *)(buffer + 4) >= 48 && length % 8 == 0);
    CHECK_STATUS("system.architectures", FUNCTION("NtQuerySystemInformationEx")(181, &process, 8, architectures, (ULONG)sizeof architectures, &length), STATUS_SUCCESS);
    CHECK_EQ("system.architecture", architectures[0] & 0xffff, IMAGE_FILE_MACHINE_AMD64);
}

static void process_group(void)
{
    ULONG mode = 0, returned = 0, zero = 0;
    BYTE buffer[1024];
    CHECK("process.priority", SetPriorityClass(GetCurrentProcess(), HIGH_PRIORITY_CLASS) && GetPriorityClass(GetCurrentProcess()) == HIGH_PRIORITY_CLASS);
    CHECK("process.priority-back", SetPriorityClass(GetCurrentProcess(), NORMAL_PRIORITY_CLASS) && GetPriorityClass(GetCurrentProcess()) == NORMAL_PRIORITY_CLASS);
    CHECK("process.error-mode", (SetErrorMode(SEM_NOGPFAULTERRORBOX), GetErrorMode() == SEM_NOGPFAULTERRORBOX));
    CHECK_WINE_WRONG("process.set-short", FUNCTION("NtSetInformationProcess")(NT_CURRENT_PROCESS, 12, &zero, 1) == STATUS_INFO_LENGTH_MISMATCH, "a wrong length is STATUS_INFO_LENGTH_MISMATCH");
    CHECK_STATUS("process.query-short", NtQueryInformationProcess(NT_CURRENT_PROCESS, ProcessBasicInformation, buffer, 10, &returned), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS("process.cookie", NtQueryInformationProcess(NT_CURRENT_PROCESS, 36, &mode, 4, &returned), STATUS_SUCCESS);
    CHECK("process.fiber", ConvertThreadToFiber(NULL) && CreateFiber(0, (LPFIBER_START_ROUTINE)(void *)process_group, NULL) && ConvertFiberToThread());
}

static void clock_group(void)
{
    LARGE_INTEGER counter, frequency, later;
    ULONG minimum = 0, maximum = 0, current = 0;
    CHECK_STATUS("clock.counter", FUNCTION("NtQueryPerformanceCounter")(&counter, &frequency), STATUS_SUCCESS);
    Sleep(20);
    FUNCTION("NtQueryPerformanceCounter")(&later, NULL);
    CHECK("clock.counts", frequency.QuadPart == 10000000 && later.QuadPart - counter.QuadPart >= 150000);
    CHECK_STATUS("clock.resolution", FUNCTION("NtQueryTimerResolution")(&minimum, &maximum, &current), STATUS_SUCCESS);
    CHECK("clock.resolution-range", minimum >= maximum && current >= maximum && current <= minimum);
    CHECK_STATUS("clock.set-resolution", FUNCTION("NtSetTimerResolution")(10000, TRUE, &current), STATUS_SUCCESS);
    CHECK_STATUS("clock.bad-pointer", FUNCTION("NtQueryPerformanceCounter")((void *)8, NULL), STATUS_ACCESS_VIOLATION);
}

static void locale_group(void)
{
    LANGID language = 0;
    LCID old = GetUserDefaultLCID();
    CHECK("locale.ui-language", FUNCTION("NtQueryDefaultUILanguage")(&language) == STATUS_SUCCESS && language != 0);
    CHECK("locale.set-ui-language", FUNCTION("NtSetDefaultUILanguage")(language) == STATUS_SUCCESS);
    CHECK("locale.install-language", FUNCTION("NtQueryInstallUILanguage")(&language) == STATUS_SUCCESS && language != 0);
    CHECK_STATUS("locale.set", FUNCTION("NtSetDefaultLocale")(TRUE, old), STATUS_SUCCESS);
}

static void machine_group(void)
{
    SYSTEM_POWER_CAPABILITIES power;
    ULARGE_INTEGER time;
    ULONG range = 0, sequence = 0, type = 0, value = 0, length = 0;
    BYTE seed[6];
    UNICODE_STRING name;
    CHECK_STATUS("machine.power", FUNCTION("NtPowerInformation")(SystemPowerCapabilities, NULL, 0, &power, (ULONG)sizeof power), STATUS_SUCCESS);
    CHECK_WINE_WRONG("machine.uuids", FUNCTION("NtAllocateUuids")(&time, &range, &sequence, seed) == STATUS_SUCCESS && range > 0, "the call fills its results");
    RtlInitUnicodeString(&name, L"Kernel-MUI-Number-Allowed");
    CHECK_STATUS("machine.license", FUNCTION("NtQueryLicenseValue")(&name, &type, &value, 4, &length), STATUS_SUCCESS);
    CHECK("machine.license-value", type == REG_DWORD && length == 4 && value == 1000);
    RtlInitUnicodeString(&name, L"No-Such-License");
    CHECK_STATUS("machine.no-license", FUNCTION("NtQueryLicenseValue")(&name, &type, &value, 4, &length), STATUS_OBJECT_NAME_NOT_FOUND);
}

static void keys_group(void)
{
    static const WCHAR path[] = L"Software\\PortableVirtSystemTest";
    HKEY key = NULL, again = NULL;
    HANDLE changed = CreateEventW(NULL, TRUE, FALSE, NULL);
    UNICODE_STRING name;
    IO_STATUS_BLOCK status = {0};
    VALENTW entries[2] = {{.ve_valuename = (WCHAR *)L"one"}, {.ve_valuename = (WCHAR *)L"two"}};
    WCHAR buffer[64];
    DWORD length = sizeof buffer, flags = 4;
    LARGE_INTEGER time = {.QuadPart = 0x1d5000000000000};
    struct
    {
        UNICODE_STRING *name;
        ULONG length, offset, type;
    } entry = {.name = &name};
    ULONG needed = 0;
    RegDeleteTreeW(HKEY_CURRENT_USER, path);
    RegCreateKeyExW(HKEY_CURRENT_USER, path, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL);
    RegSetValueExW(key, L"one", 0, REG_SZ, (const BYTE *)L"1", 4);
    RegSetValueExW(key, L"two", 0, REG_SZ, (const BYTE *)L"22", 6);
    CHECK_EQ("keys.flush", RegFlushKey(key), ERROR_SUCCESS);
    CHECK_WINE_WRONG("keys.multiple-values", RegQueryMultipleValuesW(key, entries, 2, buffer, &length) == ERROR_SUCCESS && length == 10 && !wcscmp((WCHAR *)entries[1].ve_valueptr, L"22"), "both values fit the buffer");
    RtlInitUnicodeString(&name, L"two");
    CHECK_WINE_WRONG("keys.multiple-native", FUNCTION("NtQueryMultipleValueKey")(key, &entry, 1, buffer, &length, &needed) == STATUS_SUCCESS && needed == 6 && entry.length == 6 && entry.type == REG_SZ, "the native call returns the value");
    CHECK_STATUS("keys.notify", FUNCTION("NtNotifyChangeMultipleKeys")(key, 0, NULL, changed, NULL, NULL, &status, REG_NOTIFY_CHANGE_LAST_SET, FALSE, NULL, 0, TRUE), STATUS_PENDING);
    CHECK_EQ("keys.no-change", WaitForSingleObject(changed, 0), WAIT_TIMEOUT);
    RegSetValueExW(key, L"one", 0, REG_SZ, (const BYTE *)L"2", 4);
    CHECK_EQ("keys.changed", WaitForSingleObject(changed, 5000), WAIT_OBJECT_0);
    CHECK_WINE_WRONG("keys.set-time", FUNCTION("NtSetInformationKey")(key, 0, &time, 8) == STATUS_SUCCESS, "KeyWriteTimeInformation is settable");
    CHECK_WINE_WRONG("keys.set-flags", FUNCTION("NtSetInformationKey")(key, 2, &flags, 4) == STATUS_SUCCESS, "KeyControlFlagsInformation is settable");
    RtlInitUnicodeString(&name, L"PortableVirtRenamedTest");
    CHECK_STATUS("keys.rename", FUNCTION("NtRenameKey")(key, &name), STATUS_SUCCESS);
    CHECK_EQ("keys.renamed", RegOpenKeyExW(HKEY_CURRENT_USER, L"Software\\PortableVirtRenamedTest", 0, KEY_READ, &again), ERROR_SUCCESS);
    RegCloseKey(again);
    RegCloseKey(key);
    RegDeleteTreeW(HKEY_CURRENT_USER, L"Software\\PortableVirtRenamedTest");
    CloseHandle(changed);
}

static void session_group(void)
{
    HWINSTA station = GetProcessWindowStation();
    USEROBJECTFLAGS flags;
    WCHAR name[40];
    DWORD length;
    HANDLE event = CreateEventW(NULL, TRUE, TRUE, NULL);
    HDESK desktop;
    CHECK("session.station", station && GetUserObjectInformationW(station, UOI_NAME, name, sizeof name, &length) && !_wcsicmp(name, L"WinSta0"));
    CHECK("session.flags", GetUserObjectInformationW(station, UOI_FLAGS, &flags, sizeof flags, &length) && length == sizeof flags);
    CHECK_ERROR("session.name-needs-length", GetUserObjectInformationW(station, UOI_NAME, name, 2, &length), ERROR_INSUFFICIENT_BUFFER);
    CHECK("session.desktop", GetThreadDesktop(GetCurrentThreadId()) != NULL);
    CHECK("session.input-desktop", (desktop = OpenInputDesktop(0, FALSE, DESKTOP_READOBJECTS)) != NULL && CloseDesktop(desktop));
    CHECK_WINE_WRONG("session.own-station-stays", !CloseWindowStation(station), "the process's own window station cannot be closed");
    CHECK_EQ("session.icon-size", GetSystemMetrics(SM_CXICON), 32);
    CHECK("session.dialog-units", GetDialogBaseUnits() != 0);
    CHECK("session.keyboard", GetKeyboardLayout(0) != NULL);
    CHECK("session.times", GetDoubleClickTime() == 500 && GetCaretBlinkTime() >= 100);
    CHECK("session.dpi-aware", SetProcessDPIAware());
    CHECK("session.dpi", GetDpiForSystem() == 96);
    CHECK_EQ("session.wait-object", MsgWaitForMultipleObjects(1, &event, FALSE, 1000, QS_ALLINPUT), WAIT_OBJECT_0);
    ResetEvent(event);
    CHECK_EQ("session.wait-timeout", MsgWaitForMultipleObjects(1, &event, FALSE, 10, QS_ALLINPUT), WAIT_TIMEOUT);
    CloseHandle(event);
}

/* The oracle has no display to keep a clipboard; it is not asked. */
static void clipboard_group(void)
{
    HGLOBAL memory = GlobalAlloc(GMEM_MOVEABLE, 10);
    DWORD before = GetClipboardSequenceNumber();
    WCHAR *text;
    CHECK("clipboard.open", oracle_is_wine() || (OpenClipboard(NULL) && EmptyClipboard()));
    CHECK("clipboard.empty", oracle_is_wine() || CountClipboardFormats() == 0);
    wcscpy(GlobalLock(memory), L"text");
    GlobalUnlock(memory);
    CHECK("clipboard.set", oracle_is_wine() || (SetClipboardData(CF_UNICODETEXT, memory) && CloseClipboard()));
    CHECK("clipboard.available", oracle_is_wine() || (IsClipboardFormatAvailable(CF_UNICODETEXT) && !IsClipboardFormatAvailable(CF_HDROP) && GetClipboardSequenceNumber() != before));
    CHECK("clipboard.get", oracle_is_wine() || (OpenClipboard(NULL) && (text = GlobalLock(GetClipboardData(CF_UNICODETEXT))) && !wcscmp(text, L"text") && CloseClipboard()));
    CHECK("clipboard.not-open", oracle_is_wine() || (!CloseClipboard() && GetLastError() == ERROR_CLIPBOARD_NOT_OPEN));
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"system", system_group}, {"process", process_group}, {"clock", clock_group}, {"locale", locale_group},
        {"machine", machine_group}, {"keys", keys_group}, {"session", session_group}, {"clipboard", clipboard_group}};
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
