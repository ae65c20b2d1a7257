/* Waits to be interrupted: the child of the shell in CommandShellTests. */
#include <windows.h>
#include <stdio.h>

int main(void)
{
    puts("waiting");
    fflush(stdout);
    Sleep(60000);
    puts("not interrupted");
    return 1;
}
