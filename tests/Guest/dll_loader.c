/* The DLL that loader.c loads: counts what its entry point hears, has exports by name, by number and forwarded
 * (dll_loader.def), and a static TLS block with a callback. */
#include <windows.h>

static LONG counts[4];

int exported_data = 17;

/* Static TLS as the PE format has it. The C runtime brings the directory, the index that the loader fills in and the
 * lists' ends; this file adds a variable to the template and a callback to the list. */
extern ULONG _tls_index;
extern char _tls_start;
__attribute__((section(".tls$MMM"), used)) static int tls_variable = 1234;

static void NTAPI on_tls(PVOID module, DWORD reason, PVOID reserved)
{
    (void)module;
    (void)reserved;
    if (reason == DLL_THREAD_ATTACH)
        InterlockedIncrement(&counts[3]);
}

__attribute__((section(".CRT$XLB"), used)) static PIMAGE_TLS_CALLBACK callback = on_tls;

int *thread_value(void)
{
    char **blocks = *(char ***)((char *)NtCurrentTeb() + 0x58);
    return (int *)(blocks[_tls_index] + ((char *)&tls_variable - &_tls_start));
}

int add(int left, int right)
{
    return left + right;
}

/* 0 process attach, 1 thread attach, 2 thread detach, 3 thread attach by TLS callback. */
LONG count_of(int what)
{
    return counts[what];
}

const char *text(void)
{
    static const char value[] = "from the library";
    return value;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    char refuse[4];
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
    {
        counts[0]++;
        return !GetEnvironmentVariableA("PV_REFUSE", refuse, sizeof refuse);
    }
    if (reason == DLL_THREAD_ATTACH)
        InterlockedIncrement(&counts[1]);
    if (reason == DLL_THREAD_DETACH)
        InterlockedIncrement(&counts[2]);
    return TRUE;
}
