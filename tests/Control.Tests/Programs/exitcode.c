/* exitcode.exe N: exits with N. */
#include <stdlib.h>
#include <windows.h>

int main(int argc, char **argv)
{
    ExitProcess(argc > 1 ? strtoul(argv[1], NULL, 0) : 0);
}
