/* What processes and threads have used: processor time, I/O, memory; the lists of processes, threads and handles. */
#include "checks.h"
#include "nt.h"
#include <psapi.h>
#include <tlhelp32.h>
#include <wchar.h>

#define MEGABYTE (1 << 20)
#define CLASS_PROCESSES 5
#define CLASS_QUOTA_LIMITS 1
#define CLASS_CYCLES 38
#define CLASS_HANDLES_EX 64

NTSTATUS NTAPI NtSetInformationProcess(HANDLE, PROCESSINFOCLASS, PVOID, ULONG);
NTSTATUS NTAPI NtSetInformationThread(HANDLE, THREADINFOCLASS, PVOID, ULONG);
NTSTATUS NTAPI NtQuerySystemInformation(SYSTEM_INFORMATION_CLASS, PVOID, ULONG, ULONG *);

typedef struct
{
    PVOID Object;
    ULONG_PTR UniqueProcessId;
    ULONG_PTR HandleValue;
    ULONG GrantedAccess;
    USHORT CreatorBackTraceIndex;
    USHORT ObjectTypeIndex;
    ULONG HandleAttributes;
    ULONG Reserved;
} HANDLE_ENTRY_EX;

static WCHAR self[MAX_PATH];

static ULONGLONG ticks_of(FILETIME time)
{
    return ((ULONGLONG)time.dwHighDateTime << 32) | time.dwLowDateTime;
}

static ULONGLONG time_of_process(HANDLE process)
{
    FILETIME created, exited, kernel, user;
    return GetProcessTimes(process, &created, &exited, &kernel, &user) ? ticks_of(kernel) + ticks_of(user) : ~0ull;
}

static ULONGLONG time_of_thread(HANDLE thread)
{
    FILETIME created, exited, kernel, user;
    return GetThreadTimes(thread, &created, &exited, &kernel, &user) ? ticks_of(kernel) + ticks_of(user) : ~0ull;
}

/* Computes until the thread has used 100 ms of processor time, for 10 s at most: the computer may be busy. */
static void burn(void)
{
    volatile unsigned counter = 0;
    ULONGLONG end = GetTickCount64() + 10000, start = time_of_thread(GetCurrentThread());
    while (GetTickCount64() < end && time_of_thread(GetCurrentThread()) - start < 1000000)
        for (counter = 0; counter < 1000000;)
            counter++;
}

static DWORD WINAPI wait_for_event(void *event)
{
    WaitForSingleObject(event, INFINITE);
    return 0;
}

static void start_sleeper(PROCESS_INFORMATION *process)
{
    HANDLE ready = CreateEventW(NULL, TRUE, FALSE, L"pv-resources-ready");
    STARTUPINFOW startup = {.cb = sizeof startup};
    WCHAR line[MAX_PATH + 32];
    swprintf(line, ARRAY_COUNT(line), L"\"%ls\" --sleep", self);
    CreateProcessW(self, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, process);
    WaitForSingleObject(ready, 20000);
    CloseHandle(ready);
    Sleep(200);
}

static void end_sleeper(PROCESS_INFORMATION *process)
{
    TerminateProcess(process->hProcess, 0);
    WaitForSingleObject(process->hProcess, 10000);
    CloseHandle(process->hProcess);
    CloseHandle(process->hThread);
}

static void time_group(void)
{
    PROCESS_INFORMATION process;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL), thread = CreateThread(NULL, 0, wait_for_event, event, 0, NULL);
    ULONGLONG own, other, lazy, busy, cycles[2] = {0}, later[2] = {0};
    start_sleeper(&process);
    own = time_of_process(GetCurrentProcess());
    other = time_of_process(process.hProcess);
    lazy = time_of_thread(thread);
    busy = time_of_thread(GetCurrentThread());
    NtQueryInformationProcess(GetCurrentProcess(), CLASS_CYCLES, cycles, sizeof cycles, NULL);
    burn();
    CHECK("time.own-grows", time_of_process(GetCurrentProcess()) - own >= 500000);
    CHECK_WINE_WRONG("time.sleeper-does-not", time_of_process(process.hProcess) - other <= 500000, "the times are those of the process that the handle names");
    CHECK("time.thread-grows", time_of_thread(GetCurrentThread()) - busy >= 500000);
    CHECK("time.waiting-thread-does-not", time_of_thread(thread) - lazy <= 500000);
    CHECK_WINE_WRONG("time.cycles", !NtQueryInformationProcess(GetCurrentProcess(), CLASS_CYCLES, later, sizeof later, NULL) && later[0] > cycles[0],
                     "ProcessCycleTime is there since Windows Vista");
    SetEvent(event);
    WaitForSingleObject(thread, 10000);
    CHECK("time.ended-thread", time_of_thread(thread) != ~0ull);
    CloseHandle(thread);
    CloseHandle(event);
    end_sleeper(&process);
}

