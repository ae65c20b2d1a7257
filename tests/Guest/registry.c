/* The registry: keys, values of every type, enumeration, deletion, rights, notification. */
#include "checks.h"
#include "nt.h"
#include <wchar.h>

#define ROOT L"Software\\PortableVirtChecks"

static HKEY root;

static LSTATUS set(HKEY key, const WCHAR *name, DWORD type, const void *data, DWORD length)
{
    return RegSetValueExW(key, name, 0, type, data, length);
}

static int comes_back(const WCHAR *name, DWORD type, const void *data, DWORD length)
{
    BYTE buffer[256];
    DWORD got_type = 999, got_length = sizeof buffer;
    return !set(root, name, type, data, length) && !RegQueryValueExW(root, name, NULL, &got_type, buffer, &got_length) &&
           got_type == type && got_length == length && !memcmp(buffer, data, length);
}

static LSTATUS create(HKEY parent, const WCHAR *name, HKEY *key, DWORD *disposition)
{
    return RegCreateKeyExW(parent, name, 0, NULL, 0, KEY_ALL_ACCESS, NULL, key, disposition);
}

static void keys_group(void)
{
    HKEY key, other;
    DWORD disposition = 0;
    RegDeleteTreeW(HKEY_CURRENT_USER, ROOT);
    CHECK("keys.create", !create(HKEY_CURRENT_USER, ROOT, &root, &disposition) &&
                             disposition == REG_CREATED_NEW_KEY);
    CHECK("keys.open-by-create", !create(HKEY_CURRENT_USER, ROOT, &key, &disposition) &&
                                     disposition == REG_OPENED_EXISTING_KEY);
    RegCloseKey(key);
    CHECK("keys.nested", !create(root, L"a\\b\\c", &key, &disposition) && disposition == REG_CREATED_NEW_KEY);
    CHECK("keys.case-insensitive", !RegOpenKeyExW(root, L"A\\B\\C", 0, KEY_READ, &other));
    RegCloseKey(other);
    CHECK_EQ("keys.open-missing", RegOpenKeyExW(root, L"missing", 0, KEY_READ, &other), ERROR_FILE_NOT_FOUND);
    CHECK_EQ("keys.empty-name-is-same-key", RegOpenKeyExW(root, L"", 0, KEY_READ, &other), ERROR_SUCCESS);
    RegCloseKey(other);
    CHECK_EQ("keys.delete-with-subkeys", RegDeleteKeyW(root, L"a"), ERROR_ACCESS_DENIED);
    CHECK_EQ("keys.delete", RegDeleteKeyW(root, L"a\\b\\c"), ERROR_SUCCESS);
    CHECK_EQ("keys.use-deleted", set(key, L"x", REG_SZ, L"x", 4), ERROR_KEY_DELETED);
    RegCloseKey(key);
    CHECK_EQ("keys.delete-missing", RegDeleteKeyW(root, L"a\\b\\c"), ERROR_FILE_NOT_FOUND);
    CHECK("keys.delete-tree", !RegDeleteTreeW(root, L"a") && RegOpenKeyExW(root, L"a", 0, KEY_READ, &key));
    CHECK("keys.non-ascii", !create(root, L"\x00dcnic\x00f6" L"de \x65e5", &key, NULL) && !RegCloseKey(key) &&
                                !RegOpenKeyExW(root, L"\x00fcNIC\x00d6" L"DE \x65e5", 0, KEY_READ, &key));
    RegCloseKey(key);
    CHECK_EQ("keys.close-bad-handle", RegCloseKey((HKEY)(ULONG_PTR)0x7770), ERROR_INVALID_HANDLE);
}

