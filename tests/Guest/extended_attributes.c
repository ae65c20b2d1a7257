/* Extended attributes of files and directories. Wine 8 has stubs for them: there the checks pass unasked. */
#include "file_helpers.h"
#include "nt.h"

NTSTATUS NTAPI NtQueryEaFile(HANDLE, IO_STATUS_BLOCK *, PVOID, ULONG, BOOLEAN, PVOID, ULONG, ULONG *, BOOLEAN);
NTSTATUS NTAPI NtSetEaFile(HANDLE, IO_STATUS_BLOCK *, PVOID, ULONG);

#define EA_CHECK(name, condition) CHECK_WINE_WRONG(name, oracle_is_wine() || (condition), "NTFS keeps extended attributes")

enum { NEED_EA = 0x80, NO_EAS_ON_FILE = (int)0xc0000052, NO_MORE_EAS = (int)0x80000012, NONEXISTENT_EA_ENTRY = (int)0xc0000051,
       INVALID_EA_NAME = (int)0x80000013, EA_LIST_INCONSISTENT = (int)0x80000014, EA_TOO_LARGE = (int)0xc0000050 };

typedef struct
{
    ULONG NextEntryOffset;
    UCHAR Flags;
    UCHAR NameLength;
    USHORT ValueLength;
    char Name[1];
} FULL_EA;

static char list[0x24000], result[0x24000];
static ULONG list_length;
static FULL_EA *last;
static IO_STATUS_BLOCK io;

static void add(UCHAR flags, const char *name, const void *value, USHORT length)
{
    FULL_EA *entry = (FULL_EA *)(list + ((list_length + 3) & ~3u));
    if (last)
        last->NextEntryOffset = (ULONG)((char *)entry - (char *)last);
    memset(entry, 0, 8);
    entry->Flags = flags;
    entry->NameLength = (UCHAR)strlen(name);
    entry->ValueLength = length;
    strcpy(entry->Name, name);
    memcpy(entry->Name + entry->NameLength + 1, value, length);
    list_length = (ULONG)(entry->Name + entry->NameLength + 1 + length - list);
    last = entry;
}

static void begin(void)
{
    list_length = 0;
    last = NULL;
}

static NTSTATUS set(HANDLE file)
{
    return NtSetEaFile(file, &io, list, list_length);
}

static NTSTATUS set_one(HANDLE file, const char *name, const char *value)
{
    begin();
    add(0, name, value, (USHORT)strlen(value));
    return set(file);
}

static ULONG ea_size(HANDLE file)
{
    ULONG size = 0xdead;
    NtQueryInformationFile(file, &io, &size, sizeof size, (FILE_INFORMATION_CLASS)7);
    return size;
}

static int is(const FULL_EA *entry, UCHAR flags, const char *name, const char *value)
{
    return entry->Flags == flags && entry->NameLength == strlen(name) && !strcmp(entry->Name, name) && entry->ValueLength == strlen(value) &&
           !memcmp(entry->Name + entry->NameLength + 1, value, strlen(value));
}

static const FULL_EA *following(const FULL_EA *entry)
{
    return (const FULL_EA *)((const char *)entry + entry->NextEntryOffset);
}

static NTSTATUS query(HANDLE file, BOOLEAN single, BOOLEAN restart)
{
    memset(result, 0x55, 64);
    return NtQueryEaFile(file, &io, result, sizeof result, single, NULL, 0, NULL, restart);
}

static NTSTATUS query_named(HANDLE file, const char *name, ULONG capacity)
{
    struct
    {
        ULONG next;
        UCHAR length;
        char name[64];
    } wanted = {0, (UCHAR)strlen(name), ""};
    strcpy(wanted.name, name);
    return NtQueryEaFile(file, &io, result, capacity, FALSE, &wanted, 5 + wanted.length + 1, NULL, TRUE);
}

