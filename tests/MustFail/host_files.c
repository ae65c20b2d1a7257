/* Host files that were not granted: no spelling of their path opens, creates, lists, links or moves them.
 * The test sets PV_OUTSIDE to the host path of a folder with secret.txt, beside the granted working folder, which holds
 * inner.txt, the symbolic links `folder-link` and `file-link` to the outside, and `loop` to itself. */
#include "checks.h"
#include "nt.h"
#include <wchar.h>

static WCHAR outside[MAX_PATH], working[MAX_PATH];

static int opens(const WCHAR *path, DWORD access, DWORD disposition)
{
    HANDLE file = CreateFileW(path, access, 7, NULL, disposition, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    return close_good(file);
}

static int opens_native(const WCHAR *path)
{
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK io;
    HANDLE file = NULL;
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (NtCreateFile(&file, FILE_READ_DATA | SYNCHRONIZE, &attributes, &io, NULL, 0, 7, FILE_OPEN,
                     FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0))
        return 0;
    NtClose(file);
    return 1;
}

static int lists(const WCHAR *pattern)
{
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(pattern, &found);
    if (find == INVALID_HANDLE_VALUE)
        return 0;
    FindClose(find);
    return 1;
}

/* How many of the given spellings reach a file; the last one that does is printed to stderr. */
static int count_reached(const WCHAR *const *paths, size_t count, int (*reach)(const WCHAR *))
{
    int reached = 0;
    size_t i;
    for (i = 0; i < count; i++)
        if (reach(paths[i]))
        {
            reached++;
            fprintf(stderr, "reached: %ls\n", paths[i]);
        }
    return reached;
}

static int reads(const WCHAR *path)
{
    return opens(path, GENERIC_READ, OPEN_EXISTING) || GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static const WCHAR *const system_paths[] = {
    L"Z:\\etc\\passwd",
    L"z:/etc/passwd",
    L"\\\\?\\Z:\\etc\\passwd",
    L"\\\\.\\Z:\\etc\\passwd",
    L"\\\\?\\unix\\etc\\passwd",
    L"\\\\.\\unix\\etc\\passwd",
    L"\\\\?\\unix/etc/passwd",
    L"\\\\?\\GLOBALROOT\\??\\unix\\etc\\passwd",
    L"\\\\?\\GLOBALROOT\\DosDevices\\Z:\\etc\\passwd",
    L"\\\\?\\UNC\\localhost\\c$\\etc\\passwd",
    L"\\\\localhost\\etc\\passwd",
    L"\\\\?\\Z:\\..\\etc\\passwd",
    L"..\\..\\..\\..\\..\\..\\..\\..\\etc\\passwd",
    L"folder-link\\..\\..\\..\\..\\etc\\passwd",
    L"C:\\..\\..\\..\\etc\\passwd",
    L"C:\\windows\\..\\..\\..\\etc\\passwd",
    L"\\\\?\\C:\\windows\\..\\..\\..\\..\\..\\etc\\passwd",
    L"Z:\\proc\\self\\environ",
    L"Z:\\proc\\self\\root\\etc\\passwd",
    L"Z:\\proc\\1\\cmdline",
    L"Z:\\proc\\self\\fd\\0",
    L"Z:\\proc\\self\\mem",
    L"Z:\\dev\\kvm",
    L"Z:\\dev\\null",
    L"Z:\\dev\\mem",
    L"Z:\\bin\\sh",
    L"Z:\\sys\\kernel",
    L"\\\\.\\kvm",
    L"\\\\.\\PhysicalDrive0",
    L"\\\\.\\HarddiskVolume1",
};

static const WCHAR *const native_paths[] = {
    L"\\??\\Z:\\etc\\passwd",
    L"\\??\\unix\\etc\\passwd",
    L"\\??\\unix/etc/passwd",
    L"\\DosDevices\\unix\\etc\\passwd",
    L"\\GLOBAL??\\unix\\etc\\passwd",
    L"\\??\\UNC\\localhost\\c$\\etc\\passwd",
    L"\\Device\\HarddiskVolume1\\etc\\passwd",
    L"\\Device\\Harddisk0\\Partition1\\etc\\passwd",
    L"\\Device\\Mup\\localhost\\etc\\passwd",
    L"\\??\\Z:\\..\\etc\\passwd",
    L"\\??\\Z:\\.\\etc\\passwd",
    L"\\??\\C:\\..\\..\\etc\\passwd",
    L"/etc/passwd",
    L"etc\\passwd",
    L"",
};

static void system_group(void)
{
    CHECK_EQ("system.no-file-is-reached", count_reached(system_paths, ARRAY_COUNT(system_paths), reads), 0);
    CHECK_EQ("system.no-native-path-is-reached", count_reached(native_paths, ARRAY_COUNT(native_paths), opens_native), 0);
    CHECK("system.no-listing", !lists(L"Z:\\etc\\*") && !lists(L"Z:\\proc\\*") && !lists(L"\\\\?\\unix\\*") &&
                                   !lists(L"Z:\\etc"));
    CHECK("system.no-new-file", !opens(L"Z:\\pv-escape.txt", GENERIC_WRITE, CREATE_ALWAYS) &&
                                    !opens(L"Z:\\etc\\pv-escape.txt", GENERIC_WRITE, CREATE_ALWAYS) &&
                                    !opens(L"\\\\?\\unix\\tmp\\pv-escape.txt", GENERIC_WRITE, CREATE_ALWAYS));
    CHECK("system.no-new-folder", !CreateDirectoryW(L"Z:\\pv-escape", NULL) && !CreateDirectoryW(L"Z:\\etc\\pv-escape", NULL));
}

static const WCHAR *beside(const WCHAR *name)
{
    static WCHAR path[MAX_PATH];
    swprintf(path, MAX_PATH, L"%ls\\%ls", outside, name);
    return path;
}

static int starts(const WCHAR *program)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    if (!CreateProcessW(program, NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return 0;
    TerminateProcess(process.hProcess, 1);
    return 1;
}

static void outside_group(void)
{
    CHECK("outside.no-read", !reads(beside(L"secret.txt")));
    CHECK("outside.no-read-by-parent", !reads(L"..\\outside\\secret.txt"));
    CHECK("outside.no-read-through-folder-link", !opens(L"folder-link\\secret.txt", GENERIC_READ, OPEN_EXISTING));
    CHECK("outside.no-read-through-file-link", !opens(L"file-link", GENERIC_READ, OPEN_EXISTING));
    CHECK("outside.no-read-through-loop", !opens(L"loop\\x", GENERIC_READ, OPEN_EXISTING));
    CHECK("outside.no-listing-through-link", !lists(L"folder-link\\*"));
    CHECK("outside.no-write-through-link", !opens(L"folder-link\\new.txt", GENERIC_WRITE, CREATE_ALWAYS) &&
                                               !opens(L"file-link", GENERIC_WRITE, CREATE_ALWAYS));
    CHECK("outside.no-new-file", !opens(beside(L"new.txt"), GENERIC_WRITE, CREATE_ALWAYS));
    CHECK("outside.no-new-folder", !CreateDirectoryW(beside(L"new"), NULL));
    CHECK("outside.no-delete", !DeleteFileW(beside(L"secret.txt")) && !DeleteFileW(L"folder-link\\secret.txt"));
    CHECK("outside.no-move-out", !MoveFileW(L"inner.txt", beside(L"moved.txt")) &&
                                     !MoveFileW(L"inner.txt", L"folder-link\\moved.txt"));
    CHECK("outside.no-move-in", !MoveFileW(beside(L"secret.txt"), L"taken.txt"));
    CHECK("outside.no-copy-in", !CopyFileW(beside(L"secret.txt"), L"copied.txt", FALSE));
    CHECK("outside.no-hard-link-in", !CreateHardLinkW(L"linked.txt", beside(L"secret.txt"), NULL));
    CHECK("outside.no-hard-link-out", !CreateHardLinkW(beside(L"linked.txt"), L"inner.txt", NULL));
    CreateSymbolicLinkW(L"own-link", beside(L"secret.txt"), 0);
    CHECK("outside.no-own-link", !opens(L"own-link", GENERIC_READ, OPEN_EXISTING));
    CHECK("outside.no-parent-as-current", !SetCurrentDirectoryW(L"..\\outside"));
    CHECK("outside.no-host-program", !starts(L"Z:\\bin\\true") && !starts(beside(L"secret.txt")));
    CHECK("outside.no-host-library", !LoadLibraryW(L"Z:\\lib\\x86_64-linux-gnu\\libc.so.6"));
}

static void granted_group(void)
{
    WCHAR path[MAX_PATH];
    CHECK("granted.read", opens(L"inner.txt", GENERIC_READ, OPEN_EXISTING));
    CHECK("granted.read-by-full-path", swprintf(path, MAX_PATH, L"%ls\\inner.txt", working) > 0 && reads(path));
    CHECK("granted.write", opens(L"written.txt", GENERIC_WRITE, CREATE_ALWAYS));
    CHECK("granted.listing", lists(L"inner.*"));
    CHECK("granted.drive-is-z", working[0] == L'Z' && working[1] == L':');
}

static void read_only_group(void)
{
    CHECK("read-only.read", opens(L"inner.txt", GENERIC_READ, OPEN_EXISTING));
    CHECK("read-only.no-write", !opens(L"inner.txt", GENERIC_WRITE, OPEN_EXISTING));
    CHECK("read-only.no-append", !opens(L"inner.txt", FILE_APPEND_DATA, OPEN_EXISTING));
    CHECK("read-only.no-truncate", !opens(L"inner.txt", GENERIC_READ | GENERIC_WRITE, TRUNCATE_EXISTING));
    CHECK("read-only.no-new-file", !opens(L"new.txt", GENERIC_WRITE, CREATE_NEW));
    CHECK("read-only.no-new-folder", !CreateDirectoryW(L"new", NULL));
    CHECK("read-only.no-delete", !DeleteFileW(L"inner.txt"));
    CHECK("read-only.no-rename", !MoveFileW(L"inner.txt", L"other.txt"));
    CHECK("read-only.no-attributes", !SetFileAttributesW(L"inner.txt", FILE_ATTRIBUTE_READONLY));
}

static void private_group(void)
{
    WCHAR path[MAX_PATH];
    const WCHAR *folder = wcsrchr(outside, L'\\');
    swprintf(path, MAX_PATH, L"%.*ls\\working\\inner.txt", (int)(folder - outside), outside);
    CHECK("private.no-working-folder", !reads(path) && !reads(L"inner.txt"));
    CHECK("private.no-new-file", !opens(beside(L"new.txt"), GENERIC_WRITE, CREATE_ALWAYS));
    CHECK("private.has-its-own-drive", opens(L"C:\\windows", FILE_READ_ATTRIBUTES, OPEN_EXISTING));
    CHECK("private.can-write-its-own-drive", opens(L"C:\\private.txt", GENERIC_WRITE, CREATE_ALWAYS) && reads(L"C:\\private.txt"));
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"system", system_group}, {"outside", outside_group}, {"granted", granted_group},
        {"read-only", read_only_group}, {"private", private_group},
    };
    WCHAR *slash;
    GetEnvironmentVariableW(L"PV_OUTSIDE", outside + 2, MAX_PATH - 2);
    outside[0] = L'Z';
    outside[1] = L':';
    for (slash = outside; (slash = wcschr(slash, L'/')) != NULL;)
        *slash = L'\\';
    GetCurrentDirectoryW(MAX_PATH, working);
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
