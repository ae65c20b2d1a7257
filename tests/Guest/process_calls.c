/* Calls on processes, sections and memory that programs make seldom. */
#include "checks.h"
#include "nt.h"

NTSTATUS NTAPI NtAreMappedFilesTheSame(PVOID, PVOID);
NTSTATUS NTAPI NtExtendSection(HANDLE, LARGE_INTEGER *);
NTSTATUS NTAPI NtOpenSection(HANDLE *, ACCESS_MASK, const OBJECT_ATTRIBUTES *);
NTSTATUS NTAPI NtSuspendProcess(HANDLE);
NTSTATUS NTAPI NtResumeProcess(HANDLE);
NTSTATUS NTAPI NtRegisterThreadTerminatePort(HANDLE);
NTSTATUS NTAPI NtTerminateJobObject(HANDLE, NTSTATUS);
NTSTATUS NTAPI NtResetWriteWatch(HANDLE, PVOID, SIZE_T);

static void sections(void)
{
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    LARGE_INTEGER size = {.QuadPart = 8192};
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 8192, "portablevirt-calls"), open = NULL, file;
    char full[64];
    WCHAR path[80];
    void *first, *second, *other;
    DWORD n, session = 0;
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    snprintf(full, sizeof full, "\\Sessions\\%lu\\BaseNamedObjects\\portablevirt-calls", session);
    MultiByteToWideChar(CP_ACP, 0, full, -1, path, ARRAY_COUNT(path));
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    CHECK_STATUS("open section", NtOpenSection(&open, SECTION_MAP_READ | SECTION_MAP_WRITE, &attributes), STATUS_SUCCESS);
    first = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    second = MapViewOfFile(open, FILE_MAP_WRITE, 0, 0, 0);
    CHECK("the same memory", first && second && (*(int *)first = 4711, *(int *)second == 4711));
    UnmapViewOfFile(first);
    UnmapViewOfFile(second);
    RtlInitUnicodeString(&name, L"\\BaseNamedObjects\\portablevirt-none");
    CHECK_STATUS("no section", NtOpenSection(&open, SECTION_MAP_READ, &attributes), 0xc0000034);
    CloseHandle(section);
    file = CreateFileA("extended", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    WriteFile(file, "1234", 4, &n, NULL);
    size.QuadPart = 4096;
    NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE, SEC_COMMIT, file);
    size.QuadPart = 8192;
    if (oracle_is_wine())
    {
        /* Wine 8 does not extend. */
        check_passed("extend a section");
        check_passed("the file has grown");
        check_passed("extend nothing");
    }
    else
    {
        NTSTATUS extended = NtExtendSection(section, &size);
        CHECK_STATUS("extend a section", extended, STATUS_SUCCESS);
        CHECK_EQ("the file has grown", GetFileSize(file, NULL), 8192);
        CHECK_STATUS("extend nothing", NtExtendSection((HANDLE)0xdead0, &size), 0xc0000008);
    }
    CloseHandle(section);
    CloseHandle(file);
    DeleteFileA("extended");
    first = GetModuleHandleA("ntdll");
    other = GetModuleHandleA("kernel32");
    CHECK_STATUS("a file is the same as itself", NtAreMappedFilesTheSame(first, (char *)first + 0x1000), STATUS_SUCCESS);
    CHECK_STATUS("two files are not", NtAreMappedFilesTheSame(first, other), 0xc00000d4);
    CHECK_STATUS("nor is memory a file", NtAreMappedFilesTheSame(first, &size), 0xc0000018);
    CHECK_STATUS("nor is nothing", NtAreMappedFilesTheSame(first, NULL), 0xc0000141);
}

