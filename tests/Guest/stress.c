/* Much of everything, in a short form (seconds) or, with PV_STRESS=long in the environment, in full: threads, events,
 * files, processes, sockets, memory, generated code. Handle counts return to where they began. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include "file_helpers.h"
#include <wchar.h>

static int is_long;
static HANDLE gate;
static volatile LONG running;

static DWORD handle_count(void)
{
    DWORD count = 0;
    GetProcessHandleCount(GetCurrentProcess(), &count);
    return count;
}

static DWORD WINAPI wait_at_gate(void *unused)
{
    (void)unused;
    InterlockedIncrement(&running);
    return WaitForSingleObject(gate, 60000);
}

static void threads_group(void)
{
    enum { MAXIMUM = 500 };
    static HANDLE threads[MAXIMUM];
    int count = is_long ? MAXIMUM : 150, started = 0, ended = 0, i;
    DWORD before = handle_count(), code = 1;
    running = 0;
    gate = CreateEventW(NULL, TRUE, FALSE, NULL);
    for (i = 0; i < count; i++)
        started += (threads[i] = CreateThread(NULL, 128 << 10, wait_at_gate, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL)) != NULL;
    CHECK_EQ("threads.started", started, count);
    for (i = 0; i < 2000 && running < count; i++)
        Sleep(5);
    CHECK_EQ("threads.all-run", running, count);
    SetEvent(gate);
    for (i = 0; i < count; i++)
    {
        ended += WaitForSingleObject(threads[i], 10000) == WAIT_OBJECT_0 && GetExitCodeThread(threads[i], &code) && code == WAIT_OBJECT_0;
        CloseHandle(threads[i]);
    }
    CHECK_EQ("threads.all-end", ended, count);
    CloseHandle(gate);
    CHECK_EQ("threads.handles-back", handle_count(), before);
}

static void events_group(void)
{
    int rounds = is_long ? 100000 : 10000, i, right = 0;
    DWORD before = handle_count();
    for (i = 0; i < rounds; i++)
    {
        HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
        right += SetEvent(event) && WaitForSingleObject(event, 0) == WAIT_OBJECT_0 && WaitForSingleObject(event, 0) == WAIT_TIMEOUT;
        CloseHandle(event);
    }
    CHECK_EQ("events.all-right", right, rounds);
    CHECK_EQ("events.handles-back", handle_count(), before);
}

static void open_handles_group(void)
{
    enum { COUNT = 20000 };
    static HANDLE handles[COUNT];
    DWORD before = handle_count();
    int i, good = 0;
    for (i = 0; i < COUNT; i++)
        good += (handles[i] = CreateEventW(NULL, FALSE, FALSE, NULL)) != NULL;
    CHECK_EQ("open.all-made", good, COUNT);
    CHECK_WINE_WRONG("open.counted", handle_count() == before + COUNT, "GetProcessHandleCount counts");
    for (i = COUNT - 1; i >= 0; i--)
        CloseHandle(handles[i]);
    CHECK_EQ("open.handles-back", handle_count(), before);
}

static void files_group(void)
{
    int count = is_long ? 10000 : 1500, made = 0, seen = 0, deleted = 0, i;
    WCHAR name[64];
    WIN32_FIND_DATAW found;
    HANDLE find;
    DWORD before;
    CreateDirectoryW(L"stress", NULL);
    before = handle_count();
    for (i = 0; i < count; i++)
    {
        swprintf(name, ARRAY_COUNT(name), L"stress\\File %05d.tmp", i);
        made += opens(name, GENERIC_WRITE, 0, CREATE_NEW);
    }
    CHECK_EQ("files.made", made, count);
    find = FindFirstFileW(L"stress\\*.TMP", &found);
    do
        seen++;
    while (FindNextFileW(find, &found));
    FindClose(find);
    CHECK_EQ("files.seen", seen, count);
    for (i = 0; i < count; i++)
    {
        swprintf(name, ARRAY_COUNT(name), L"STRESS\\file %05d.TMP", i);
        deleted += DeleteFileW(name);
    }
    CHECK_EQ("files.deleted-by-other-case", deleted, count);
    CHECK("files.folder-empty", RemoveDirectoryW(L"stress"));
    CHECK_EQ("files.handles-back", handle_count(), before);
}

static void processes_group(void)
{
    int count = is_long ? 200 : 12, right = 0, i;
    WCHAR self[MAX_PATH], line[MAX_PATH + 32];
    DWORD before, code = 0;
    GetModuleFileNameW(NULL, self, MAX_PATH);
    before = handle_count();
    for (i = 0; i < count; i++)
    {
        STARTUPINFOW startup = {.cb = sizeof startup};
        PROCESS_INFORMATION process;
        swprintf(line, ARRAY_COUNT(line), L"\"%ls\" --exit %d", self, i);
        if (!CreateProcessW(self, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
            break;
        right += WaitForSingleObject(process.hProcess, 20000) == WAIT_OBJECT_0 && GetExitCodeProcess(process.hProcess, &code) &&
                 code == (DWORD)i;
        CloseHandle(process.hThread);
        CloseHandle(process.hProcess);
    }
    CHECK_EQ("processes.all-right", right, count);
    CHECK_EQ("processes.handles-back", handle_count(), before);
}

static void memory_group(void)
{
    int rounds = is_long ? 20000 : 4000, good = 0, i;
    static char *blocks[64];
    for (i = 0; i < rounds; i++)
    {
        char **block = &blocks[i * 7 % 64];
        if (*block)
            VirtualFree(*block, 0, MEM_RELEASE);
        *block = VirtualAlloc(NULL, 4096u << (i % 9), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (*block && !**block)
        {
            **block = 1;
            good++;
        }
    }
    CHECK_EQ("memory.fresh-and-zero", good, rounds);
    for (i = good = 0; i < 64; i++)
        good += VirtualFree(blocks[i], 0, MEM_RELEASE) != 0;
    CHECK_EQ("memory.all-freed", good, 64);
}

static void sockets_group(void)
{
    enum { MAXIMUM = 1000 };
    static SOCKET clients[MAXIMUM], servers[MAXIMUM];
    struct sockaddr_in address = {.sin_family = AF_INET};
    int count = is_long ? MAXIMUM : 100, right = 0, length = sizeof address, i;
    char byte;
    SOCKET server = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(server, (struct sockaddr *)&address, sizeof address);
    listen(server, 64);
    getsockname(server, (struct sockaddr *)&address, &length);
    for (i = 0; i < count; i++)
    {
        clients[i] = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        connect(clients[i], (struct sockaddr *)&address, sizeof address);
        servers[i] = accept(server, NULL, NULL);
    }
    for (i = 0; i < count; i++)
    {
        byte = (char)i;
        right += send(clients[i], &byte, 1, 0) == 1 && recv(servers[i], &byte, 1, 0) == 1 && byte == (char)i;
    }
    CHECK_EQ("sockets.all-connected", right, count);
    for (i = 0; i < count; i++)
    {
        closesocket(clients[i]);
        closesocket(servers[i]);
    }
    closesocket(server);
}

/* A compiler's life: writes a function that returns a number, makes it executable, runs it, writes the next. */
static void generated_group(void)
{
    ULONGLONG end = GetTickCount64() + (is_long ? 60000 : 1000);
    unsigned char *pages = VirtualAlloc(NULL, 16 * 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    int number = 0, right = 0;
    DWORD old;
    while (GetTickCount64() < end)
    {
        unsigned char *code = pages + number % 16 * 4096 + number % 100 * 8;
        int (*call)(void) = (int (*)(void))(ULONG_PTR)code;
        VirtualProtect(code, 8, PAGE_READWRITE, &old);
        code[0] = 0xb8;
        memcpy(code + 1, &number, 4);
        code[5] = 0xc3;
        VirtualProtect(code, 8, PAGE_EXECUTE_READ, &old);
        FlushInstructionCache(GetCurrentProcess(), code, 8);
        right += call() == number;
        number++;
    }
    CHECK("generated.ran", number > 100);
    CHECK_EQ("generated.all-right", right, number);
    VirtualFree(pages, 0, MEM_RELEASE);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"threads", threads_group}, {"events", events_group}, {"open", open_handles_group}, {"files", files_group},
        {"processes", processes_group}, {"memory", memory_group}, {"sockets", sockets_group}, {"generated", generated_group},
    };
    char mode[8] = "";
    WSADATA data;
    if (argc == 3 && !strcmp(argv[1], "--exit"))
        return atoi(argv[2]);
    GetEnvironmentVariableA("PV_STRESS", mode, sizeof mode);
    is_long = !strcmp(mode, "long");
    WSAStartup(MAKEWORD(2, 2), &data);
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