static NTSTATUS create(HANDLE *file, const WCHAR *name, ULONG disposition, ULONG options)
{
    WCHAR path[MAX_PATH], native[MAX_PATH + 8] = L"\\??\\";
    UNICODE_STRING string;
    OBJECT_ATTRIBUTES attributes;
    GetFullPathNameW(name, MAX_PATH, path, NULL);
    wcscat(native, path);
    RtlInitUnicodeString(&string, native);
    InitializeObjectAttributes(&attributes, &string, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return NtCreateFile(file, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &attributes, &io, NULL, FILE_ATTRIBUTE_NORMAL, FILE_SHARE_READ, disposition,
                        options | FILE_SYNCHRONOUS_IO_NONALERT, list_length ? list : NULL, list_length);
}

static int is_supported(void)
{
    HANDLE file = open_file(L"ea.probe", READ_WRITE, SHARE_ALL, CREATE_ALWAYS);
    NTSTATUS status = set_one(file, "PROBE", "1");
    CloseHandle(file);
    DeleteFileW(L"ea.probe");
    return status >= 0;
}

static void set_group(void)
{
    const FULL_EA *first = (const FULL_EA *)result;
    HANDLE file = open_file(L"ea", READ_WRITE, SHARE_ALL, CREATE_ALWAYS), other;
    ULONG index = 2;
    int i;
    EA_CHECK("set.none-yet", query(file, FALSE, TRUE) == NO_EAS_ON_FILE && ea_size(file) == 0);
    begin();
    add(0, "first", "one", 3);
    add(NEED_EA, "Second", "zwei", 4);
    add(0, "THIRD", "trois!", 6);
    EA_CHECK("set.three", set(file) == STATUS_SUCCESS);
    EA_CHECK("set.size", ea_size(file) == 4 + (5 + 5 + 3) + (5 + 6 + 4) + (5 + 5 + 6));
    EA_CHECK("set.all", query(file, FALSE, TRUE) == STATUS_SUCCESS && is(first, 0, "FIRST", "one") && is(following(first), NEED_EA, "SECOND", "zwei") &&
                            is(following(following(first)), 0, "THIRD", "trois!") && following(following(first))->NextEntryOffset == 0);
    EA_CHECK("set.aligned", first->NextEntryOffset % 4 == 0 && first->NextEntryOffset == 20);
    EA_CHECK("set.scan-ends", query(file, FALSE, FALSE) == NO_MORE_EAS);
    EA_CHECK("set.one-by-one", query(file, TRUE, TRUE) == STATUS_SUCCESS && is(first, 0, "FIRST", "one") && query(file, TRUE, FALSE) == STATUS_SUCCESS &&
                                   is(first, NEED_EA, "SECOND", "zwei") && query(file, TRUE, FALSE) == STATUS_SUCCESS && query(file, TRUE, FALSE) == NO_MORE_EAS);
    EA_CHECK("set.by-index", NtQueryEaFile(file, &io, result, sizeof result, TRUE, NULL, 0, &index, FALSE) == STATUS_SUCCESS && is(first, NEED_EA, "SECOND", "zwei"));
    index = 4;
    EA_CHECK("set.index-after-last", NtQueryEaFile(file, &io, result, sizeof result, TRUE, NULL, 0, &index, FALSE) == NO_MORE_EAS);
    index = 9;
    EA_CHECK("set.no-such-index", NtQueryEaFile(file, &io, result, sizeof result, TRUE, NULL, 0, &index, FALSE) == NONEXISTENT_EA_ENTRY);
    EA_CHECK("set.by-name", query_named(file, "third", sizeof result) == STATUS_SUCCESS && is(first, 0, "THIRD", "trois!"));
    EA_CHECK("set.no-such-name", query_named(file, "fourth", sizeof result) == STATUS_SUCCESS && first->ValueLength == 0 && !strcmp(first->Name, "FOURTH"));
    EA_CHECK("set.too-small", query_named(file, "third", 10) == STATUS_BUFFER_TOO_SMALL);
    EA_CHECK("set.some", NtQueryEaFile(file, &io, result, 40, FALSE, NULL, 0, NULL, TRUE) == STATUS_BUFFER_OVERFLOW && is(first, 0, "FIRST", "one") &&
                             following(first)->NextEntryOffset == 0 && query(file, FALSE, FALSE) == STATUS_SUCCESS && is(first, 0, "THIRD", "trois!"));
    EA_CHECK("set.replace", set_one(file, "First", "another") == STATUS_SUCCESS && query_named(file, "first", sizeof result) == STATUS_SUCCESS && is(first, 0, "FIRST", "another"));
    EA_CHECK("set.remove", set_one(file, "first", "") == STATUS_SUCCESS && query(file, FALSE, TRUE) == STATUS_SUCCESS && is(first, NEED_EA, "SECOND", "zwei"));
    other = open_file(L"ea", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    EA_CHECK("set.seen-by-others", query(other, FALSE, FALSE) == STATUS_SUCCESS && is(first, NEED_EA, "SECOND", "zwei"));
    EA_CHECK("set.needs-the-right", set_one(other, "x", "y") == STATUS_ACCESS_DENIED);
    CloseHandle(other);
    EA_CHECK("set.bad-name", set_one(file, "a/b", "y") == INVALID_EA_NAME && set_one(file, "", "y") == INVALID_EA_NAME);
    begin();
    add(0, "good", "1", 1);
    add(0, "also", "2", 1);
    last->Name[last->NameLength] = 'x';
    EA_CHECK("set.no-terminator", set(file) == EA_LIST_INCONSISTENT && io.Information == 16);
    EA_CHECK("set.all-or-none", query_named(file, "good", sizeof result) == STATUS_SUCCESS && first->ValueLength == 0);
    begin();
    add(0, "good", "1", 1);
    last->NextEntryOffset = 0x7fffffff;
    EA_CHECK("set.wild-offset", set(file) == EA_LIST_INCONSISTENT);
    begin();
    add(0, "good", "1", 1);
    last->ValueLength = 0xffff;
    EA_CHECK("set.wild-length", set(file) == EA_LIST_INCONSISTENT);
    begin();
    add(0x41, "flags", "1", 1);
    EA_CHECK("set.unknown-flags", set(file) == INVALID_EA_NAME);
    begin();
    for (i = 0; i < 2; i++)
    {
        char name[8];
        snprintf(name, sizeof name, "BIG%d", i);
        add(0, name, result, 0x9000);
    }
    EA_CHECK("set.too-large", set(file) == EA_TOO_LARGE && query_named(file, "big0", sizeof result) == STATUS_SUCCESS && first->ValueLength == 0);
    EA_CHECK("set.nowhere-to-read", NtSetEaFile(file, &io, (void *)16, 64) == STATUS_ACCESS_VIOLATION && NtQueryEaFile(file, &io, (void *)16, 64, FALSE, NULL, 0, NULL, TRUE) == STATUS_ACCESS_VIOLATION);
    CloseHandle(file);
    DeleteFileW(L"ea");
    CreateDirectoryW(L"ea.folder", NULL);
    file = CreateFileW(L"ea.folder", READ_WRITE, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    EA_CHECK("set.folder", set_one(file, "icon", "data") == STATUS_SUCCESS && query(file, FALSE, TRUE) == STATUS_SUCCESS && is(first, 0, "ICON", "data"));
    index = 0;
    EA_CHECK("set.volume-says-so", GetVolumeInformationByHandleW(file, NULL, 0, NULL, NULL, &index, NULL, 0) && (index & FILE_SUPPORTS_EXTENDED_ATTRIBUTES));
    CloseHandle(file);
    RemoveDirectoryW(L"ea.folder");
}

static void create_group(void)
{
    const FULL_EA *first = (const FULL_EA *)result;
    HANDLE file = NULL;
    begin();
    add(NEED_EA, "born", "with it", 7);
    EA_CHECK("create.with", create(&file, L"ea.new", FILE_CREATE, 0) == STATUS_SUCCESS && query(file, FALSE, TRUE) == STATUS_SUCCESS && is(first, NEED_EA, "BORN", "with it"));
    close_good(file);
    begin();
    EA_CHECK("create.unknowing", create(&file, L"ea.new", FILE_OPEN, FILE_NO_EA_KNOWLEDGE) == STATUS_ACCESS_DENIED);
    EA_CHECK("create.open-keeps", create(&file, L"ea.new", FILE_OPEN, 0) == STATUS_SUCCESS && query(file, FALSE, TRUE) == STATUS_SUCCESS && is(first, NEED_EA, "BORN", "with it"));
    close_good(file);
    add(0, "later", "value", 5);
    EA_CHECK("create.open-ignores", create(&file, L"ea.new", FILE_OPEN, 0) == STATUS_SUCCESS && query_named(file, "later", sizeof result) == STATUS_SUCCESS && first->ValueLength == 0);
    close_good(file);
    EA_CHECK("create.overwrite-replaces", create(&file, L"ea.new", FILE_OVERWRITE, 0) == STATUS_SUCCESS && query(file, FALSE, TRUE) == STATUS_SUCCESS && is(first, 0, "LATER", "value") && !first->NextEntryOffset);
    close_good(file);
    begin();
    EA_CHECK("create.overwrite-removes", create(&file, L"ea.new", FILE_OVERWRITE_IF, 0) == STATUS_SUCCESS && query(file, FALSE, TRUE) == NO_EAS_ON_FILE);
    close_good(file);
    add(0, "bad*name", "value", 5);
    EA_CHECK("create.bad-name", create(&file, L"ea.bad", FILE_CREATE, 0) == INVALID_EA_NAME && size_of(L"ea.bad") == -1);
    begin();
    add(0, "unwanted", "value", 5);
    EA_CHECK("create.unknowing-gives", create(&file, L"ea.bad", FILE_CREATE, FILE_NO_EA_KNOWLEDGE) == STATUS_ACCESS_DENIED && size_of(L"ea.bad") == -1);
    DeleteFileW(L"ea.new");
}

static void listing_group(void)
{
    typedef struct
    {
        ULONG NextEntryOffset, FileIndex;
        LARGE_INTEGER times[4], EndOfFile, AllocationSize;
        ULONG FileAttributes, FileNameLength, EaSize;
    } FULL_ENTRY;
    FULL_ENTRY *entry = (FULL_ENTRY *)result;
    UNICODE_STRING name;
    HANDLE folder, file;
    CreateDirectoryW(L"ea.list", NULL);
    file = open_file(L"ea.list\\one", READ_WRITE, SHARE_ALL, CREATE_ALWAYS);
    set_one(file, "abc", "12345");
    CloseHandle(file);
    put(L"ea.list\\two", "x", 1);
    SetFileAttributesW(L"ea.list\\two", FILE_ATTRIBUTE_HIDDEN);
    folder = CreateFileW(L"ea.list", FILE_LIST_DIRECTORY | SYNCHRONIZE, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    RtlInitUnicodeString(&name, L"one");
    EA_CHECK("listing.size", NtQueryDirectoryFile(folder, NULL, NULL, NULL, &io, result, sizeof result, 2, TRUE, &name, TRUE) == STATUS_SUCCESS && entry->EaSize == 4 + 5 + 3 + 5);
    RtlInitUnicodeString(&name, L"two");
    EA_CHECK("listing.no-size", NtQueryDirectoryFile(folder, NULL, NULL, NULL, &io, result, sizeof result, 2, TRUE, &name, TRUE) == STATUS_SUCCESS && entry->EaSize == 0);
    EA_CHECK("listing.attributes-too", entry->FileAttributes == FILE_ATTRIBUTE_HIDDEN);
    CloseHandle(folder);
    EA_CHECK("listing.moves-along", MoveFileW(L"ea.list\\one", L"ea.list\\three") && (file = open_file(L"ea.list\\three", GENERIC_READ, SHARE_ALL, OPEN_EXISTING)) != INVALID_HANDLE_VALUE && ea_size(file) == 17 && CloseHandle(file));
    DeleteFileW(L"ea.list\\three");
    DeleteFileW(L"ea.list\\two");
    RemoveDirectoryW(L"ea.list");
}

static void others_group(void)
{
    HANDLE server = CreateNamedPipeA("\\\\.\\pipe\\portablevirt-ea", PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1, 512, 512, 0, NULL);
    EA_CHECK("others.pipe", query(server, FALSE, TRUE) == STATUS_INVALID_DEVICE_REQUEST && set_one(server, "a", "b") == STATUS_INVALID_DEVICE_REQUEST);
    EA_CHECK("others.no-file", query((HANDLE)0xdead0, FALSE, TRUE) == STATUS_INVALID_HANDLE);
    CloseHandle(server);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"set", set_group}, {"create", create_group}, {"listing", listing_group}, {"others", others_group},
    };
    if (!oracle_is_wine() && !is_supported())
    {
        printf("FAIL supported: the working folder's file system keeps no extended attributes\n");
        return 1;
    }
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
