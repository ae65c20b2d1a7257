/* Threads that never rest. `workers COUNT` starts COUNT threads that count in user mode, prints `ready` when all of them begin, and ends
 * when standard input does. `workers COUNT mixed` starts two processes more, each with threads that count, hand over by events, allocate, write and
 * read files, start threads, run code of their own making, raise exceptions and use pipes; each checks what it does. Every process
 * prints a point now and then. Exit code 0 where nothing went wrong. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHILDREN 2

static volatile LONG ending, wrong;
static HANDLE ping, pong;

static void require(int condition, const char *what)
{
    if (!condition && !ending)
    {
        InterlockedIncrement(&wrong);
        fprintf(stderr, "wrong: %s, error %lu\n", what, GetLastError());
    }
}

static DWORD WINAPI count(void *unused)
{
    volatile LONGLONG value = 0;
    (void)unused;
    while (!ending)
        value++;
    return 0;
}

static DWORD WINAPI count_later(void *go)
{
    WaitForSingleObject(go, INFINITE);
    return count(NULL);
}

static DWORD WINAPI give(void *unused)
{
    (void)unused;
    while (!ending)
        require(SetEvent(ping) && WaitForSingleObject(pong, 30000) == WAIT_OBJECT_0, "ping");
    SetEvent(ping);
    return 0;
}

static DWORD WINAPI take(void *unused)
{
    (void)unused;
    while (!ending)
        require(WaitForSingleObject(ping, 30000) == WAIT_OBJECT_0 && SetEvent(pong), "pong");
    SetEvent(pong);
    return 0;
}

static DWORD WINAPI allocate(void *unused)
{
    (void)unused;
    while (!ending)
    {
        size_t i, size = 1 << 18;
        char *memory = VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        require(memory != NULL, "allocation");
        for (i = 0; memory && i < size; i += 4096)
            memory[i] = (char)(i >> 12);
        for (i = 0; memory && i < size; i += 4096)
            require(memory[i] == (char)(i >> 12), "memory");
        VirtualFree(memory, 0, MEM_RELEASE);
    }
    return 0;
}

static DWORD WINAPI use_file(void *unused)
{
    char folder[MAX_PATH], name[MAX_PATH], text[64], back[64];
    DWORD bytes, round;
    HANDLE file;
    (void)unused;
    GetTempPathA(sizeof folder, folder);
    GetTempFileNameA(folder, "pv", 0, name);
    file = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    require(file != INVALID_HANDLE_VALUE, "file");
    for (round = 0; !ending; round++)
    {
        int length = snprintf(text, sizeof text, "round %lu", round);
        SetFilePointer(file, 0, NULL, FILE_BEGIN);
        require(WriteFile(file, text, (DWORD)length, &bytes, NULL) && bytes == (DWORD)length, "write");
        SetFilePointer(file, 0, NULL, FILE_BEGIN);
        require(ReadFile(file, back, (DWORD)length, &bytes, NULL) && bytes == (DWORD)length && !memcmp(text, back, bytes), "read");
    }
    CloseHandle(file);
    return 0;
}

static DWORD WINAPI short_life(void *value)
{
    return (DWORD)(size_t)value + 1;
}

static DWORD WINAPI start_threads(void *unused)
{
    DWORD round, code;
    (void)unused;
    for (round = 0; !ending; round++)
    {
        HANDLE thread = CreateThread(NULL, 0, short_life, (void *)(size_t)round, 0, NULL);
        require(thread && WaitForSingleObject(thread, 30000) == WAIT_OBJECT_0 && GetExitCodeThread(thread, &code) && code == round + 1, "thread");
        CloseHandle(thread);
    }
    return 0;
}

/* mov eax, imm32; ret: another number in each round. */
static DWORD WINAPI run_made_code(void *unused)
{
    unsigned char *code = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    DWORD round;
    (void)unused;
    for (round = 0; !ending; round++)
    {
        code[0] = 0xb8;
        memcpy(code + 1, &round, sizeof round);
        code[5] = 0xc3;
        require(((DWORD(*)(void))code)() == round, "made code");
    }
    return 0;
}

