/* Threads that are blocked. `blocked COUNT` starts COUNT threads for each way to wait, for events, time, pipes, sockets, a process of its own, completion
 * ports and addresses, prints `ready` when all of them are on their way there, and ends when standard input does. */
#define _WIN32_WINNT 0x0A00
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile LONG waiting;
static HANDLE never, child;

static void wait_event(void)
{
    WaitForSingleObject(never, INFINITE);
}

static void wait_time(void)
{
    for (;;)
        Sleep(3000);
}

static void wait_pipe(void)
{
    HANDLE reader, writer;
    char byte;
    DWORD bytes;
    if (CreatePipe(&reader, &writer, NULL, 0))
        ReadFile(reader, &byte, 1, &bytes, NULL);
}

static void wait_socket(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    SOCKET made = socket(AF_INET, SOCK_DGRAM, 0);
    char byte;
    if (!bind(made, (struct sockaddr *)&address, sizeof address))
        recv(made, &byte, 1, 0);
}

static void wait_process(void)
{
    WaitForSingleObject(child, INFINITE);
}

static void wait_port(void)
{
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;
    GetQueuedCompletionStatus(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1), &bytes, &key, &overlapped, INFINITE);
}

static void wait_address(void)
{
    LONG value = 0, same = 0;
    WaitOnAddress(&value, &same, sizeof value, INFINITE);
}

static void (*const ways[])(void) = {wait_event, wait_time, wait_pipe, wait_socket, wait_process, wait_port, wait_address};

static DWORD WINAPI run(void *way)
{
    InterlockedIncrement(&waiting);
    ways[(size_t)way]();
    fprintf(stderr, "wait %d ended\n", (int)(size_t)way);
    ExitProcess(1);
}

int main(int argc, char **argv)
{
    int i, count = argc > 1 ? atoi(argv[1]) : 1, all = count * (int)ARRAYSIZE(ways);
    char command[MAX_PATH + 16], byte;
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    WSADATA data;
    DWORD bytes;
    if (argc > 1 && !strcmp(argv[1], "child"))
        Sleep(INFINITE);
    WSAStartup(MAKEWORD(2, 2), &data);
    never = CreateEventA(NULL, TRUE, FALSE, NULL);
    command[0] = '"';
    GetModuleFileNameA(NULL, command + 1, MAX_PATH);
    strcat(command, "\" child");
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return 1;
    child = process.hProcess;
    for (i = 0; i < all; i++)
        CloseHandle(CreateThread(NULL, 1 << 16, run, (void *)(size_t)(i % ARRAYSIZE(ways)), STACK_SIZE_PARAM_IS_A_RESERVATION, NULL));
    while (waiting < all)
        Sleep(1);
    printf("ready\n");
    fflush(stdout);
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &bytes, NULL) && bytes)
        ;
    TerminateProcess(child, 0);
    return 0;
}