static void io_group(void)
{
    IO_COUNTERS before, after;
    char block[5000] = {0};
    DWORD done;
    WCHAR path[MAX_PATH];
    HANDLE file;
    GetTempFileNameW(L".", L"pvr", 0, path);
    file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK("io.query", GetProcessIoCounters(GetCurrentProcess(), &before));
    GetProcessIoCounters(GetCurrentProcess(), &before);
    WriteFile(file, block, sizeof block, &done, NULL);
    WriteFile(file, block, 100, &done, NULL);
    GetProcessIoCounters(GetCurrentProcess(), &after);
    CHECK_WINE_WRONG("io.written", after.WriteOperationCount - before.WriteOperationCount == 2 && after.WriteTransferCount - before.WriteTransferCount == 5100,
                     "the counters count what WriteFile wrote");
    GetProcessIoCounters(GetCurrentProcess(), &before);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    ReadFile(file, block, 3000, &done, NULL);
    GetProcessIoCounters(GetCurrentProcess(), &after);
    CHECK_WINE_WRONG("io.read", after.ReadOperationCount - before.ReadOperationCount == 1 && after.ReadTransferCount - before.ReadTransferCount == 3000 &&
                                    after.WriteTransferCount == before.WriteTransferCount,
                     "the counters count what ReadFile read");
    CloseHandle(file);
}