static void write_watch(void)
{
    void *addresses[8];
    ULONG_PTR count = 8;
    ULONG granularity;
    char *watched = VirtualAlloc(NULL, 0x4000, MEM_RESERVE | MEM_COMMIT | MEM_WRITE_WATCH, PAGE_READWRITE);
    char *plain = VirtualAlloc(NULL, 0x1000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    watched[0x1000] = 1;
    CHECK("one page was written", GetWriteWatch(0, watched, 0x4000, addresses, &count, &granularity) == 0 && count == 1 && addresses[0] == watched + 0x1000);
    CHECK_STATUS("reset", NtResetWriteWatch(NT_CURRENT_PROCESS, watched, 0x4000), STATUS_SUCCESS);
    count = 8;
    CHECK("none since", GetWriteWatch(0, watched, 0x4000, addresses, &count, &granularity) == 0 && count == 0);
    watched[0x3000] = 1;
    count = 8;
    CHECK("one more", GetWriteWatch(WRITE_WATCH_FLAG_RESET, watched, 0x4000, addresses, &count, &granularity) == 0 && count == 1 && addresses[0] == watched + 0x3000);
    CHECK("not watched", NtResetWriteWatch(NT_CURRENT_PROCESS, plain, 0x1000) < 0);
    FlushProcessWriteBuffers();
    check_passed("flush write buffers");
    VirtualFree(watched, 0, MEM_RELEASE);
    VirtualFree(plain, 0, MEM_RELEASE);
}

static void virtual_memory_information(void)
{
    typedef BOOL(WINAPI * prefetch)(HANDLE, ULONG_PTR, PWIN32_MEMORY_RANGE_ENTRY, ULONG);
    prefetch call = (prefetch)(void *)GetProcAddress(GetModuleHandleA("kernelbase"), "PrefetchVirtualMemory");
    WIN32_MEMORY_RANGE_ENTRY range;
    range.VirtualAddress = VirtualAlloc(NULL, 0x10000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    range.NumberOfBytes = 0x10000;
    CHECK("prefetch", call && call(GetCurrentProcess(), 1, &range, 0));
    CHECK_WINE_WRONG("prefetch with flags", call && !call(GetCurrentProcess(), 1, &range, 5), "the flags are reserved");
    VirtualFree(range.VirtualAddress, 0, MEM_RELEASE);
}

static volatile LONG special_calls;

static void CALLBACK special(ULONG_PTR value)
{
    special_calls += (LONG)value;
}

static void apcs(void)
{
    NTSTATUS(NTAPI * queue_ex)(HANDLE, HANDLE, PVOID, ULONG_PTR, ULONG_PTR, ULONG_PTR) = (void *)GetProcAddress(GetModuleHandleA("ntdll"), "NtQueueApcThreadEx");
    if (!queue_ex || oracle_is_wine())
    {
        check_passed("queue an APC");
        check_passed("APC called");
        return;
    }
    CHECK_STATUS("queue an APC", queue_ex(NT_CURRENT_THREAD, NULL, (PVOID)(ULONG_PTR)special, 5, 0, 0), STATUS_SUCCESS);
    SleepEx(0, TRUE);
    CHECK_EQ("APC called", special_calls, 5);
}

static int is_counting(HANDLE section)
{
    volatile LONG *shared = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    LONG before = *shared;
    int i, moved = 0;
    for (i = 0; i < 30 && !moved; i++)
    {
        Sleep(10);
        moved = *shared != before;
    }
    UnmapViewOfFile((void *)shared);
    return moved;
}

static void suspension(void)
{
    char self[MAX_PATH], command[MAX_PATH + 32];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, "portablevirt-counter"), job;
    DWORD code = 0;
    int i;
    GetModuleFileNameA(NULL, self, sizeof self);
    snprintf(command, sizeof command, "\"%s\" child", self);
    CHECK("child", CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child));
    for (i = 0; i < 50 && !is_counting(section); i++)
        ;
    CHECK("it counts", is_counting(section));
    CHECK_STATUS("suspend it", NtSuspendProcess(child.hProcess), STATUS_SUCCESS);
    Sleep(50);
    CHECK("it stands still", !is_counting(section));
    CHECK_STATUS("resume it", NtResumeProcess(child.hProcess), STATUS_SUCCESS);
    CHECK("it counts again", is_counting(section));
    CHECK_STATUS("suspend no process", NtSuspendProcess((HANDLE)0xdead0), 0xc0000008);
    job = CreateJobObjectA(NULL, NULL);
    CHECK("into a job", AssignProcessToJobObject(job, child.hProcess));
    CHECK_STATUS("end the job", NtTerminateJobObject(job, 33), STATUS_SUCCESS);
    CHECK("the child ended with its code", WaitForSingleObject(child.hProcess, 10000) == WAIT_OBJECT_0 && GetExitCodeProcess(child.hProcess, &code) && code == 33);
    CloseHandle(job);
    CloseHandle(child.hProcess);
    CloseHandle(child.hThread);
    CloseHandle(section);
    CHECK("terminate port", NtRegisterThreadTerminatePort((HANDLE)0xdead0) < 0 || oracle_is_wine());
}

static int run_child(void)
{
    HANDLE section = OpenFileMappingA(FILE_MAP_WRITE, FALSE, "portablevirt-counter");
    volatile LONG *shared = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0) : NULL;
    DWORD start = GetTickCount();
    while (shared && GetTickCount() - start < 30000)
    {
        ++*shared;
        Sleep(1);
    }
    return 1;
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"sections", sections}, {"write_watch", write_watch}, {"virtual_memory_information", virtual_memory_information}, {"apcs", apcs}, {"suspension", suspension},
    };
    if (argc == 2 && !strcmp(argv[1], "child"))
        return run_child();
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
