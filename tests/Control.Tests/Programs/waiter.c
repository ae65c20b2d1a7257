/* waiter.exe [ignore | files | seconds N]: prints READY and its console control events until one ends it: Ctrl-C with 33, Ctrl-Break with 34,
   the console's closing with 35; with "ignore" none does. With "files" it has made a folder on drive C: before; with
   "seconds" it ends by itself with 36. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static int ignore;

static BOOL WINAPI control(DWORD kind)
{
    printf("control %lu\n", kind);
    fflush(stdout);
    if (!ignore)
        ExitProcess(33 + (kind == CTRL_BREAK_EVENT ? 1 : kind == CTRL_CLOSE_EVENT ? 2 : 0));
    for (; kind == CTRL_CLOSE_EVENT;)
        Sleep(1000);
    return TRUE;
}

int main(int argc, char **argv)
{
    ignore = argc > 1 && !strcmp(argv[1], "ignore");
    if (argc > 1 && !strcmp(argv[1], "files"))
        CreateDirectoryA("C:\\waiter", NULL);
    SetConsoleCtrlHandler(control, TRUE);
    printf("READY\n");
    fflush(stdout);
    if (argc > 2 && !strcmp(argv[1], "seconds")) {
        Sleep(1000 * atoi(argv[2]));
        return 36;
    }
    for (;;)
        Sleep(1000);
}
