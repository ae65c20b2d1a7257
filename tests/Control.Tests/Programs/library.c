/* library.exe NAME: loads a DLL by name; exits with 0, or the error code. */
#include <windows.h>

int main(int argc, char **argv)
{
    return argc > 1 && LoadLibraryA(argv[1]) ? 0 : (int)GetLastError();
}
