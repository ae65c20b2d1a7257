/* Pipes: anonymous and named, byte and message mode, overlapped connections, ends that go away; standard handles. */
#include "checks.h"
#include "nt.h"
#include <io.h>

#define NAME L"\\\\.\\pipe\\portablevirt-checks"

static HANDLE server_end(DWORD mode, DWORD flags, DWORD instances)
{
    return CreateNamedPipeW(NAME, PIPE_ACCESS_DUPLEX | flags, mode, instances, 4096, 4096, 0, NULL);
}

static HANDLE client_end(DWORD access)
{
    return CreateFileW(NAME, access, 0, NULL, OPEN_EXISTING, 0, NULL);
}

static DWORD WINAPI write_slowly(void *pipe)
{
    DWORD done;
    int i;
    for (i = 0; i < 5; i++)
    {
        Sleep(5);
        WriteFile(pipe, "chunk", 5, &done, NULL);
    }
    CloseHandle(pipe);
    return 0;
}

static DWORD WINAPI write_much(void *pipe)
{
    static char block[200000];
    DWORD done = 0;
    memset(block, 'm', sizeof block);
    WriteFile(pipe, block, sizeof block, &done, NULL);
    CloseHandle(pipe);
    return done;
}

static void anonymous_group(void)
{
    char buffer[4096];
    DWORD done, available = 0, total = 0, code = 0;
    HANDLE read, write, thread;
    CHECK("anonymous.create", CreatePipe(&read, &write, NULL, 0));
    CHECK("anonymous.write", WriteFile(write, "hello pipe", 10, &done, NULL) && done == 10);
    CHECK("anonymous.peek", PeekNamedPipe(read, buffer, 5, &done, &available, NULL) && done == 5 && available == 10);
    CHECK("anonymous.read-part", ReadFile(read, buffer, 6, &done, NULL) && done == 6 && !memcmp(buffer, "hello ", 6));
    CHECK("anonymous.read-rest", ReadFile(read, buffer, 100, &done, NULL) && done == 4 && !memcmp(buffer, "pipe", 4));
    CHECK_EQ("anonymous.type", GetFileType(read), FILE_TYPE_PIPE);
    CHECK_ERROR("anonymous.wrong-direction", WriteFile(read, "x", 1, &done, NULL), ERROR_ACCESS_DENIED);
    WriteFile(write, "last", 4, &done, NULL);
    CloseHandle(write);
    CHECK("anonymous.read-after-close", ReadFile(read, buffer, 100, &done, NULL) && done == 4);
    CHECK_ERROR("anonymous.end", ReadFile(read, buffer, 100, &done, NULL), ERROR_BROKEN_PIPE);
    CloseHandle(read);
    CreatePipe(&read, &write, NULL, 0);
    CloseHandle(read);
    CHECK_ERROR("anonymous.no-reader", WriteFile(write, "x", 1, &done, NULL), ERROR_NO_DATA);
    CloseHandle(write);
    CreatePipe(&read, &write, NULL, 0);
    thread = CreateThread(NULL, 0, write_slowly, write, 0, NULL);
    while (ReadFile(read, buffer, sizeof buffer, &done, NULL))
        total += done;
    CHECK_EQ("anonymous.blocking-read", total, 25);
    WaitForSingleObject(thread, 3000);
    CloseHandle(thread);
    CloseHandle(read);
    CreatePipe(&read, &write, NULL, 4096);
    thread = CreateThread(NULL, 0, write_much, write, 0, NULL);
    for (total = 0; ReadFile(read, buffer, sizeof buffer, &done, NULL); total += done)
        ;
    WaitForSingleObject(thread, 3000);
    CHECK("anonymous.blocking-write", total == 200000 && GetExitCodeThread(thread, &code) && code == 200000);
    CloseHandle(thread);
    CloseHandle(read);
}

