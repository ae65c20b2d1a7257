/* Starts one thread for each way to wait, all for two seconds of running time, and prints a line at the end of each:
 * `NAME COUNTER SYSTEM`, milliseconds that went by on the performance counter and on the system clock. The host pauses the
 * VM meanwhile. `started` comes first, when all of them wait; `finished` last. Standard input is a pipe on which the host
 * writes one byte during the pause. `absolute NAME` lines are waits for a point of system time. */
#define _WIN32_WINNT 0x0A00
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT 2000
#define UNITS (WAIT * 10000LL)

static LONGLONG counter_start, system_start;
static CRITICAL_SECTION output;
static HANDLE never, never_awaited;
static volatile LONG waiting;

static LONGLONG counter_ms(void)
{
    LARGE_INTEGER now, frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return now.QuadPart * 1000 / frequency.QuadPart;
}

static LONGLONG system_ms(void)
{
    FILETIME now;
    GetSystemTimePreciseAsFileTime(&now);
    return (((LONGLONG)now.dwHighDateTime << 32) + now.dwLowDateTime) / 10000;
}

static LONGLONG system_units(void)
{
    FILETIME now;
    GetSystemTimePreciseAsFileTime(&now);
    return ((LONGLONG)now.dwHighDateTime << 32) + now.dwLowDateTime;
}

static void report(const char *name)
{
    EnterCriticalSection(&output);
    printf("%s %lld %lld\n", name, counter_ms() - counter_start, system_ms() - system_start);
    fflush(stdout);
    LeaveCriticalSection(&output);
}

static void fail(const char *name)
{
    EnterCriticalSection(&output);
    printf("FAIL %s %lu\n", name, GetLastError());
    fflush(stdout);
    LeaveCriticalSection(&output);
}

static int wait_sleep(void)
{
    Sleep(WAIT);
    return 1;
}

static int wait_sleep_alertable(void)
{
    return SleepEx(WAIT, TRUE) == 0;
}

static int wait_event(void)
{
    return WaitForSingleObject(never, WAIT) == WAIT_TIMEOUT;
}

static int wait_many(void)
{
    HANDLE both[2] = {never, CreateSemaphoreA(NULL, 0, 1, NULL)};
    return WaitForMultipleObjects(2, both, FALSE, WAIT) == WAIT_TIMEOUT;
}

static int wait_address(void)
{
    LONG value = 0, same = 0;
    return !WaitOnAddress(&value, &same, sizeof value, WAIT) && GetLastError() == ERROR_TIMEOUT;
}

static int wait_condition(void)
{
    CONDITION_VARIABLE condition = CONDITION_VARIABLE_INIT;
    SRWLOCK lock = SRWLOCK_INIT;
    AcquireSRWLockExclusive(&lock);
    return !SleepConditionVariableSRW(&condition, &lock, WAIT, 0) && GetLastError() == ERROR_TIMEOUT;
}

static int wait_timer(void)
{
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
    LARGE_INTEGER due = {.QuadPart = -UNITS};
    return SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE) && WaitForSingleObject(timer, INFINITE) == WAIT_OBJECT_0;
}

/* The twentieth period. */
static int wait_periodic_timer(void)
{
    int i;
    HANDLE timer = CreateWaitableTimerA(NULL, FALSE, NULL);
    LARGE_INTEGER due = {.QuadPart = -UNITS / 20};
    if (!SetWaitableTimer(timer, &due, 100, NULL, NULL, FALSE))
        return 0;
    for (i = 0; i < 20; i++)
        if (WaitForSingleObject(timer, INFINITE) != WAIT_OBJECT_0)
            return 0;
    return 1;
}

static VOID CALLBACK pool_timer(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer)
{
    (void)instance;
    (void)timer;
    SetEvent(context);
}

static int wait_pool_timer(void)
{
    HANDLE done = CreateEventA(NULL, TRUE, FALSE, NULL);
    LARGE_INTEGER due = {.QuadPart = -UNITS};
    FILETIME relative = {due.LowPart, due.HighPart};
    PTP_TIMER timer = CreateThreadpoolTimer(pool_timer, done, NULL);
    SetThreadpoolTimer(timer, &relative, 0, 0);
    return WaitForSingleObject(done, INFINITE) == WAIT_OBJECT_0;
}