static LONG CALLBACK skip_fault(EXCEPTION_POINTERS *info)
{
    if (info->ExceptionRecord->ExceptionCode != 0xe0001234)
        return EXCEPTION_CONTINUE_SEARCH;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static DWORD WINAPI raise_exceptions(void *unused)
{
    (void)unused;
    while (!ending)
        RaiseException(0xe0001234, 0, 0, NULL);
    return 0;
}

static DWORD WINAPI use_pipe(void *unused)
{
    HANDLE reader, writer;
    DWORD round, back, bytes;
    (void)unused;
    require(CreatePipe(&reader, &writer, NULL, 4096), "pipe");
    for (round = 0; !ending; round++)
        require(WriteFile(writer, &round, sizeof round, &bytes, NULL) && ReadFile(reader, &back, sizeof back, &bytes, NULL) && back == round, "pipe data");
    return 0;
}

static DWORD WINAPI doze(void *unused)
{
    (void)unused;
    while (!ending)
        Sleep(1);
    return 0;
}

static DWORD WINAPI print_points(void *unused)
{
    DWORD bytes;
    (void)unused;
    while (!ending)
    {
        WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), ".", 1, &bytes, NULL);
        Sleep(2);
    }
    return 0;
}

static DWORD WINAPI await_end(void *unused)
{
    char byte;
    DWORD bytes;
    (void)unused;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &bytes, NULL) && bytes)
        ;
    ending = 1;
    return 0;
}

static int run_mixed(HANDLE stop)
{
    static const LPTHREAD_START_ROUTINE kinds[] = {
        count, give, take, allocate, use_file, start_threads, run_made_code, raise_exceptions, use_pipe, doze, print_points,
    };
    HANDLE threads[ARRAYSIZE(kinds)];
    size_t i;
    ping = CreateEventA(NULL, FALSE, FALSE, NULL);
    pong = CreateEventA(NULL, FALSE, FALSE, NULL);
    AddVectoredExceptionHandler(1, skip_fault);
    for (i = 0; i < ARRAYSIZE(kinds); i++)
        threads[i] = CreateThread(NULL, 0, kinds[i], NULL, 0, NULL);
    WaitForSingleObject(stop, INFINITE);
    ending = 1;
    SetEvent(ping);
    SetEvent(pong);
    if (WaitForMultipleObjects(ARRAYSIZE(kinds), threads, TRUE, 60000) != WAIT_OBJECT_0)
    {
        ending = 0;
        require(0, "end of the threads");
    }
    return wrong ? 1 : 0;
}

static int run_parent(void)
{
    PROCESS_INFORMATION children[CHILDREN];
    HANDLE stop = CreateEventA(NULL, TRUE, FALSE, "workers stop");
    HANDLE input = CreateThread(NULL, 0, await_end, NULL, 0, NULL);
    char path[MAX_PATH], command[MAX_PATH + 16];
    DWORD code;
    int i, failed = 0;
    GetModuleFileNameA(NULL, path, sizeof path);
    snprintf(command, sizeof command, "\"%s\" child", path);
    for (i = 0; i < CHILDREN; i++)
    {
        STARTUPINFOA startup = {.cb = sizeof startup};
        require(CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &children[i]), "child");
    }
    printf("ready\n");
    fflush(stdout);
    WaitForSingleObject(input, INFINITE);
    SetEvent(stop);
    for (i = 0; i < CHILDREN; i++)
        failed |= WaitForSingleObject(children[i].hProcess, 90000) != WAIT_OBJECT_0 || !GetExitCodeProcess(children[i].hProcess, &code) || code;
    return failed || wrong ? 1 : 0;
}

int main(int argc, char **argv)
{
    HANDLE go;
    int i, threads = argc > 1 ? atoi(argv[1]) : 0;
    if (argc == 2 && !strcmp(argv[1], "child"))
        return run_mixed(OpenEventA(SYNCHRONIZE, FALSE, "workers stop"));
    if (argc == 3 && !strcmp(argv[2], "mixed"))
        return run_parent();
    go = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (i = 0; i < threads; i++)
        CloseHandle(CreateThread(NULL, 1 << 16, count_later, go, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL));
    printf("ready\n");
    fflush(stdout);
    SetEvent(go);
    await_end(NULL);
    return 0;
}