static void named_group(void)
{
    char buffer[64];
    DWORD done, state = 0, instances = 0, flags = 0;
    HANDLE server = server_end(PIPE_TYPE_BYTE, 0, 1), client;
    CHECK("named.create", server != INVALID_HANDLE_VALUE);
    CHECK_ERROR("named.too-many-instances", close_good(server_end(PIPE_TYPE_BYTE, 0, 1)), ERROR_PIPE_BUSY);
    client = client_end(GENERIC_READ | GENERIC_WRITE);
    CHECK("named.open", client != INVALID_HANDLE_VALUE);
    CHECK_ERROR("named.connect-after-open", ConnectNamedPipe(server, NULL), ERROR_PIPE_CONNECTED);
    CHECK_ERROR("named.busy", close_good(client_end(GENERIC_READ)), ERROR_PIPE_BUSY);
    WriteFile(client, "up", 2, &done, NULL);
    CHECK("named.client-to-server", ReadFile(server, buffer, 64, &done, NULL) && done == 2 && !memcmp(buffer, "up", 2));
    WriteFile(server, "down", 4, &done, NULL);
    CHECK("named.server-to-client", ReadFile(client, buffer, 64, &done, NULL) && done == 4 && !memcmp(buffer, "down", 4));
    CHECK("named.state", GetNamedPipeHandleStateW(server, &state, &instances, NULL, NULL, NULL, 0) && !state && instances == 1);
    CHECK("named.information", GetNamedPipeInfo(server, &flags, NULL, NULL, &instances) && flags & PIPE_SERVER_END && instances == 1);
    CloseHandle(client);
    CHECK_ERROR("named.client-gone", ReadFile(server, buffer, 1, &done, NULL), ERROR_BROKEN_PIPE);
    CHECK("named.disconnect", DisconnectNamedPipe(server));
    CHECK_ERROR("named.use-disconnected", ReadFile(server, buffer, 1, &done, NULL), ERROR_PIPE_NOT_CONNECTED);
    CloseHandle(server);
    CHECK_ERROR("named.gone", close_good(client_end(GENERIC_READ)), ERROR_FILE_NOT_FOUND);
    CHECK_ERROR("named.wait-missing", WaitNamedPipeW(NAME, 10), ERROR_FILE_NOT_FOUND);
}

static void message_group(void)
{
    char buffer[64];
    DWORD done, left = 0, mode = PIPE_READMODE_MESSAGE;
    HANDLE server = server_end(PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE, 0, 2), client = client_end(GENERIC_READ | GENERIC_WRITE);
    CHECK("message.client-mode", SetNamedPipeHandleState(client, &mode, NULL, NULL));
    WriteFile(server, "first", 5, &done, NULL);
    WriteFile(server, "second", 6, &done, NULL);
    CHECK("message.one-at-a-time", ReadFile(client, buffer, 64, &done, NULL) && done == 5);
    CHECK("message.peek-left", PeekNamedPipe(client, NULL, 0, NULL, &done, &left) && done == 6 && left == 6);
    CHECK_ERROR("message.too-long", ReadFile(client, buffer, 4, &done, NULL), ERROR_MORE_DATA);
    CHECK("message.rest", ReadFile(client, buffer, 64, &done, NULL) && done == 2 && !memcmp(buffer, "nd", 2));
    WriteFile(client, "", 0, &done, NULL);
    CHECK("message.empty", ReadFile(server, buffer, 64, &done, NULL) && done == 0);
    CloseHandle(client);
    CloseHandle(server);
}

static void overlapped_group(void)
{
    char buffer[64];
    DWORD done = 0;
    OVERLAPPED pending = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    HANDLE server = server_end(PIPE_TYPE_BYTE, FILE_FLAG_OVERLAPPED, 1), client;
    CHECK_ERROR("overlapped.connect-pends", ConnectNamedPipe(server, &pending), ERROR_IO_PENDING);
    CHECK_EQ("overlapped.not-yet", WaitForSingleObject(pending.hEvent, 10), WAIT_TIMEOUT);
    client = client_end(GENERIC_READ | GENERIC_WRITE);
    CHECK_EQ("overlapped.connected", WaitForSingleObject(pending.hEvent, 3000), WAIT_OBJECT_0);
    ResetEvent(pending.hEvent);
    CHECK_ERROR("overlapped.read-pends", ReadFile(server, buffer, 64, NULL, &pending), ERROR_IO_PENDING);
    WriteFile(client, "late", 4, &done, NULL);
    CHECK("overlapped.read-completes", GetOverlappedResult(server, &pending, &done, TRUE) && done == 4 && !memcmp(buffer, "late", 4));
    ResetEvent(pending.hEvent);
    ReadFile(server, buffer, 64, NULL, &pending);
    CHECK("overlapped.cancel", CancelIoEx(server, &pending));
    CHECK_ERROR("overlapped.cancelled", GetOverlappedResult(server, &pending, &done, TRUE), ERROR_OPERATION_ABORTED);
    CHECK_ERROR("overlapped.nothing-to-cancel", CancelIoEx(server, &pending), ERROR_NOT_FOUND);
    ResetEvent(pending.hEvent);
    ReadFile(server, buffer, 64, NULL, &pending);
    CloseHandle(client);
    CHECK_ERROR("overlapped.other-end-closes", GetOverlappedResult(server, &pending, &done, TRUE), ERROR_BROKEN_PIPE);
    CloseHandle(pending.hEvent);
    CloseHandle(server);
}