static void memory_group(void)
{
    PROCESS_MEMORY_COUNTERS before = {.cb = sizeof before}, committed = {.cb = sizeof committed}, touched = {.cb = sizeof touched}, freed = {.cb = sizeof freed};
    SIZE_T limits[6] = {0, 0, MEGABYTE, 8 * MEGABYTE}, found_limits[6] = {0}, count, i;
    ULONG_PTR *list;
    int found = 0;
    char *block;
    PERFORMANCE_INFORMATION performance = {.cb = sizeof performance};
    GetProcessMemoryInfo(GetCurrentProcess(), &before, sizeof before);
    block = VirtualAlloc(NULL, 32 * MEGABYTE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    GetProcessMemoryInfo(GetCurrentProcess(), &committed, sizeof committed);
    CHECK_WINE_WRONG("memory.private-bytes", committed.PagefileUsage - before.PagefileUsage >= 32 * MEGABYTE &&
                                                 committed.PagefileUsage - before.PagefileUsage < 34 * MEGABYTE, "committed memory counts, touched or not");
    memset(block, 1, 32 * MEGABYTE);
    GetProcessMemoryInfo(GetCurrentProcess(), &touched, sizeof touched);
    CHECK("memory.working-set", touched.WorkingSetSize - before.WorkingSetSize >= 31 * MEGABYTE);
    CHECK_WINE_WRONG("memory.page-faults", touched.PageFaultCount > before.PageFaultCount, "touching new pages faults");
    VirtualFree(block, 0, MEM_RELEASE);
    GetProcessMemoryInfo(GetCurrentProcess(), &freed, sizeof freed);
    CHECK("memory.freed", touched.WorkingSetSize - freed.WorkingSetSize >= 31 * MEGABYTE);
    CHECK_WINE_WRONG("memory.peak-stays", freed.PeakWorkingSetSize >= touched.WorkingSetSize, "the peak is kept");
    CHECK_WINE_WRONG("memory.peak-private", freed.PeakPagefileUsage >= committed.PagefileUsage && freed.PagefileUsage < committed.PagefileUsage, "the peak is kept");
    CHECK_WINE_WRONG("memory.set-limits", !NtSetInformationProcess(GetCurrentProcess(), CLASS_QUOTA_LIMITS, limits, sizeof limits), "working-set limits can be set");
    CHECK_WINE_WRONG("memory.get-limits", !NtQueryInformationProcess(GetCurrentProcess(), CLASS_QUOTA_LIMITS, found_limits, sizeof found_limits, NULL) &&
                                              found_limits[2] == limits[2] && found_limits[3] == limits[3], "the limits are kept");
    limits[2] = 9 * MEGABYTE;
    CHECK_WINE_WRONG("memory.bad-limits", NtSetInformationProcess(GetCurrentProcess(), CLASS_QUOTA_LIMITS, limits, sizeof limits) == (NTSTATUS)0xc000004c,
                     "the minimum is above the maximum");
    CHECK("memory.trim", SetProcessWorkingSetSize(GetCurrentProcess(), (SIZE_T)-1, (SIZE_T)-1));
    list = VirtualAlloc(NULL, 64 * MEGABYTE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK_WINE_WRONG("memory.list-too-small", !QueryWorkingSet(GetCurrentProcess(), list, 8) && GetLastError() == ERROR_BAD_LENGTH && list[0] > 10,
                     "the count comes with STATUS_INFO_LENGTH_MISMATCH");
    if (QueryWorkingSet(GetCurrentProcess(), list, 64 * MEGABYTE))
        for (i = 1, count = list[0]; i <= count; i++)
            found |= (list[i] >> 12) == ((ULONG_PTR)list >> 12) && (list[i] & 0x1f) == 4;
    CHECK_WINE_WRONG("memory.list", found, "QueryWorkingSet lists the pages");
    VirtualFree(list, 0, MEM_RELEASE);
    CHECK("memory.performance", GetPerformanceInfo(&performance, sizeof performance) && performance.PhysicalTotal >= performance.PhysicalAvailable &&
                                    performance.PageSize == 4096 && performance.ProcessCount >= 1);
}

static void lists_group(void)
{
    PROCESS_INFORMATION process;
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    THREADENTRY32 thread_entry = {.dwSize = sizeof thread_entry};
    MODULEENTRY32W module = {.dwSize = sizeof module};
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL), thread = CreateThread(NULL, 0, wait_for_event, event, 0, NULL), snapshot;
    DWORD ids[1024], bytes = 0, own_threads = 0, i, listed = 0;
    int child = 0, me = 0, modules = 0, handle_found = 0, state = -1;
    ULONG size = 4 * MEGABYTE;
    char *buffer = malloc(size);
    start_sleeper(&process);
    snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS | TH32CS_SNAPTHREAD, 0);
    if (Process32FirstW(snapshot, &entry))
        do
        {
            if (entry.th32ProcessID == process.dwProcessId)
                child = entry.th32ParentProcessID == GetCurrentProcessId() && entry.cntThreads == 1 && !_wcsicmp(entry.szExeFile, L"resources.exe");
            if (entry.th32ProcessID == GetCurrentProcessId())
                me = entry.cntThreads >= 2;
        } while (Process32NextW(snapshot, &entry));
    CHECK("lists.child", child);
    CHECK("lists.own-process", me);
    if (Thread32First(snapshot, &thread_entry))
        do
            own_threads += thread_entry.th32OwnerProcessID == GetCurrentProcessId();
        while (Thread32Next(snapshot, &thread_entry));
    CHECK("lists.threads", own_threads >= 2);
    CloseHandle(snapshot);
    snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, 0);
    if (Module32FirstW(snapshot, &module))
        do
            modules += !_wcsicmp(module.szModule, L"ntdll.dll") || !_wcsicmp(module.szModule, L"resources.exe");
        while (Module32NextW(snapshot, &module));
    CHECK_EQ("lists.modules", modules, 2);
    CloseHandle(snapshot);
    if (EnumProcesses(ids, sizeof ids, &bytes))
        for (i = 0; i < bytes / sizeof *ids; i++)
            listed += ids[i] == process.dwProcessId || ids[i] == GetCurrentProcessId();
    CHECK_EQ("lists.ids", listed, 2);
    if (!NtQuerySystemInformation(CLASS_PROCESSES, buffer, size, NULL))
    {
        char *at = buffer;
        for (;; at += *(ULONG *)at)
        {
            if (*(ULONG_PTR *)(at + 0x50) == process.dwProcessId)
                state = *(ULONG *)(at + 0x100 + 0x44);
            if (!*(ULONG *)at)
                break;
        }
    }
    CHECK_WINE_WRONG("lists.thread-waits", state == 5, "a thread in Sleep is in the state Waiting");
    if (!NtQuerySystemInformation(CLASS_HANDLES_EX, buffer, size, NULL))
    {
        HANDLE_ENTRY_EX *handles = (HANDLE_ENTRY_EX *)(buffer + 16);
        for (i = 0; i < *(ULONG_PTR *)buffer; i++)
            handle_found |= handles[i].UniqueProcessId == GetCurrentProcessId() && handles[i].HandleValue == (ULONG_PTR)event &&
                            (handles[i].GrantedAccess & EVENT_MODIFY_STATE);
    }
    CHECK("lists.handle", handle_found);
    SetEvent(event);
    WaitForSingleObject(thread, 10000);
    CloseHandle(thread);
    CloseHandle(event);
    end_sleeper(&process);
    free(buffer);
}