static void values_group(void)
{
    static const WCHAR multi[] = L"one\0two\0three\0";
    BYTE bytes[200], big[70000];
    DWORD number = 0xdeadbeef, type, length, i;
    unsigned long long wide = 0x0123456789abcdefULL;
    BYTE *copy = malloc(sizeof big);
    for (i = 0; i < sizeof bytes; i++)
        bytes[i] = (BYTE)i;
    for (i = 0; i < sizeof big; i++)
        big[i] = (BYTE)(i * 31);
    CHECK("values.sz", comes_back(L"sz", REG_SZ, L"text", 10));
    CHECK("values.sz-unicode", comes_back(L"sz-unicode", REG_SZ, L"\x65e5\x672c\xd83d\xde00", 10));
    CHECK("values.expand-sz", comes_back(L"expand", REG_EXPAND_SZ, L"%PATH%;x", 18));
    CHECK("values.multi-sz", comes_back(L"multi", REG_MULTI_SZ, multi, sizeof multi));
    CHECK("values.binary", comes_back(L"binary", REG_BINARY, bytes, sizeof bytes));
    CHECK("values.dword", comes_back(L"dword", REG_DWORD, &number, 4));
    CHECK("values.dword-big-endian", comes_back(L"dword-be", REG_DWORD_BIG_ENDIAN, &number, 4));
    CHECK("values.qword", comes_back(L"qword", REG_QWORD, &wide, 8));
    CHECK("values.none", comes_back(L"none", REG_NONE, bytes, 7));
    CHECK("values.empty", comes_back(L"empty", REG_BINARY, bytes, 0));
    CHECK("values.odd-type", comes_back(L"odd-type", 0x12345678, bytes, 3));
    CHECK("values.default", comes_back(L"", REG_SZ, L"default", 16) && comes_back(NULL, REG_SZ, L"again", 12));
    CHECK("values.change-type", comes_back(L"sz", REG_DWORD, &number, 4));
    CHECK("values.case-insensitive", !RegQueryValueExW(root, L"DWORD", NULL, &type, NULL, NULL) && type == REG_DWORD);
    length = sizeof big;
    CHECK("values.big", !set(root, L"big", REG_BINARY, big, sizeof big) &&
                            !RegQueryValueExW(root, L"big", NULL, &type, copy, &length) && length == sizeof big &&
                            !memcmp(big, copy, sizeof big));
    length = 10;
    CHECK_EQ("values.too-small", RegQueryValueExW(root, L"binary", NULL, &type, big, &length), ERROR_MORE_DATA);
    CHECK_EQ("values.too-small-tells-size", length, sizeof bytes);
    length = 0;
    CHECK("values.size-only", !RegQueryValueExW(root, L"big", NULL, NULL, NULL, &length) && length == sizeof big);
    CHECK_EQ("values.missing", RegQueryValueExW(root, L"missing", NULL, NULL, NULL, NULL), ERROR_FILE_NOT_FOUND);
    CHECK("values.delete", !RegDeleteValueW(root, L"none") &&
                               RegDeleteValueW(root, L"none") == ERROR_FILE_NOT_FOUND);
    length = sizeof bytes;
    set(root, L"ansi", REG_SZ, L"plain", 12);
    CHECK("values.ansi", !RegQueryValueExA(root, "ansi", NULL, &type, bytes, &length) && length == 6 &&
                             !strcmp((char *)bytes, "plain"));
    length = sizeof number;
    CHECK("values.get-value", !RegGetValueW(HKEY_CURRENT_USER, ROOT, L"dword", RRF_RT_REG_DWORD, NULL, &number, &length) &&
                                  number == 0xdeadbeef);
    CHECK_EQ("values.get-value-wrong-type",
             RegGetValueW(root, NULL, L"dword", RRF_RT_REG_SZ, NULL, bytes, &length), ERROR_UNSUPPORTED_TYPE);
    length = sizeof bytes;
    SetEnvironmentVariableW(L"PV_EXPAND", L"grown");
    set(root, L"expand", REG_EXPAND_SZ, L"<%PV_EXPAND%>", 28);
    CHECK("values.get-value-expands", !RegGetValueW(root, NULL, L"expand", RRF_RT_REG_SZ, NULL, bytes, &length) &&
                                          !wcscmp((WCHAR *)bytes, L"<grown>"));
    free(copy);
}