static void standard_group(void)
{
    char buffer[8];
    DWORD done = 99, mode;
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE), output = GetStdHandle(STD_OUTPUT_HANDLE);
    CHECK("standard.handles", input && output && input != INVALID_HANDLE_VALUE && output != INVALID_HANDLE_VALUE);
    CHECK_EQ("standard.output-type", GetFileType(output), FILE_TYPE_PIPE);
    CHECK("standard.output-is-no-console", !GetConsoleMode(output, &mode));
    mode = PIPE_READMODE_BYTE | PIPE_WAIT;
    CHECK_WINE_WRONG("standard.byte-mode", SetNamedPipeHandleState(output, &mode, NULL, NULL), "a pipe takes the mode that it has");
    CHECK("standard.console-write-fails", !WriteConsoleA(output, "x", 1, &done, NULL));
    CHECK_WINE_WRONG("standard.peek-at-end", !PeekNamedPipe(input, NULL, 0, NULL, &done, NULL) && GetLastError() == ERROR_BROKEN_PIPE, "a host's pipe is a pipe");
    CHECK_WINE_WRONG("standard.read-nothing-at-end", !ReadFile(input, buffer, 0, &done, NULL) && GetLastError() == ERROR_BROKEN_PIPE, "a host's pipe is a pipe");
    CHECK("standard.input-is-at-end", (ReadFile(input, buffer, 8, &done, NULL) && done == 0) || GetLastError() == ERROR_BROKEN_PIPE);
    CHECK("standard.c-runtime", _isatty(1) == 0 && fgetc(stdin) == EOF);
    CHECK("standard.set", SetStdHandle(STD_ERROR_HANDLE, output) && GetStdHandle(STD_ERROR_HANDLE) == output);
    CHECK_ERROR("standard.bad-number", GetStdHandle(77) != INVALID_HANDLE_VALUE, ERROR_INVALID_HANDLE);
}

/* By name only: the standard input is a pipe into which "first line\n" comes after a while, and then its end. */
static void input_group(void)
{
    char buffer[16];
    DWORD done = 99, available = 99;
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    CHECK("input.peek-before", PeekNamedPipe(input, NULL, 0, NULL, &available, NULL) && (available == 0 || available == 11));
    CHECK("input.read-nothing-waits",
          ReadFile(input, buffer, 0, &done, NULL) && done == 0 && PeekNamedPipe(input, NULL, 0, NULL, &available, NULL) && available == 11);
    CHECK("input.peek-bytes", PeekNamedPipe(input, buffer, 5, &done, &available, NULL) && done == 5 && available == 11 && !memcmp(buffer, "first", 5));
    CHECK("input.read-part", ReadFile(input, buffer, 6, &done, NULL) && done == 6 && !memcmp(buffer, "first ", 6));
    CHECK("input.peek-rest", PeekNamedPipe(input, NULL, 0, NULL, &available, NULL) && available == 5);
    CHECK("input.read-rest", ReadFile(input, buffer, 16, &done, NULL) && done == 5 && !memcmp(buffer, "line\n", 5));
    CHECK_ERROR("input.end", ReadFile(input, buffer, 16, &done, NULL), ERROR_BROKEN_PIPE);
    CHECK_ERROR("input.read-nothing-at-end", ReadFile(input, buffer, 0, &done, NULL), ERROR_BROKEN_PIPE);
    CHECK_ERROR("input.peek-at-end", PeekNamedPipe(input, NULL, 0, NULL, &available, NULL), ERROR_BROKEN_PIPE);
}

/* The group above in a child, on an anonymous pipe: what a pipe of the host must be like. */
static void child_group(void)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    STARTUPINFOA start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE), .hStdError = GetStdHandle(STD_ERROR_HANDLE)};
    PROCESS_INFORMATION child = {0};
    char command[MAX_PATH + 10] = "\"";
    DWORD done, code = 99;
    HANDLE write;
    GetModuleFileNameA(NULL, command + 1, MAX_PATH);
    strcat(command, "\" input");
    CreatePipe(&start.hStdInput, &write, &inherited, 0);
    SetHandleInformation(write, HANDLE_FLAG_INHERIT, 0);
    CHECK("child.start", CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child));
    CloseHandle(start.hStdInput);
    Sleep(200);
    WriteFile(write, "first line\n", 11, &done, NULL);
    CloseHandle(write);
    WaitForSingleObject(child.hProcess, INFINITE);
    CHECK("child.passes", GetExitCodeProcess(child.hProcess, &code) && code == 0);
    CloseHandle(child.hProcess);
    CloseHandle(child.hThread);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"anonymous", anonymous_group}, {"named", named_group}, {"message", message_group},
        {"overlapped", overlapped_group}, {"standard", standard_group}, {"child", child_group},
        {"input", input_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups) - (argc > 1 ? 0 : 1));
}