static void set_pool_timer(LONGLONG units, PTP_TIMER_CALLBACK callback, void *context)
{
    LARGE_INTEGER due = {.QuadPart = -units};
    FILETIME relative = {due.LowPart, due.HighPart};
    SetThreadpoolTimer(CreateThreadpoolTimer(callback, context, NULL), &relative, 0, 0);
}

/* One of several that are pending. */
static int wait_late_pool_timer(void)
{
    HANDLE done = CreateEventA(NULL, TRUE, FALSE, NULL);
    set_pool_timer(UNITS / 10 * 9, pool_timer, never_awaited);
    set_pool_timer(UNITS, pool_timer, done);
    return WaitForSingleObject(done, INFINITE) == WAIT_OBJECT_0;
}

static VOID CALLBACK chained_timer(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer)
{
    (void)instance;
    (void)timer;
    set_pool_timer(UNITS / 2, pool_timer, context);
}

/* Set when another one has fired, after the pause. */
static int wait_chained_pool_timer(void)
{
    HANDLE done = CreateEventA(NULL, TRUE, FALSE, NULL);
    set_pool_timer(UNITS / 2, chained_timer, done);
    return WaitForSingleObject(done, INFINITE) == WAIT_OBJECT_0;
}

static VOID CALLBACK registered_wait(PVOID context, BOOLEAN timed_out)
{
    if (timed_out)
        SetEvent(context);
}

static int wait_registered(void)
{
    HANDLE done = CreateEventA(NULL, TRUE, FALSE, NULL), wait;
    return RegisterWaitForSingleObject(&wait, never, registered_wait, done, WAIT, WT_EXECUTEONLYONCE) && WaitForSingleObject(done, INFINITE) == WAIT_OBJECT_0;
}

static VOID CALLBACK queue_timer(PVOID context, BOOLEAN fired)
{
    (void)fired;
    SetEvent(context);
}

static int wait_queue_timer(void)
{
    HANDLE done = CreateEventA(NULL, TRUE, FALSE, NULL), timer;
    return CreateTimerQueueTimer(&timer, NULL, queue_timer, done, WAIT, 0, 0) && WaitForSingleObject(done, INFINITE) == WAIT_OBJECT_0;
}

static int wait_port(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;
    return !GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, WAIT) && GetLastError() == WAIT_TIMEOUT;
}

static int wait_mailslot(void)
{
    char buffer[4];
    DWORD bytes;
    HANDLE slot = CreateMailslotA("\\\\.\\mailslot\\stopwatch", 16, WAIT, NULL);
    return !ReadFile(slot, buffer, sizeof buffer, &bytes, NULL) && GetLastError() == ERROR_SEM_TIMEOUT;
}

static int wait_named_pipe(void)
{
    HANDLE pipe = CreateNamedPipeA("\\\\.\\pipe\\stopwatch", PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE, 1, 64, 64, 0, NULL);
    HANDLE client = CreateFileA("\\\\.\\pipe\\stopwatch", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    return pipe != INVALID_HANDLE_VALUE && client != INVALID_HANDLE_VALUE && !WaitNamedPipeA("\\\\.\\pipe\\stopwatch", WAIT) && GetLastError() == ERROR_SEM_TIMEOUT;
}

static SOCKET new_socket(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    SOCKET made = socket(AF_INET, SOCK_DGRAM, 0);
    return bind(made, (struct sockaddr *)&address, sizeof address) ? INVALID_SOCKET : made;
}

static int wait_select(void)
{
    struct timeval limit = {WAIT / 1000, 0};
    SOCKET idle = new_socket();
    fd_set set;
    FD_ZERO(&set);
    FD_SET(idle, &set);
    return select(0, &set, NULL, NULL, &limit) == 0;
}

static int wait_receive(void)
{
    char buffer[4];
    DWORD limit = WAIT;
    SOCKET idle = new_socket();
    setsockopt(idle, SOL_SOCKET, SO_RCVTIMEO, (char *)&limit, sizeof limit);
    return recv(idle, buffer, sizeof buffer, 0) == SOCKET_ERROR && WSAGetLastError() == WSAETIMEDOUT;
}

static int wait_child(void)
{
    char command[MAX_PATH + 16];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    DWORD code = 1;
    command[0] = '"';
    GetModuleFileNameA(NULL, command + 1, MAX_PATH);
    strcat(command, "\" child");
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child))
        return 0;
    return WaitForSingleObject(child.hProcess, INFINITE) == WAIT_OBJECT_0 && GetExitCodeProcess(child.hProcess, &code) && code == 17;
}