static void enumerate_group(void)
{
    WCHAR name[64];
    HKEY key, parent;
    DWORD i, length, keys, values, longest_key, longest_name, longest_data, bits = 0;
    FILETIME written, later;
    BYTE data[8];
    create(root, L"list", &parent, NULL);
    for (i = 0; i < 20; i++)
    {
        swprintf(name, ARRAY_COUNT(name), L"key%02lu", i);
        create(parent, name, &key, NULL);
        RegCloseKey(key);
        swprintf(name, ARRAY_COUNT(name), L"value%02lu", i);
        set(parent, name, REG_DWORD, &i, 4);
    }
    for (i = 0; length = ARRAY_COUNT(name), !RegEnumKeyExW(parent, i, name, &length, NULL, NULL, NULL, NULL); i++)
        bits |= length == 5 ? 1u << wcstoul(name + 3, NULL, 10) : 0;
    CHECK("enumerate.keys", i == 20 && bits == 0xfffff);
    CHECK_EQ("enumerate.keys-end", RegEnumKeyExW(parent, 20, name, &length, NULL, NULL, NULL, NULL),
             ERROR_NO_MORE_ITEMS);
    length = 5;
    CHECK_EQ("enumerate.name-too-small", RegEnumKeyExW(parent, 0, name, &length, NULL, NULL, NULL, NULL),
             ERROR_MORE_DATA);
    for (i = bits = 0;; i++)
    {
        DWORD size = sizeof data, type = 0;
        length = ARRAY_COUNT(name);
        if (RegEnumValueW(parent, i, name, &length, NULL, &type, data, &size))
            break;
        if (type == REG_DWORD && size == 4 && wcstoul(name + 5, NULL, 10) == *(DWORD *)data)
            bits |= 1u << *(DWORD *)data;
    }
    CHECK("enumerate.values", i == 20 && bits == 0xfffff);
    CHECK("enumerate.information", !RegQueryInfoKeyW(parent, NULL, NULL, NULL, &keys, &longest_key, NULL, &values,
                                                     &longest_name, &longest_data, NULL, &written) &&
                                       keys == 20 && longest_key == 5 && values == 20 && longest_name == 7 &&
                                       longest_data == 4);
    Sleep(20);
    set(parent, L"value00", REG_SZ, L"longer text", 24);
    CHECK("enumerate.write-time", !RegQueryInfoKeyW(parent, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, &longest_data,
                                                    NULL, &later) &&
                                      CompareFileTime(&later, &written) > 0 && longest_data == 24);
    RegDeleteKeyW(parent, L"key07");
    CHECK("enumerate.after-delete", !RegQueryInfoKeyW(parent, NULL, NULL, NULL, &keys, NULL, NULL, NULL, NULL, NULL, NULL,
                                                      NULL) && keys == 19);
    RegCloseKey(parent);
}

static void rights_group(void)
{
    HKEY key, child;
    DWORD type, length;
    WCHAR text[64] = L"";
    RegOpenKeyExW(HKEY_CURRENT_USER, ROOT, 0, KEY_READ, &key);
    CHECK_EQ("rights.set-through-read", set(key, L"x", REG_SZ, L"x", 4), ERROR_ACCESS_DENIED);
    RegCloseKey(key);
    RegOpenKeyExW(HKEY_CURRENT_USER, ROOT, 0, KEY_SET_VALUE, &key);
    CHECK_EQ("rights.query-through-write", RegQueryValueExW(key, L"dword", NULL, &type, NULL, NULL), ERROR_ACCESS_DENIED);
    RegCloseKey(key);
    CHECK("rights.machine-version", !RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
                                                   0, KEY_READ, &key));
    length = sizeof text;
    CHECK("rights.machine-system-root", !RegQueryValueExW(key, L"SystemRoot", NULL, &type, (BYTE *)text, &length) &&
                                            !_wcsicmp(text, L"C:\\windows"));
    RegCloseKey(key);
    create(root, L"volatile", &key, NULL);
    RegCloseKey(key);
    CHECK("rights.volatile-key", !RegCreateKeyExW(root, L"gone", 0, NULL, REG_OPTION_VOLATILE, KEY_ALL_ACCESS, NULL, &key,
                                                  NULL));
    CHECK("rights.child-of-volatile", RegCreateKeyExW(key, L"x", 0, NULL, 0, KEY_ALL_ACCESS, NULL, &child, NULL) ==
                                              ERROR_CHILD_MUST_BE_VOLATILE);
    RegCloseKey(key);
}

