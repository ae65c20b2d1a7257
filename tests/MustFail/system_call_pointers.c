/* Pointers that a program may not hand to the system: every call refuses them and goes on working. */
#include "guarded.h"

static void *const bad_pointers[] = {
    (void *)0x10,
    (void *)0x1001,
    (void *)0x123456789000ULL,
    (void *)0x00007ffffffffff0ULL,
    (void *)0x0000800000000000ULL,
    (void *)0x8000000000000000ULL,
    (void *)0xffff800000000000ULL,
    (void *)0xfffff80000000000ULL,
    (void *)0xfffffffffffffff0ULL,
};

static HANDLE file, event;

static int is_refusal(NTSTATUS status)
{
    return status == STATUS_ACCESS_VIOLATION || status == STATUS_DATATYPE_MISALIGNMENT ||
           status == STATUS_INVALID_PARAMETER || status == STATUS_INVALID_USER_BUFFER || status == STATUS_PARTIAL_COPY;
}

static NTSTATUS read_file(void *bad)
{
    IO_STATUS_BLOCK io;
    LARGE_INTEGER start = {.QuadPart = 0};
    return NtReadFile(file, NULL, NULL, NULL, &io, bad, 16, &start, NULL);
}

static NTSTATUS read_file_status_block(void *bad)
{
    char buffer[16];
    LARGE_INTEGER start = {.QuadPart = 0};
    return NtReadFile(file, NULL, NULL, NULL, bad, buffer, 16, &start, NULL);
}

static NTSTATUS read_file_huge(void *bad)
{
    IO_STATUS_BLOCK io;
    LARGE_INTEGER start = {.QuadPart = 0};
    return NtReadFile(file, NULL, NULL, NULL, &io, bad, 0xfffffff0, &start, NULL);
}

static NTSTATUS write_file(void *bad)
{
    IO_STATUS_BLOCK io;
    LARGE_INTEGER start = {.QuadPart = 0};
    return NtWriteFile(file, NULL, NULL, NULL, &io, bad, 16, &start, NULL);
}

static NTSTATUS create_file_attributes(void *bad)
{
    HANDLE handle;
    IO_STATUS_BLOCK io;
    return NtCreateFile(&handle, GENERIC_READ, bad, &io, NULL, 0, 7, FILE_OPEN, 0, NULL, 0);
}

static NTSTATUS create_file_name(void *bad)
{
    HANDLE handle;
    IO_STATUS_BLOCK io;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name = {20, 22, bad};
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return NtCreateFile(&handle, GENERIC_READ, &attributes, &io, NULL, 0, 7, FILE_OPEN, 0, NULL, 0);
}

static NTSTATUS create_file_handle(void *bad)
{
    IO_STATUS_BLOCK io;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, L"\\??\\C:\\windows");
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return NtCreateFile(bad, FILE_READ_ATTRIBUTES, &attributes, &io, NULL, 0, 7, FILE_OPEN, 0, NULL, 0);
}

static NTSTATUS query_system_information(void *bad)
{
    return NtQuerySystemInformation(0, bad, 64, NULL);
}

static NTSTATUS allocate_base(void *bad)
{
    SIZE_T size = 4096;
    return NtAllocateVirtualMemory(NT_CURRENT_PROCESS, bad, 0, &size, MEM_RESERVE, PAGE_READWRITE);
}

static NTSTATUS allocate_size(void *bad)
{
    void *base = NULL;
    return NtAllocateVirtualMemory(NT_CURRENT_PROCESS, &base, 0, bad, MEM_RESERVE, PAGE_READWRITE);
}

static NTSTATUS query_memory(void *bad)
{
    return NtQueryVirtualMemory(NT_CURRENT_PROCESS, &file, 0, bad, sizeof(MEMORY_BASIC_INFORMATION), NULL);
}

static NTSTATUS wait_handles(void *bad)
{
    LARGE_INTEGER now = {.QuadPart = 0};
    NTSTATUS(NTAPI * wait)(ULONG, void *, ULONG, BOOLEAN, LARGE_INTEGER *);
    wait = (void *)GetProcAddress(GetModuleHandleA("ntdll"), "NtWaitForMultipleObjects");
    return wait(2, bad, 1, FALSE, &now);
}

static NTSTATUS create_event_handle(void *bad)
{
    return NtCreateEvent(bad, EVENT_ALL_ACCESS, NULL, 0, FALSE);
}

static NTSTATUS query_event(void *bad)
{
    return NtQueryEvent(event, 0, bad, 8, NULL);
}

static NTSTATUS set_event_previous(void *bad)
{
    return NtSetEvent(event, bad);
}

