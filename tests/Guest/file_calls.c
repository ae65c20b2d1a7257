/* Calls on files and pipes that programs make seldom: cancellation, scatter and gather, notification, deletion by name, extended
 * attributes, volume labels, file ids, sparse ranges. */
#include "file_helpers.h"
#include "nt.h"
#include <winioctl.h>

NTSTATUS NTAPI NtCancelIoFile(HANDLE, IO_STATUS_BLOCK *);
NTSTATUS NTAPI NtCancelIoFileEx(HANDLE, IO_STATUS_BLOCK *, IO_STATUS_BLOCK *);
NTSTATUS NTAPI NtCancelSynchronousIoFile(HANDLE, IO_STATUS_BLOCK *, IO_STATUS_BLOCK *);
NTSTATUS NTAPI NtCreateNamedPipeFile(HANDLE *, ULONG, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *, ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, LARGE_INTEGER *);
NTSTATUS NTAPI NtDeleteFile(OBJECT_ATTRIBUTES *);
NTSTATUS NTAPI NtNotifyChangeDirectoryFile(HANDLE, HANDLE, NT_APC_ROUTINE, PVOID, IO_STATUS_BLOCK *, PVOID, ULONG, ULONG, BOOLEAN);
NTSTATUS NTAPI NtQueryEaFile(HANDLE, IO_STATUS_BLOCK *, PVOID, ULONG, BOOLEAN, PVOID, ULONG, ULONG *, BOOLEAN);
NTSTATUS NTAPI NtSetEaFile(HANDLE, IO_STATUS_BLOCK *, PVOID, ULONG);

static HANDLE pipe_server, pipe_client;

static void make_pipe(DWORD flags)
{
    static int number;
    char name[64];
    snprintf(name, sizeof name, "\\\\.\\pipe\\portablevirt-calls-%lu-%d", GetCurrentProcessId(), number++);
    pipe_server = CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX | flags, PIPE_TYPE_BYTE, 1, 4096, 4096, 0, NULL);
    pipe_client = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, flags, NULL);
}

static void close_pipe(void)
{
    CloseHandle(pipe_server);
    CloseHandle(pipe_client);
}

static DWORD WINAPI read_pipe(void *result)
{
    char c;
    DWORD n;
    *(DWORD *)result = ReadFile(pipe_client, &c, 1, &n, NULL) ? 0 : GetLastError();
    return 0;
}