static void notify_group(void)
{
    HKEY key;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    create(root, L"notify", &key, NULL);
    CHECK_EQ("notify.ask", RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, event, TRUE), ERROR_SUCCESS);
    CHECK_EQ("notify.quiet", WaitForSingleObject(event, 20), WAIT_TIMEOUT);
    set(key, L"x", REG_SZ, L"x", 4);
    CHECK_EQ("notify.value", WaitForSingleObject(event, 3000), WAIT_OBJECT_0);
    ResetEvent(event);
    set(key, L"y", REG_SZ, L"x", 4);
    CHECK_EQ("notify.once", WaitForSingleObject(event, 20), WAIT_TIMEOUT);
    RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, event, TRUE);
    RegCloseKey(key);
    CHECK_EQ("notify.close-signals", WaitForSingleObject(event, 3000), WAIT_OBJECT_0);
    CloseHandle(event);
}

/* One request that waits for two keys. */
static void multiple_keys(HKEY first)
{
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK io = {0};
    HKEY second;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    create(root, L"Second", &second, NULL);
    RtlInitUnicodeString(&name, L"");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, second, NULL);
    CHECK_WINE_WRONG("native.watch-two", NtNotifyChangeMultipleKeys(first, 1, &attributes, event, NULL, NULL, &io, REG_NOTIFY_CHANGE_LAST_SET, FALSE, NULL, 0, TRUE) ==
                                             STATUS_PENDING, "one key more can be watched");
    set(second, L"w", REG_DWORD, "\1\2\3\4", 4);
    CHECK_WINE_WRONG("native.second-changed", WaitForSingleObject(event, 3000) == WAIT_OBJECT_0, "a change of the second key ends the request");
    ResetEvent(event);
    set(first, L"w", REG_DWORD, "\1\2\3\4", 4);
    CHECK_WINE_WRONG("native.ended-once", WaitForSingleObject(event, 20) == WAIT_TIMEOUT, "the request has ended for both keys");
    RegCloseKey(second);
    CloseHandle(event);
}

static void native_group(void)
{
    BYTE raw[512];
    ULONG length;
    NTSTATUS status;
    UNICODE_STRING name;
    HKEY key;
    create(root, L"Native", &key, NULL);
    set(key, L"v", REG_DWORD, "\1\2\3\4", 4);
    CHECK("native.key-name", !NtQueryKey(key, 3, raw, sizeof raw, &length) && *(ULONG *)raw > 50 &&
                                 !wmemcmp((WCHAR *)(raw + 4), L"\\REGISTRY\\", 10));
    RtlInitUnicodeString(&name, L"v");
    status = NtQueryValueKey(key, &name, 2, raw, 8, &length);
    CHECK("native.header-too-small", status == STATUS_BUFFER_TOO_SMALL && length == 16);
    status = NtQueryValueKey(key, &name, 2, raw, 12, &length);
    CHECK("native.data-too-small", status == STATUS_BUFFER_OVERFLOW && length == 16 && ((ULONG *)raw)[2] == 4);
    status = NtQueryValueKey(key, &name, 2, raw, 16, &length);
    CHECK("native.partial-information", !status && ((ULONG *)raw)[1] == REG_DWORD && !memcmp(raw + 12, "\1\2\3\4", 4));
    RtlInitUnicodeString(&name, L"none");
    CHECK_STATUS("native.missing", NtQueryValueKey(key, &name, 2, raw, 16, &length), STATUS_OBJECT_NAME_NOT_FOUND);
    multiple_keys(key);
    RegCloseKey(key);
    CHECK_EQ("native.clean-up", RegDeleteTreeW(HKEY_CURRENT_USER, ROOT), ERROR_SUCCESS);
    CHECK("native.gone", RegOpenKeyExW(HKEY_CURRENT_USER, ROOT, 0, KEY_READ, &key) == ERROR_FILE_NOT_FOUND);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"keys", keys_group},     {"values", values_group}, {"enumerate", enumerate_group},
        {"rights", rights_group}, {"notify", notify_group}, {"native", native_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
