/* Calls the unix sides of libwine's DLLs with random parameter blocks, while another thread changes them and takes memory away.
 *
 *   unix_calls.exe --seed N [--calls N]
 *
 * A block holds pointers to its own memory, to structures that look like the DLLs' own, to nothing, and numbers. The program takes no side about
 * the answers; what is checked is that PortableVirt survives. It ends with a line `end: N calls, M answered`. */
#include "nt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    PAGE = 0x1000,
    ARENA_PAGES = 16,
    BLOCK_WORDS = 10,
    KEY_WORDS = 13,
};

static const char *const modules[] = {"bcrypt.dll", "crypt32.dll", "secur32.dll", "dnsapi.dll", "ws2_32.dll", "winspool.drv", "mountmgr.sys", "netapi32.dll",
                                      "kerberos.dll", "msv1_0.dll", "odbc32.dll", "avicap32.dll", "localspl.dll"};
static const unsigned module_calls[] = {17, 7, 22, 4, 5, 3, 19, 4, 12, 4, 119, 2, 4};

typedef NTSTATUS(NTAPI *unix_call)(unsigned long long handle, unsigned code, void *arguments);

static unsigned long long state = 1;
static unsigned char *arena, *scribbled;
static volatile LONG stop;

static unsigned long long next_of(unsigned long long *random)
{
    unsigned long long z = *random += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

static unsigned below(unsigned limit)
{
    return (unsigned)(next_of(&state) % limit);
}

static unsigned number(void)
{
    static const unsigned edges[] = {0, 1, 2, 3, 4, 7, 8, 12, 15, 16, 17, 20, 24, 31, 32, 33, 48, 64, 72, 104, 128, 255, 256, 1024, 0x1000, 0x3fff, 0x4000,
                                     0x4001, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
    return edges[below(sizeof edges / sizeof *edges)];
}

/* Somewhere in the arena, mostly aligned; its last page is read-only, the one before it comes and goes. */
static unsigned long long place(void)
{
    unsigned offset = below(ARENA_PAGES * PAGE);
    switch (below(12))
    {
    case 0:
        return 0;
    case 1:
        return next_of(&state);
    case 2:
        return (unsigned long long)arena + ARENA_PAGES * PAGE - below(40);
    case 3:
        return (unsigned long long)arena + offset;
    default:
        return (unsigned long long)arena + (offset & ~15u);
    }
}

/* bcrypt's struct key, or something of its size. */
static unsigned long long key(void)
{
    static const unsigned algorithms[] = {0, 1, 9, 10, 11, 12, 13, 14, 15, 16};
    static const unsigned bits[] = {0, 7, 384, 512, 768, 1000, 0xffffffff};
    unsigned char *at = arena + below(ARENA_PAGES - 2) * PAGE + below(100) * 16;
    unsigned *words = (unsigned *)at;
    unsigned long long *pointers = (unsigned long long *)at;
    words[0] = 0x4b455930;
    words[1] = algorithms[below(10)];
    if (below(3) == 0)
        pointers[1] = below(60);
    if (words[1] <= 1)
    {
        words[6] = below(6);
        words[7] = 16;
        pointers[4] = place();
        words[10] = below(3) ? words[1] ? 16 : 8 : number();
        pointers[6] = place();
        words[14] = below(4) ? 16 + 8 * below(3) : number();
    }
    else
    {
        words[6] = bits[below(7)];
        words[7] = below(2);
    }
    return (unsigned long long)at;
}

/* The beginnings of blobs, descriptions of buffers and credentials, so that some calls get further. */
static void shape(void)
{
    unsigned *words = (unsigned *)(arena + below(ARENA_PAGES - 2) * PAGE + below(60) * 16);
    switch (below(6))
    {
    case 0: /* BCRYPT_RSAKEY_BLOB */
        words[0] = 0x31415352 + (below(3) << 24);
        words[1] = 512;
        words[2] = below(3) ? 3 : number();
        words[3] = below(3) ? 64 : number();
        words[4] = words[5] = below(3) ? 32 : number();
        break;
    case 1: /* BCRYPT_ECCKEY_BLOB, BCRYPT_DSA_KEY_BLOB */
        words[0] = 0x304b4345 + (below(6) << 24);
        words[1] = below(3) ? 32 + 16 * below(2) : number();
        break;
    case 2: /* SecBufferDesc */
        words[0] = 0;
        words[1] = below(4) ? 1 + below(3) : number();
        *(unsigned long long *)(words + 2) = place();
        break;
    case 3: /* SecBuffer */
        words[0] = number();
        words[1] = below(8);
        *(unsigned long long *)(words + 2) = place();
        break;
    case 4: /* schan_credentials */
        words[0] = 1 + below(2);
        words[1] = 0xa00 << below(4);
        *(unsigned long long *)(words + 2) = below(60);
        break;
    default: /* a TLS record */
        words[0] = 0x16 | 0x030300 | number() << 24;
        break;
    }
}

static DWORD WINAPI scribble(void *argument)
{
    unsigned long long random = (unsigned long long)(ULONG_PTR)argument;
    while (!stop)
    {
        DWORD old;
        scribbled[next_of(&random) % ((ARENA_PAGES - 1) * PAGE)] ^= 1;
        if (next_of(&random) % 64 == 0)
        {
            VirtualProtect(arena + (ARENA_PAGES - 2) * PAGE, PAGE, PAGE_NOACCESS, &old);
            VirtualProtect(arena + (ARENA_PAGES - 2) * PAGE, PAGE, PAGE_READWRITE, &old);
        }
        Sleep(0);
    }
    return 0;
}

int main(int argc, char **argv)
{
    unix_call call = (unix_call)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "__wine_unix_call");
    unsigned long long handles[sizeof modules / sizeof *modules];
    unsigned calls = 4000, answered = 0, i, n, loaded = 0;
    DWORD old;
    HANDLE thread;
    for (i = 1; (int)i + 1 < argc; i += 2)
    {
        if (!strcmp(argv[i], "--seed"))
            state = strtoull(argv[i + 1], NULL, 10);
        if (!strcmp(argv[i], "--calls"))
            calls = strtoul(argv[i + 1], NULL, 10);
    }
    for (i = 0; i < sizeof modules / sizeof *modules; i++)
    {
        handles[i] = (unsigned long long)(ULONG_PTR)LoadLibraryA(modules[i]);
        loaded += handles[i] != 0;
    }
    if (!call || loaded < 4)
    {
        printf("no unix calls\n");
        return 1;
    }
    arena = scribbled = VirtualAlloc(NULL, ARENA_PAGES * PAGE, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    VirtualProtect(arena + (ARENA_PAGES - 1) * PAGE, PAGE, PAGE_READONLY, &old);
    thread = CreateThread(NULL, 0, scribble, (void *)(ULONG_PTR)(state | 1), 0, NULL);
    for (n = 0; n < calls; n++)
    {
        unsigned module = below(3) ? below(4) : below(sizeof modules / sizeof *modules);
        unsigned code = below(50) ? below(module_calls[module]) : number();
        unsigned long long *block = (unsigned long long *)(arena + below(ARENA_PAGES - 2) * PAGE);
        int careful = below(4) != 0;
        if (!handles[module])
            continue;
        for (i = 0; i < 4; i++)
            shape();
        for (i = 0; i < BLOCK_WORDS; i++)
        {
            unsigned kind = below(careful ? 3 : 5);
            block[i] = kind == 0 ? place() : kind == 1 ? number() : kind == 2 ? number() | (unsigned long long)number() << 32 : kind == 3 ? next_of(&state) : 0;
        }
        if (module == 0)
            block[0] = careful ? key() : place();
        else if (below(2))
            block[0] = below(60);
        else if (careful)
            block[0] = place();
        if (module == 0 && (code == 2 || code == 7 || code == 8 || code == 14))
            block = (unsigned long long *)(ULONG_PTR)(careful ? key() : place());
        answered += !call(handles[module], code, block);
    }
    stop = 1;
    WaitForSingleObject(thread, 5000);
    printf("end: %u calls, %u answered\n", calls, answered);
    return 0;
}