static void scheduling_group(void)
{
    DWORD_PTR process_mask = 0, system_mask = 0, one, old;
    HANDLE thread = GetCurrentThread();
    int i, there = 1;
    char *page;
    GetProcessAffinityMask(GetCurrentProcess(), &process_mask, &system_mask);
    CHECK("scheduling.masks", process_mask && (process_mask & ~system_mask) == 0);
    one = system_mask & (~system_mask + 1);
    old = SetThreadAffinityMask(thread, one);
    CHECK("scheduling.affinity", old == process_mask);
    for (i = 0; i < 20; i++)
    {
        there &= ((DWORD_PTR)1 << GetCurrentProcessorNumber()) == one;
        Sleep(1);
    }
    CHECK("scheduling.runs-there", there);
    CHECK("scheduling.affinity-back", SetThreadAffinityMask(thread, process_mask) == one);
    CHECK_ERROR("scheduling.affinity-none", SetThreadAffinityMask(thread, 0), ERROR_INVALID_PARAMETER);
    CHECK("scheduling.process-affinity", SetProcessAffinityMask(GetCurrentProcess(), one));
    CHECK("scheduling.process-affinity-kept", GetProcessAffinityMask(GetCurrentProcess(), &old, &system_mask) && old == one);
    CHECK("scheduling.process-affinity-back", SetProcessAffinityMask(GetCurrentProcess(), process_mask));
    CHECK("scheduling.priority", SetThreadPriority(thread, THREAD_PRIORITY_BELOW_NORMAL) && GetThreadPriority(thread) == THREAD_PRIORITY_BELOW_NORMAL);
    CHECK("scheduling.priority-back", SetThreadPriority(thread, THREAD_PRIORITY_NORMAL) && GetThreadPriority(thread) == THREAD_PRIORITY_NORMAL);
    CHECK("scheduling.class", SetPriorityClass(GetCurrentProcess(), IDLE_PRIORITY_CLASS) && GetPriorityClass(GetCurrentProcess()) == IDLE_PRIORITY_CLASS);
    CHECK("scheduling.class-back", SetPriorityClass(GetCurrentProcess(), NORMAL_PRIORITY_CLASS) && GetPriorityClass(GetCurrentProcess()) == NORMAL_PRIORITY_CLASS);
    page = VirtualAlloc(NULL, 8192, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK("scheduling.lock", VirtualLock(page, 8192));
    CHECK("scheduling.unlock", VirtualUnlock(page, 8192));
    CHECK_WINE_WRONG("scheduling.unlock-again", !VirtualUnlock(page, 8192) && GetLastError() == ERROR_NOT_LOCKED, "the pages are not locked");
    VirtualFree(page, 0, MEM_RELEASE);
    CHECK("scheduling.lock-free-memory", !VirtualLock(page, 8192));
}

static HANDLE pending_server;
static volatile LONG pending_ready, pending_stop;

static DWORD WINAPI with_call_pending(void *unused)
{
    static char byte;
    static OVERLAPPED overlapped;
    (void)unused;
    ReadFile(pending_server, &byte, 1, NULL, &overlapped);
    pending_ready = 1;
    while (!pending_stop)
        Sleep(1);
    return 0;
}

/* Classes that newer run-time libraries ask for. Wine 8 lacks some. */
static void newer_group(void)
{
    struct
    {
        ULONG Version, ControlMask, StateMask;
    } throttling = {1, 1, 1};
    ULONGLONG idle[64] = {0}, sets = 1;
    ULONG length = 0;
    BYTE leap[8];
    BOOL pending = 7;
    HANDLE thread;
    HANDLE own = GetCurrentThread();
    CHECK_WINE_WRONG("newer.power-throttling", oracle_is_wine() || (NtSetInformationThread(own, 49, &throttling, sizeof throttling) == STATUS_SUCCESS &&
                     (throttling.StateMask = 9, NtQueryInformationThread(own, 49, &throttling, sizeof throttling, NULL) == STATUS_SUCCESS) && throttling.StateMask == 1), "Windows 10 1709 and later");
    throttling.Version = 2;
    CHECK_WINE_WRONG("newer.power-throttling-version", oracle_is_wine() || NtSetInformationThread(own, 49, &throttling, sizeof throttling) == STATUS_INVALID_PARAMETER, "Windows 10 1709 and later");
    CHECK_WINE_WRONG("newer.cpu-sets", oracle_is_wine() || (NtSetInformationThread(own, 39, &sets, 8) == STATUS_SUCCESS && NtSetInformationThread(own, 39, NULL, 0) == STATUS_SUCCESS), "Windows 10");
    CHECK_WINE_WRONG("newer.idle-cycles", oracle_is_wine() || (NtQuerySystemInformation(83, idle, sizeof idle, &length) == STATUS_SUCCESS && length && length % 8 == 0 && idle[0]), "QueryIdleProcessorCycleTime");
    CHECK_WINE_WRONG("newer.idle-states", oracle_is_wine() || (NtQuerySystemInformation(42, idle, sizeof idle, &length) == STATUS_SUCCESS && length % 48 == 0 && idle[0]), "since Windows XP");
    CHECK_WINE_WRONG("newer.leap-seconds", oracle_is_wine() || NtQuerySystemInformation(206, leap, sizeof leap, NULL) == STATUS_SUCCESS, "Windows 10 1809 and later");
    pending_server = CreateNamedPipeA("\\\\.\\pipe\\portablevirt-pending", PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1, 512, 512, 0, NULL);
    thread = CreateFileA("\\\\.\\pipe\\portablevirt-pending", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    {
        HANDLE reader = CreateThread(NULL, 0, with_call_pending, NULL, 0, NULL);
        while (!pending_ready)
            Sleep(1);
        CHECK_WINE_WRONG("newer.io-pending", oracle_is_wine() || (GetThreadIOPendingFlag(reader, &pending) && pending == TRUE), "the thread has a read under way");
        CancelIoEx(pending_server, NULL);
        CHECK_WINE_WRONG("newer.io-not-pending", oracle_is_wine() || (GetThreadIOPendingFlag(reader, &pending) && pending == FALSE), "it has ended");
        pending_stop = 1;
        WaitForSingleObject(reader, 5000);
        CloseHandle(reader);
    }
    CloseHandle(thread);
    CloseHandle(pending_server);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"time", time_group}, {"io", io_group}, {"memory", memory_group}, {"lists", lists_group}, {"scheduling", scheduling_group}, {"newer", newer_group},
    };
    GetModuleFileNameW(NULL, self, MAX_PATH);
    if (argc == 2 && !strcmp(argv[1], "--sleep"))
    {
        SetEvent(OpenEventW(EVENT_MODIFY_STATE, FALSE, L"pv-resources-ready"));
        Sleep(20000);
        return 0;
    }
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