static NTSTATUS open_key(void *bad)
{
    HANDLE key;
    return NtOpenKey(&key, KEY_READ, bad);
}

static NTSTATUS get_context(void *bad)
{
    return NtGetContextThread(NT_CURRENT_THREAD, bad);
}

static NTSTATUS delay(void *bad)
{
    return NtDelayExecution(FALSE, bad);
}

static NTSTATUS performance_counter(void *bad)
{
    return NtQueryPerformanceCounter(bad, NULL);
}

static NTSTATUS read_own_memory(void *bad)
{
    char buffer[8];
    return NtReadVirtualMemory(NT_CURRENT_PROCESS, bad, buffer, 8, NULL);
}

static NTSTATUS write_own_memory(void *bad)
{
    return NtWriteVirtualMemory(NT_CURRENT_PROCESS, bad, "12345678", 8, NULL);
}

static NTSTATUS map_view_base(void *bad)
{
    SIZE_T size = 0;
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, NULL);
    NTSTATUS status = NtMapViewOfSection(section, NT_CURRENT_PROCESS, bad, 0, 0, NULL, &size, 1, 0, PAGE_READWRITE);
    CloseHandle(section);
    return status;
}

static const struct
{
    const char *name;
    NTSTATUS (*call)(void *bad);
} calls[] = {
    {"NtReadFile.buffer", read_file},
    {"NtReadFile.status-block", read_file_status_block},
    {"NtReadFile.huge-length", read_file_huge},
    {"NtWriteFile.buffer", write_file},
    {"NtCreateFile.attributes", create_file_attributes},
    {"NtCreateFile.name", create_file_name},
    {"NtCreateFile.handle", create_file_handle},
    {"NtQuerySystemInformation.buffer", query_system_information},
    {"NtAllocateVirtualMemory.base", allocate_base},
    {"NtAllocateVirtualMemory.size", allocate_size},
    {"NtQueryVirtualMemory.buffer", query_memory},
    {"NtWaitForMultipleObjects.handles", wait_handles},
    {"NtCreateEvent.handle", create_event_handle},
    {"NtQueryEvent.buffer", query_event},
    {"NtSetEvent.previous", set_event_previous},
    {"NtOpenKey.attributes", open_key},
    {"NtGetContextThread.context", get_context},
    {"NtDelayExecution.interval", delay},
    {"NtQueryPerformanceCounter.counter", performance_counter},
    {"NtReadVirtualMemory.address", read_own_memory},
    {"NtWriteVirtualMemory.address", write_own_memory},
    {"NtMapViewOfSection.base", map_view_base},
};

static void pointers_group(void)
{
    size_t i, j;
    for (i = 0; i < ARRAY_COUNT(calls); i++)
    {
        NTSTATUS status = STATUS_ACCESS_VIOLATION;
        for (j = 0; j < ARRAY_COUNT(bad_pointers) && is_refusal(status); j++)
            status = calls[i].call(bad_pointers[j]);
        SetLastError((DWORD)j - 1);
        CHECK_STATUS(calls[i].name, is_refusal(status) ? STATUS_ACCESS_VIOLATION : status, STATUS_ACCESS_VIOLATION);
    }
}

static void crossing_group(void)
{
    IO_STATUS_BLOCK io;
    LARGE_INTEGER start = {.QuadPart = 0};
    char *pages = VirtualAlloc(NULL, 8192, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE), *edge = pages + 4096 - 8;
    DWORD old;
    VirtualFree(pages + 4096, 4096, MEM_DECOMMIT);
    CHECK("crossing.read-into-hole", is_refusal(NtReadFile(file, NULL, NULL, NULL, &io, edge, 64, &start, NULL)));
    CHECK("crossing.write-from-hole", is_refusal(NtWriteFile(file, NULL, NULL, NULL, &io, edge, 64, &start, NULL)));
    VirtualProtect(pages, 4096, PAGE_READONLY, &old);
    CHECK("crossing.read-into-read-only", is_refusal(NtReadFile(file, NULL, NULL, NULL, &io, pages, 64, &start, NULL)));
    CHECK("crossing.query-into-read-only", is_refusal(NtQuerySystemInformation(0, pages, 64, NULL)));
    CHECK("crossing.read-into-code",
          is_refusal(NtReadFile(file, NULL, NULL, NULL, &io, (void *)(ULONG_PTR)crossing_group, 64, &start, NULL)));
    CHECK("crossing.file-still-usable", !NtWriteFile(file, NULL, NULL, NULL, &io, "0123456789", 10, &start, NULL));
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"pointers", pointers_group}, {"crossing", crossing_group}};
    DWORD done;
    file = CreateFileW(L"pointers.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    WriteFile(file, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 64, &done, NULL);
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    guarded_install();
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