static volatile int is_spinning = 1;
static volatile LONGLONG spins;

static DWORD WINAPI spin(void *unused)
{
    (void)unused;
    while (is_spinning)
        spins++;
    return 0;
}

/* A thread that the program has suspended stays so, with its count, and one that runs for a time of the performance counter takes the
 * whole of it. */
static int wait_suspended(void)
{
    LONGLONG before, after;
    DWORD count;
    HANDLE thread = CreateThread(NULL, 0, spin, NULL, 0, NULL);
    Sleep(10);
    SuspendThread(thread);
    Sleep(10);
    before = spins;
    Sleep(WAIT - 20);
    after = spins;
    count = ResumeThread(thread);
    is_spinning = 0;
    return before == after && count == 1 && WaitForSingleObject(thread, 5000) == WAIT_OBJECT_0;
}

static int wait_busy(void)
{
    LONGLONG end = counter_start + WAIT;
    while (counter_ms() < end)
        YieldProcessor();
    return 1;
}

static int wait_tick_count(void)
{
    ULONGLONG end = GetTickCount64() + WAIT;
    while (GetTickCount64() < end)
        Sleep(5);
    return 1;
}

/* Ends when the host writes, in the middle of the pause: the byte arrives at its end. */
static int wait_standard_input(void)
{
    char byte;
    DWORD bytes;
    return ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &bytes, NULL) && bytes == 1;
}

static int wait_absolute_timer(void)
{
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
    LARGE_INTEGER due = {.QuadPart = system_units() + UNITS};
    return SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE) && WaitForSingleObject(timer, INFINITE) == WAIT_OBJECT_0;
}

NTSYSAPI NTSTATUS NTAPI NtDelayExecution(BOOLEAN alertable, const LARGE_INTEGER *interval);

static int wait_absolute_delay(void)
{
    LARGE_INTEGER due = {.QuadPart = system_units() + UNITS};
    return NtDelayExecution(FALSE, &due) == 0;
}

static const struct
{
    const char *name;
    int (*run)(void);
} waits[] = {
    {"sleep", wait_sleep},
    {"sleep_alertable", wait_sleep_alertable},
    {"event", wait_event},
    {"many", wait_many},
    {"address", wait_address},
    {"condition", wait_condition},
    {"timer", wait_timer},
    {"periodic_timer", wait_periodic_timer},
    {"pool_timer", wait_pool_timer},
    {"late_pool_timer", wait_late_pool_timer},
    {"chained_pool_timer", wait_chained_pool_timer},
    {"registered_wait", wait_registered},
    {"queue_timer", wait_queue_timer},
    {"completion_port", wait_port},
    {"mailslot", wait_mailslot},
    {"named_pipe", wait_named_pipe},
    {"select", wait_select},
    {"receive", wait_receive},
    {"child", wait_child},
    {"suspended", wait_suspended},
    {"busy", wait_busy},
    {"tick_count", wait_tick_count},
    {"standard_input", wait_standard_input},
    {"absolute_timer", wait_absolute_timer},
    {"absolute_delay", wait_absolute_delay},
};

static DWORD WINAPI run(void *which)
{
    size_t i = (size_t)which;
    InterlockedIncrement(&waiting);
    if (waits[i].run())
        report(waits[i].name);
    else
        fail(waits[i].name);
    return 0;
}

int main(int argc, char **argv)
{
    enum { count = sizeof waits / sizeof waits[0] };
    HANDLE threads[count];
    WSADATA data;
    size_t i;
    if (argc == 2 && !strcmp(argv[1], "child"))
    {
        Sleep(WAIT);
        return 17;
    }
    WSAStartup(MAKEWORD(2, 2), &data);
    InitializeCriticalSection(&output);
    never = CreateEventA(NULL, TRUE, FALSE, NULL);
    never_awaited = CreateEventA(NULL, TRUE, FALSE, NULL);
    counter_start = counter_ms();
    system_start = system_ms();
    for (i = 0; i < count; i++)
        threads[i] = CreateThread(NULL, 0, run, (void *)i, 0, NULL);
    while (waiting < count)
        Sleep(1);
    report("started");
    WaitForMultipleObjects(count, threads, TRUE, INFINITE);
    report("finished");
    return 0;
}