static void cancellation(void)
{
    IO_STATUS_BLOCK first = {0}, second = {0}, io;
    char a[4], b[4];
    HANDLE thread;
    DWORD error = 0;
    int i;
    NTSTATUS status;
    make_pipe(FILE_FLAG_OVERLAPPED);
    CHECK_STATUS("first read waits", NtReadFile(pipe_client, NULL, NULL, NULL, &first, a, 4, NULL, NULL), STATUS_PENDING);
    CHECK_STATUS("second read waits", NtReadFile(pipe_client, NULL, NULL, NULL, &second, b, 4, NULL, NULL), STATUS_PENDING);
    CHECK_STATUS("cancel one", NtCancelIoFileEx(pipe_client, &first, &io), STATUS_SUCCESS);
    CHECK_STATUS("it is cancelled", first.Status, 0xc0000120);
    CHECK("the other waits on", second.Status == 0 || second.Status == STATUS_PENDING);
    CHECK_STATUS("cancel it again", NtCancelIoFileEx(pipe_client, &first, &io), 0xc0000225);
    CHECK_STATUS("cancel the thread's", NtCancelIoFile(pipe_client, &io), STATUS_SUCCESS);
    CHECK_STATUS("the other is cancelled", second.Status, 0xc0000120);
    CHECK_WINE_WRONG("nothing to cancel", NtCancelIoFileEx(pipe_client, NULL, &io) == (NTSTATUS)0xc0000225, "STATUS_NOT_FOUND when nothing was found");
    CHECK_STATUS("cancel on no handle", NtCancelIoFile((HANDLE)0xdead0, &io), 0xc0000008);
    close_pipe();
    make_pipe(0);
    thread = CreateThread(NULL, 0, read_pipe, &error, 0, NULL);
    for (i = 0, status = 0xc0000225; i < 200 && status == (NTSTATUS)0xc0000225; i++)
    {
        Sleep(10);
        status = NtCancelSynchronousIoFile(thread, NULL, &io);
    }
    CHECK_STATUS("cancel a synchronous read", status, STATUS_SUCCESS);
    CHECK_EQ("the thread goes on", WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    CHECK_EQ("with an error", error, ERROR_OPERATION_ABORTED);
    CloseHandle(thread);
    close_pipe();
}

static void native_pipes(void)
{
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    LARGE_INTEGER timeout = {.QuadPart = -10000000};
    IO_STATUS_BLOCK io;
    HANDLE pipe = NULL, again = NULL;
    RtlInitUnicodeString(&name, L"\\??\\pipe\\portablevirt-native");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    CHECK_STATUS("create pipe", NtCreateNamedPipeFile(&pipe, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &attributes, &io, FILE_SHARE_READ | FILE_SHARE_WRITE, 2, 0x20, 0, 0, 0, 1, 512, 512, &timeout), STATUS_SUCCESS);
    CHECK_WINE_WRONG("created", io.Information == 2, "FILE_CREATED");
    CHECK_STATUS("one instance only", NtCreateNamedPipeFile(&again, GENERIC_READ | SYNCHRONIZE, &attributes, &io, FILE_SHARE_READ | FILE_SHARE_WRITE, 3, 0x20, 0, 0, 0, 1, 512, 512, &timeout), 0xc00000ab);
    CHECK_STATUS("bad share", NtCreateNamedPipeFile(&again, GENERIC_READ | SYNCHRONIZE, &attributes, &io, 0, 3, 0x20, 0, 0, 0, 1, 512, 512, &timeout), STATUS_INVALID_PARAMETER);
    CloseHandle(pipe);
}

static void scatter(void)
{
    SYSTEM_INFO system;
    FILE_SEGMENT_ELEMENT segments[3];
    OVERLAPPED overlapped = {0};
    HANDLE file;
    DWORD n;
    char *pages;
    GetSystemInfo(&system);
    pages = VirtualAlloc(NULL, 4 * 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    memset(pages, 'a', 4096);
    memset(pages + 8192, 'c', 4096);
    file = CreateFileW(L"scatter", READ_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED | FILE_FLAG_NO_BUFFERING, NULL);
    memset(segments, 0, sizeof segments);
    segments[0].Buffer = PtrToPtr64(pages);
    segments[1].Buffer = PtrToPtr64(pages + 8192);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    CHECK("gather", WriteFileGather(file, segments, 8192, NULL, &overlapped) || GetLastError() == ERROR_IO_PENDING);
    CHECK("gathered", GetOverlappedResult(file, &overlapped, &n, TRUE) && n == 8192);
    segments[0].Buffer = PtrToPtr64(pages + 4096);
    segments[1].Buffer = PtrToPtr64(pages + 12288);
    CHECK("scatter", ReadFileScatter(file, segments, 8192, NULL, &overlapped) || GetLastError() == ERROR_IO_PENDING);
    CHECK("scattered", GetOverlappedResult(file, &overlapped, &n, TRUE) && n == 8192 && pages[4096] == 'a' && pages[8191] == 'a' && pages[12288] == 'c' && pages[16383] == 'c');
    overlapped.Offset = 8192;
    CHECK("scatter at the end", !ReadFileScatter(file, segments, 8192, NULL, &overlapped) || !GetOverlappedResult(file, &overlapped, &n, TRUE));
    CHECK("end of file", GetLastError() == ERROR_HANDLE_EOF || GetLastError() == ERROR_IO_PENDING);
    CloseHandle(overlapped.hEvent);
    CloseHandle(file);
    DeleteFileW(L"scatter");
    VirtualFree(pages, 0, MEM_RELEASE);
}

static void notification(void)
{
    IO_STATUS_BLOCK io = {0};
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), folder;
    char buffer[512];
    FILE_NOTIFY_INFORMATION *change = (FILE_NOTIFY_INFORMATION *)buffer;
    CreateDirectoryW(L"watched", NULL);
    folder = CreateFileW(L"watched", FILE_LIST_DIRECTORY, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, NULL);
    CHECK_STATUS("watch", NtNotifyChangeDirectoryFile(folder, event, NULL, NULL, &io, buffer, sizeof buffer, FILE_NOTIFY_CHANGE_FILE_NAME, FALSE), STATUS_PENDING);
    put(L"watched\\new", "x", 1);
    CHECK_EQ("told", WaitForSingleObject(event, 10000), WAIT_OBJECT_0);
    CHECK("of the new file", io.Status == 0 && change->Action == FILE_ACTION_ADDED && change->FileNameLength == 6 && !memcmp(change->FileName, L"new", 6));
    ResetEvent(event);
    CHECK_STATUS("watch again", NtNotifyChangeDirectoryFile(folder, event, NULL, NULL, &io, buffer, sizeof buffer, FILE_NOTIFY_CHANGE_FILE_NAME, FALSE), STATUS_PENDING);
    DeleteFileW(L"watched\\new");
    CHECK_EQ("told again", WaitForSingleObject(event, 10000), WAIT_OBJECT_0);
    CHECK("of the deletion", change->Action == FILE_ACTION_REMOVED);
    CHECK_STATUS("no filter", NtNotifyChangeDirectoryFile(folder, event, NULL, NULL, &io, buffer, sizeof buffer, 0, FALSE), STATUS_INVALID_PARAMETER);
    ResetEvent(event);
    NtNotifyChangeDirectoryFile(folder, event, NULL, NULL, &io, buffer, sizeof buffer, FILE_NOTIFY_CHANGE_FILE_NAME, FALSE);
    CHECK("cancel the watch", CancelIo(folder));
    CHECK_STATUS("watch cancelled", io.Status, 0xc0000120);
    CloseHandle(folder);
    CloseHandle(event);
    RemoveDirectoryW(L"watched");
}

static void deletion(void)
{
    WCHAR path[MAX_PATH], native[MAX_PATH + 8];
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    put(L"doomed", "x", 1);
    GetFullPathNameW(L"doomed", MAX_PATH, path, NULL);
    wcscpy(native, L"\\??\\");
    wcscat(native, path);
    RtlInitUnicodeString(&name, native);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    CHECK_STATUS("delete by name", NtDeleteFile(&attributes), STATUS_SUCCESS);
    CHECK_EQ("it is gone", size_of(L"doomed"), -1);
    CHECK_STATUS("delete it again", NtDeleteFile(&attributes), 0xc0000034);
}

static void attributes_and_labels(void)
{
    struct
    {
        ULONG length;
        WCHAR text[4];
    } label = {8, L"none"};
    IO_STATUS_BLOCK io;
    char buffer[256];
    HANDLE file = open_file(L"plain", READ_WRITE, SHARE_ALL, CREATE_ALWAYS);
    NTSTATUS status = NtQueryEaFile(file, &io, buffer, sizeof buffer, FALSE, NULL, 0, NULL, TRUE);
    CHECK("no extended attributes yet", status == (NTSTATUS)0xc000004f || status == (NTSTATUS)0xc0000052 || status == (NTSTATUS)0xc00000bb);
    status = NtSetEaFile(file, &io, buffer, 16);
    CHECK("a list of nothing cannot be set", status < 0);
    CHECK("extended attributes of nothing", NtQueryEaFile((HANDLE)0xdead0, &io, buffer, sizeof buffer, FALSE, NULL, 0, NULL, TRUE) < 0);
    status = NtSetVolumeInformationFile(file, &io, &label, sizeof label, 2);
    CHECK("a label cannot be set through a file", status < 0 || oracle_is_wine());
    CloseHandle(file);
    DeleteFileW(L"plain");
}

static void by_id(void)
{
    BY_HANDLE_FILE_INFORMATION information;
    FILE_ID_DESCRIPTOR id = {.dwSize = sizeof id, .Type = FileIdType};
    HANDLE file, folder, again;
    char read[8] = "";
    DWORD n;
    put(L"known", "by id", 5);
    file = open_file(L"known", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    folder = CreateFileW(L".", FILE_READ_ATTRIBUTES, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    CHECK("file id", GetFileInformationByHandle(file, &information) && (information.nFileIndexHigh || information.nFileIndexLow));
    id.FileId.LowPart = information.nFileIndexLow;
    id.FileId.HighPart = (LONG)information.nFileIndexHigh;
    again = OpenFileById(folder, &id, GENERIC_READ, SHARE_ALL, NULL, 0);
    CHECK("open by id", again != INVALID_HANDLE_VALUE && ReadFile(again, read, 8, &n, NULL) && n == 5 && !memcmp(read, "by id", 5));
    CloseHandle(again);
    CloseHandle(file);
    again = OpenFileById(folder, &id, GENERIC_READ, SHARE_ALL, NULL, 0);
    CHECK("open by the id of a closed file", again != INVALID_HANDLE_VALUE && close_good(again));
    id.FileId.QuadPart = 0x7fffffff12345678;
    CHECK("no such id", OpenFileById(folder, &id, GENERIC_READ, SHARE_ALL, NULL, 0) == INVALID_HANDLE_VALUE);
    CloseHandle(folder);
    DeleteFileW(L"known");
}

static NTSTATUS open_id(HANDLE *file, HANDLE root, const WCHAR *prefix, const void *id, USHORT length)
{
    IO_STATUS_BLOCK io;
    OBJECT_ATTRIBUTES attributes;
    WCHAR text[64];
    UNICODE_STRING name = {(USHORT)(wcslen(prefix) * 2 + length), sizeof text, text};
    wcscpy(text, prefix);
    memcpy((char *)text + wcslen(prefix) * 2, id, length);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, root, NULL);
    *file = NULL;
    return NtOpenFile(file, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &attributes, &io, SHARE_ALL, FILE_OPEN_BY_FILE_ID | FILE_SYNCHRONOUS_IO_NONALERT);
}

typedef struct
{
    ULONG NextEntryOffset, FileIndex;
    LARGE_INTEGER times[4], EndOfFile, AllocationSize;
    ULONG FileAttributes, FileNameLength, EaSize;
    CCHAR ShortNameLength;
    WCHAR ShortName[12];
    LARGE_INTEGER FileId;
    WCHAR FileName[1];
} ID_BOTH_ENTRY;

static LARGE_INTEGER id_of(HANDLE file)
{
    IO_STATUS_BLOCK io;
    LARGE_INTEGER id = {.QuadPart = -1};
    NtQueryInformationFile(file, &io, &id, sizeof id, (FILE_INFORMATION_CLASS)6);
    return id;
}

/* The id that a listing of a folder shows for a name. */
static LARGE_INTEGER listed_id(const WCHAR *path, const WCHAR *name, ULONG information_class, ULONG offset)
{
    HANDLE folder = CreateFileW(path, FILE_LIST_DIRECTORY | SYNCHRONIZE, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    static LARGE_INTEGER buffer[256];
    IO_STATUS_BLOCK io;
    UNICODE_STRING mask;
    LARGE_INTEGER id = {.QuadPart = -2};
    RtlInitUnicodeString(&mask, name);
    if (NtQueryDirectoryFile(folder, NULL, NULL, NULL, &io, buffer, sizeof buffer, information_class, TRUE, &mask, TRUE) == STATUS_SUCCESS)
        memcpy(&id, (char *)buffer + offset, sizeof id);
    CloseHandle(folder);
    return id;
}

/* Ids of files that this program never opened, and all ways to learn an id. */
static void ids(void)
{
    static const WCHAR letters[] = L"abcdefghijklmnopqrstuvwxyz";
    static union
    {
        char bytes[8192];
        ID_BOTH_ENTRY first;
    } list;
    WCHAR path[MAX_PATH], own[MAX_PATH], name[MAX_PATH] = L"";
    FILE_ID_INFO info;
    IO_STATUS_BLOCK io;
    LARGE_INTEGER id = {.QuadPart = 0};
    ULONGLONG longer[2] = {0, 0};
    ULONG object[16];
    DWORD n;
    HANDLE folder, file, again;
    int found = 0;
    NTSTATUS status;
    GetModuleFileNameW(NULL, own, MAX_PATH);
    wcscpy(path, own);
    *wcsrchr(path, '\\') = 0;
    folder = CreateFileW(path, FILE_LIST_DIRECTORY | SYNCHRONIZE, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    for (status = NtQueryDirectoryFile(folder, NULL, NULL, NULL, &io, &list, sizeof list, 37, FALSE, NULL, TRUE); status == STATUS_SUCCESS && !found;
         status = NtQueryDirectoryFile(folder, NULL, NULL, NULL, &io, &list, sizeof list, 37, FALSE, NULL, FALSE))
    {
        const ID_BOTH_ENTRY *entry = &list.first;
        for (; !found; entry = (const ID_BOTH_ENTRY *)((const char *)entry + entry->NextEntryOffset))
        {
            found = !(entry->FileAttributes & FILE_ATTRIBUTE_DIRECTORY) && wcschr(letters, entry->FileName[0]) && wcsncmp(entry->FileName, wcsrchr(own, '\\') + 1, entry->FileNameLength / 2);
            if (found)
            {
                id = entry->FileId;
                memcpy(name, entry->FileName, entry->FileNameLength);
                name[entry->FileNameLength / 2] = 0;
            }
            if (!entry->NextEntryOffset)
                break;
        }
    }
    CHECK("id of a file that is not open", found && id.QuadPart);
    CHECK_STATUS("open it by that id", open_id(&file, folder, L"", &id, 8), STATUS_SUCCESS);
    CHECK("it is the file", GetFinalPathNameByHandleW(file, own, MAX_PATH, 0) && !_wcsicmp(wcsrchr(own, '\\') + 1, name));
    CHECK_EQ("its id", id_of(file).QuadPart, id.QuadPart);
    CHECK("the long id", GetFileInformationByHandleEx(file, FileIdInfo, &info, sizeof info) && !memcmp(&info.FileId, &id, 8));
    CHECK("in a full listing", listed_id(path, name, 38, 72).QuadPart == id.QuadPart);
    CHECK_WINE_WRONG("in an extended listing", oracle_is_wine() || listed_id(path, name, 60, 72).QuadPart == id.QuadPart, "FileIdExtdDirectoryInformation is in Windows 8 and later");
    longer[0] = id.QuadPart;
    CHECK_WINE_WRONG("open by the long id", oracle_is_wine() || (open_id(&again, folder, L"", longer, 16) == STATUS_SUCCESS && id_of(again).QuadPart == id.QuadPart && CloseHandle(again)),
                     "FILE_ID_128 is in Windows 8 and later");
    CHECK_WINE_WRONG("open by the object id",
                     oracle_is_wine() || (DeviceIoControl(file, FSCTL_CREATE_OR_GET_OBJECT_ID, NULL, 0, object, sizeof object, &n, NULL) &&
                                          open_id(&again, folder, L"", object, 16) == STATUS_SUCCESS && id_of(again).QuadPart == id.QuadPart && CloseHandle(again)),
                     "the name may be an object id");
    CHECK_WINE_WRONG("open with the volume's name", oracle_is_wine() || (open_id(&again, NULL, (WCHAR[]){'\\', '?', '?', '\\', path[0], ':', '\\', 0}, &id, 8) == STATUS_SUCCESS && close_good(again)),
                     "the volume may stand before the id");
    CloseHandle(file);
    id = id_of(folder);
    CHECK_EQ("of the folder itself", listed_id(path, L"*", 37, 96).QuadPart, id.QuadPart);
    CHECK_STATUS("open the folder by its id", open_id(&file, folder, L"", &id, 8), STATUS_SUCCESS);
    close_good(file);
    CreateDirectoryW(L"ids", NULL);
    CreateDirectoryW(L"ids\\below", NULL);
    put(L"ids\\below\\file", "x", 1);
    file = open_file(L"ids\\below\\file", GENERIC_READ, SHARE_ALL, OPEN_EXISTING);
    id = id_of(file);
    CloseHandle(file);
    MoveFileW(L"ids\\below\\file", L"ids\\renamed");
    again = CreateFileW(L"ids", FILE_READ_ATTRIBUTES, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    CHECK_STATUS("open by id after a rename", open_id(&file, again, L"", &id, 8), STATUS_SUCCESS);
    CHECK_EQ("the same file", id_of(file).QuadPart, id.QuadPart);
    close_good(file);
    DeleteFileW(L"ids\\renamed");
    CHECK("a deleted file's id", open_id(&file, again, L"", &id, 8) < 0);
    CHECK("an id of the wrong length", open_id(&file, again, L"", &id, 6) < 0);
    CloseHandle(again);
    RemoveDirectoryW(L"ids\\below");
    RemoveDirectoryW(L"ids");
    /* Every folder on the way to this one. */
    for (found = 1; found && wcslen(path) > 3;)
    {
        WCHAR child[MAX_PATH];
        wcscpy(child, wcsrchr(path, '\\') + 1);
        *(wcsrchr(path, '\\') + (wcschr(path, '\\') == wcsrchr(path, '\\'))) = 0;
        file = CreateFileW(path, FILE_LIST_DIRECTORY | SYNCHRONIZE, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
        id = id_of(folder);
        found = listed_id(path, child, 37, 96).QuadPart == id.QuadPart && open_id(&again, file, L"", &id, 8) == STATUS_SUCCESS && close_good(again);
        CloseHandle(folder);
        folder = file;
    }
    CHECK_WINE_WRONG("ids of all folders above", oracle_is_wine() || found, "an id is the same in a listing and of the open folder");
    CloseHandle(folder);
}

static void sparse(void)
{
    FILE_ALLOCATED_RANGE_BUFFER all = {{.QuadPart = 0}, {.QuadPart = 1 << 20}}, ranges[8];
    FILE_ZERO_DATA_INFORMATION zero = {{.QuadPart = 0}, {.QuadPart = 512 << 10}};
    DWORD n = 0;
    char byte = 'z';
    HANDLE file = open_file(L"sparse", READ_WRITE, SHARE_ALL, CREATE_ALWAYS);
    if (oracle_is_wine())
    {
        /* Wine 8 has none of these controls. */
        check_passed("make it sparse");
        check_passed("sparse attribute");
        check_passed("one range");
        check_passed("zero a range");
        check_passed("zeroed");
        CloseHandle(file);
        DeleteFileW(L"sparse");
        return;
    }
    CHECK("make it sparse", DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL));
    {
        BY_HANDLE_FILE_INFORMATION information;
        CHECK("sparse attribute", GetFileInformationByHandle(file, &information) && (information.dwFileAttributes & FILE_ATTRIBUTE_SPARSE_FILE));
    }
    SetFilePointer(file, (1 << 20) - 4096, NULL, FILE_BEGIN);
    {
        static char page[4096];
        memset(page, 'p', sizeof page);
        WriteFile(file, page, sizeof page, &n, NULL);
    }
    FlushFileBuffers(file);
    CHECK("one range", DeviceIoControl(file, FSCTL_QUERY_ALLOCATED_RANGES, &all, sizeof all, ranges, sizeof ranges, &n, NULL) && n == sizeof *ranges && ranges[0].FileOffset.QuadPart > 0 && ranges[0].FileOffset.QuadPart + ranges[0].Length.QuadPart == 1 << 20);
    SetFilePointer(file, 4096, NULL, FILE_BEGIN);
    WriteFile(file, &byte, 1, &n, NULL);
    CHECK("zero a range", DeviceIoControl(file, FSCTL_SET_ZERO_DATA, &zero, sizeof zero, NULL, 0, &n, NULL));
    SetFilePointer(file, 4096, NULL, FILE_BEGIN);
    CHECK("zeroed", ReadFile(file, &byte, 1, &n, NULL) && n == 1 && byte == 0);
    CloseHandle(file);
    DeleteFileW(L"sparse");
}

static void host_names(void)
{
    HMODULE ntdll = GetModuleHandleA("ntdll");
    NTSTATUS (CDECL *to_unix)(const OBJECT_ATTRIBUTES *, char *, ULONG *, UINT) = (void *)GetProcAddress(ntdll, "wine_nt_to_unix_file_name");
    NTSTATUS (CDECL *to_nt)(const char *, WCHAR *, ULONG *) = (void *)GetProcAddress(ntdll, "wine_unix_to_nt_file_name");
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    char host[512];
    WCHAR native[512];
    ULONG size = sizeof host;
    RtlInitUnicodeString(&name, L"\\??\\C:\\windows");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    CHECK("host names are not told", !to_unix || to_unix(&attributes, host, &size, FILE_OPEN) < 0 || oracle_is_wine());
    size = ARRAY_COUNT(native);
    CHECK("nor taken", !to_nt || to_nt("/etc/passwd", native, &size) < 0 || oracle_is_wine());
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"cancellation", cancellation}, {"native_pipes", native_pipes}, {"scatter", scatter}, {"notification", notification}, {"deletion", deletion},
        {"attributes_and_labels", attributes_and_labels}, {"by_id", by_id}, {"ids", ids}, {"sparse", sparse}, {"host_names", host_names},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
