/* `counters COUNT` starts COUNT threads, each of which counts in a place of its own in the file counters.bin of the working folder, 64 bytes apart, without
 * rest: in a view of the file, or, with `counters COUNT calls`, by a call for each number. Prints `ready` when all of them count, and ends when standard
 * input does. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#define APART 8

static volatile LONG ending, counting;
static volatile LONGLONG *places;
static HANDLE file;

static DWORD WINAPI count(void *number)
{
    volatile LONGLONG *place = places + (size_t)number * APART;
    InterlockedIncrement(&counting);
    while (!ending)
        ++*place;
    return 0;
}

static DWORD WINAPI count_by_calls(void *number)
{
    OVERLAPPED place = {.Offset = (DWORD)((size_t)number * APART * sizeof *places)};
    LONGLONG value = 0;
    DWORD bytes;
    InterlockedIncrement(&counting);
    while (!ending && WriteFile(file, &value, sizeof value, &bytes, &place))
        value++;
    return 0;
}

int main(int argc, char **argv)
{
    int i, threads = argc > 1 ? atoi(argv[1]) : 1;
    HANDLE section;
    LPTHREAD_START_ROUTINE routine = argc > 2 ? count_by_calls : count;
    char byte;
    DWORD bytes;
    file = CreateFileA("counters.bin", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, CREATE_ALWAYS, 0, NULL);
    section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, (DWORD)(threads * APART * sizeof *places), NULL);
    places = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    if (!places)
    {
        fprintf(stderr, "no view, error %lu\n", GetLastError());
        return 1;
    }
    for (i = 0; i < threads; i++)
        CloseHandle(CreateThread(NULL, 1 << 16, routine, (void *)(size_t)i, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL));
    while (counting < threads)
        Sleep(1);
    printf("ready\n");
    fflush(stdout);
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &bytes, NULL) && bytes)
        ;
    ending = 1;
    return 0;
}
