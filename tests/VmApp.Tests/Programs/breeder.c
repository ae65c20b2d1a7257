/* Processes that make processes. `breeder` starts chains, prints `ready` and waits for ever; each process of a chain starts the next one and ends. A chain has an
 * end, so that a VM which cannot be stopped does not go on for ever. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#define CHAINS 4
#define LENGTH 5000

static void start(int generation)
{
    char path[MAX_PATH], line[MAX_PATH + 32];
    STARTUPINFOA startup = { .cb = sizeof startup };
    PROCESS_INFORMATION made;
    GetModuleFileNameA(NULL, path, sizeof path);
    snprintf(line, sizeof line, "\"%s\" %d", path, generation);
    if (CreateProcessA(path, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &made))
    {
        CloseHandle(made.hThread);
        CloseHandle(made.hProcess);
    }
}

int main(int argc, char **argv)
{
    int i;
    if (argc > 1)
    {
        int generation = atoi(argv[1]);
        if (generation < LENGTH)
            start(generation + 1);
        return 0;
    }
    for (i = 0; i < CHAINS; i++)
        start(1);
    printf("ready\n");
    fflush(stdout);
    Sleep(INFINITE);
    return 0;
}
