/* Calls every system call with random arguments while other threads take the memory behind the pointers away.
 *
 *   system_calls.exe --seed N [--calls N] [--threads N] [--child] [--list]
 *
 * What it calls is in calls.txt beside it, a line a call: the number in hexadecimal, or - for a call of ntdll.dll or
 * win32u.dll; the name; and KIND:PARAMETER for each argument, where the kind is h (handle), p (pointer), q, d, w or b
 * (integers of 8 to 1 bytes). Names of parameters choose likely values.
 *
 * The program takes no side: it may end itself by a call that it makes. What is checked is that PortableVirt survives. */
#include <winsock2.h>
#include "nt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum
{
    MAX_CALLS = 1024,
    MAX_ARGUMENTS = 16,
    MAX_THREADS = 8,
    PAGE = 0x1000,
    SLOT_PAGES = 4,
    SHIFTING_PAGES = 32,
    TYPES = 15,
    HANDLES = 14,
    STUCK_MILLISECONDS = 80,
    LOST_MILLISECONDS = 2000,
};

#define CURRENT_PROCESS ((ULONG_PTR)-1)
#define CURRENT_THREAD ((ULONG_PTR)-2)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct call
{
    char name[64];
    unsigned number;
    int arguments;
    char kind[MAX_ARGUMENTS];
    char parameter[MAX_ARGUMENTS][40];
    int type[MAX_ARGUMENTS], own_type;
    int is_dangerous;
    volatile LONG made, succeeded;
};

struct worker
{
    unsigned long long random;
    unsigned char *slot;
    unsigned used;
    /* Sensible values only: a call gets further when one argument at most is wild. */
    int is_careful;
    HANDLE thread;
    volatile DWORD id;
    volatile LONG progress, finished;
    LONG seen;
    DWORD seen_at;
    CONTEXT start;
    volatile int armed;
};

NTSTATUS NTAPI NtCreateKeyedEvent(HANDLE *handle, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes, ULONG flags);
NTSTATUS invoke_system_call(unsigned number, const ULONG_PTR *arguments, int gate);

static struct call calls[MAX_CALLS];
static int call_count;
static struct worker workers[MAX_THREADS];
static int worker_count = 3;
static LONG calls_per_worker = 2000;
static unsigned long long seed = 1;
static unsigned char *shifting;
static volatile ULONG_PTR handles[TYPES][HANDLES];
static volatile LONG exceptions, restarts, stop;
static HANDLE child;
static volatile int ready;
static DWORD main_thread;
static int is_listing;
static wchar_t work_folder[512], outside[512];

/* These end or redirect the caller, or the thread that watches: made seldom but in every eighth seed. */
static const char *const dangerous[] = {
    "NtTerminateProcess", "NtTerminateJobObject", "NtContinue",       "NtContinueEx",         "NtRaiseException", "NtRaiseHardError",
    "NtSetContextThread", "NtSuspendProcess",     "NtShutdownSystem", "NtDebugActiveProcess", "NtCallbackReturn", "NtAssignProcessToJobObject",
};

/* Kinds of objects; a later one counts where a name has several of the words. */
static const char *const types[] = {
    "Event", "Mutant", "Semaphore", "Timer", "Process", "Thread", "Token", "Section", "Key", "File", "IoCompletion", "Job",
    "KeyedEvent", "DirectoryObject", "SymbolicLink",
};

static unsigned long long next(struct worker *w)
{
    unsigned long long z = w->random += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

static unsigned below(struct worker *w, unsigned limit)
{
    return (unsigned)(next(w) % limit);
}

static int has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* ---- arguments ---- */

static ULONG_PTR any_integer(struct worker *w)
{
    static const ULONG_PTR edges[] = {
        0, 1, 2, 3, 4, 5, 7, 8, 0xf, 0x10, 0x18, 0x1f, 0x20, 0x28, 0x30, 0x38, 0x40, 0x48, 0x7f, 0x80, 0xff, 0x100, 0x104, 0x200, 0xfff,
        0x1000, 0x1001, 0x2000, 0x3000, 0x7fff, 0x8000, 0xffff, 0x10000, 0x10001, 0x40000, 0x100000, 0x1fffff, 0x7fffffff, 0x80000000,
        0xc0000000, 0xfffffff0, 0xffffffff, 0x100000000, 0x7ffffffeffff, 0x7fffffffffff, 0x800000000000, 0xffff800000000000,
        0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffff000, 0xfffffffffffffff8, 0xffffffffffffffff,
    };
    if (w->is_careful)
        return below(w, 2) ? 0 : below(w, 3) ? below(w, 9) : (ULONG_PTR)1 << below(w, 20);
    switch (below(w, 8))
    {
        case 0:
            return next(w);
        case 1:
            return (unsigned)next(w);
        case 2:
            return (ULONG_PTR)1 << below(w, 64);
        case 3:
        case 4:
            return below(w, 160);
        default:
            return edges[below(w, COUNT(edges))];
    }
}

/* The kind of object that a name speaks of, or -1. */
static int type_in(const char *name)
{
    int type;
    for (type = TYPES - 1; type >= 0; type--)
        if (has(name, types[type]) || (*name >= 'a' && *name == types[type][0] + 32 && !strncmp(name + 1, types[type] + 1, strlen(types[type] + 1))))
            return type;
    return has(name, "port") ? type_in("IoCompletion") : has(name, "ey") ? type_in("Key") : has(name, "ource") ? type_in("File") : -1;
}

static ULONG_PTR any_handle(struct worker *w, int type)
{
    switch (w->is_careful ? 23 : below(w, 24))
    {
        case 0:
            return any_integer(w);
        case 1:
            return 0;
        case 2:
            return CURRENT_PROCESS;
        case 3:
            return CURRENT_THREAD;
        case 4:
            return (ULONG_PTR)-3 - below(w, 4);
        case 5:
            return below(w, 200) * 4;
        case 6:
        case 7:
            type = below(w, TYPES);
            break;
    }
    if (type >= 0 && !strcmp(types[type], "Process") && below(w, 2))
        return CURRENT_PROCESS;
    return handles[type >= 0 ? type : (int)below(w, TYPES)][below(w, HANDLES)] + (w->is_careful || below(w, 32) ? 0 : below(w, 4));
}

/* Bytes of this call's own memory, 8-aligned mostly; all of a call's structures fit in its slot. */
static unsigned char *take(struct worker *w, unsigned bytes)
{
    unsigned char *at;
    if (w->used + bytes + 16 > SLOT_PAGES * PAGE)
        w->used = 0;
    at = w->slot + w->used;
    w->used += (bytes + 15) & ~15u;
    return at;
}

static ULONG_PTR bad_pointer(struct worker *w)
{
    static const ULONG_PTR bad[] = {
        0, 1, 8, 0x1000, 0xfff0, 0x10000, 0x7ffe0000, 0x7ffe0ff8, 0x7ffffffe0000, 0x7fffffffeff8, 0x7ffffffffff8, 0x7fffffffffff,
        0x800000000000, 0xfffff7fffffffff8, 0xfffff80000000000, 0xfffff80000100000, 0xfffff90000000000, 0xffff800000000000,
        0xfffffffffffffff8, 0xffffffffffffffff,
    };
    switch (below(w, 4))
    {
        case 0:
            return bad[below(w, COUNT(bad))];
        case 1:
            /* The last bytes of a page, of which the next may be gone. */
            return (ULONG_PTR)shifting + (1 + below(w, SHIFTING_PAGES - 1)) * PAGE - below(w, 32);
        case 2:
            return (ULONG_PTR)shifting + below(w, SHIFTING_PAGES * PAGE);
        default:
            return any_integer(w);
    }
}

static ULONG_PTR any_pointer(struct worker *w, const char *parameter);

static ULONG_PTR unicode_string(struct worker *w)
{
    static const wchar_t *const names[] = {
        L"\\??\\C:\\", L"\\??\\C:\\fuzz", L"\\??\\C:\\windows\\system32\\ntdll.dll", L"\\??\\C:\\windows\\..\\..\\..\\etc\\passwd",
        L"\\??\\Z:\\", L"\\??\\Z:\\etc\\passwd", L"\\??\\Z:\\proc\\self\\mem", L"\\??\\Z:\\..\\..\\etc", L"\\Device\\Null", L"\\??\\NUL", L"\\??\\CON",
        L"\\??\\PIPE\\fuzz", L"\\Device\\NamedPipe\\fuzz", L"\\Device\\NamedPipe\\", L"\\??\\MAILSLOT\\fuzz", L"\\Device\\Mailslot\\fuzz",
        L"\\Device\\Afd", L"\\Device\\Afd\\Endpoint", L"\\Device\\ConDrv\\Server", L"\\Device\\ConDrv\\Connect", L"\\Device\\ConDrv\\CurrentIn",
        L"\\Device\\KsecDD", L"\\Device\\Nsi", L"\\Device\\MountPointManager", L"\\??\\UNC\\host\\share\\x", L"\\??\\GLOBALROOT\\Device\\Null",
        L"\\Registry\\Machine\\Software\\Fuzz", L"\\Registry\\Machine", L"\\Registry\\User\\Fuzz", L"\\Registry\\Machine\\System\\CurrentControlSet\\Control",
        L"\\BaseNamedObjects\\fuzz", L"\\BaseNamedObjects", L"\\KnownDlls\\kernel32.dll", L"\\KnownDlls", L"\\", L"\\Sessions\\1\\BaseNamedObjects\\f",
        L"f1", L"f2", L"sub\\f1", L"sub", L"..\\f1", L".", L"f1:stream", L"f*", L"<?>\"", L"a\\\\b", L"SeDebugPrivilege", L"File", L"en-US",
    };
    UNICODE_STRING *string = (UNICODE_STRING *)take(w, sizeof *string);
    wchar_t *text = (wchar_t *)take(w, 600);
    unsigned length;
    switch (below(w, 12))
    {
        case 0:
            for (length = 0; length < 32; length++)
                text[length] = (wchar_t)next(w);
            break;
        case 1:
            _snwprintf(text, 300, L"\\??\\Z:%ls\\f%u", outside[0] ? outside : L"\\root", below(w, 3));
            break;
        case 2:
        case 3:
            _snwprintf(text, 300, L"\\??\\%ls\\%ls%u", work_folder, below(w, 2) ? L"f" : L"sub\\f", below(w, 6));
            break;
        default:
            wcscpy(text, names[below(w, COUNT(names))]);
            break;
    }
    text[299] = 0;
    length = (unsigned)wcslen(text) * 2;
    string->Length = string->MaximumLength = (USHORT)length;
    string->Buffer = text;
    switch (w->is_careful ? 23 : below(w, 24))
    {
        case 0:
            string->Length = (USHORT)next(w);
            break;
        case 1:
            string->Length = string->MaximumLength = 0xfffe;
            break;
        case 2:
            string->Buffer = (wchar_t *)bad_pointer(w);
            break;
        case 3:
            string->MaximumLength = 0;
            break;
    }
    return (ULONG_PTR)string;
}

static ULONG_PTR object_attributes(struct worker *w)
{
    OBJECT_ATTRIBUTES *attributes = (OBJECT_ATTRIBUTES *)take(w, sizeof *attributes);
    memset(attributes, 0, sizeof *attributes);
    attributes->Length = w->is_careful || below(w, 30) ? sizeof *attributes : below(w, 100);
    attributes->RootDirectory = below(w, 4) ? NULL : (HANDLE)any_handle(w, type_in("DirectoryObject"));
    attributes->ObjectName = below(w, 8) ? (UNICODE_STRING *)unicode_string(w) : NULL;
    attributes->Attributes = below(w, 3) ? OBJ_CASE_INSENSITIVE : (ULONG)any_integer(w) & 0x1fff2;
    attributes->SecurityDescriptor = below(w, 10) ? NULL : (void *)any_pointer(w, "securityDescriptor");
    attributes->SecurityQualityOfService = below(w, 10) ? NULL : (void *)any_pointer(w, "");
    return (ULONG_PTR)attributes;
}

static void nothing(void)
{
}

/* A structure of random, likely and well-formed parts: offsets, counts, pointers into the slot, handles. */
static ULONG_PTR random_structure(struct worker *w)
{
    unsigned words = 2 + below(w, 30), i;
    unsigned long long *structure = (unsigned long long *)take(w, 256);
    for (i = 0; i < words; i++)
        switch (below(w, 10))
        {
            case 0:
                structure[i] = any_integer(w);
                break;
            case 1:
                structure[i] = any_handle(w, -1);
                break;
            case 2:
                structure[i] = (ULONG_PTR)w->slot + below(w, SLOT_PAGES * PAGE);
                break;
            case 3:
                structure[i] = below(w, 64) | (unsigned long long)below(w, 64) << 32;
                break;
            case 4:
                structure[i] = bad_pointer(w);
                break;
            case 5:
                structure[i] = 0x0041004200430044ULL;
                break;
            case 6:
                structure[i] = (ULONG_PTR)unicode_string(w);
                break;
            default:
                structure[i] = 0;
                break;
        }
    return (ULONG_PTR)structure;
}

static ULONG_PTR any_pointer(struct worker *w, const char *parameter)
{
    unsigned long long *word;
    if (!w->is_careful && !below(w, 12))
        return bad_pointer(w);
    if (has(parameter, "ttributes"))
        return below(w, 6) ? object_attributes(w) : 0;
    if (has(parameter, "ame") || has(parameter, "text") || has(parameter, "targetKey") || has(parameter, "oldFile"))
        return below(w, 5) ? unicode_string(w) : object_attributes(w);
    if (has(parameter, "outine"))
        return below(w, 60) ? (below(w, 2) ? 0 : (ULONG_PTR)nothing) : any_integer(w);
    word = (unsigned long long *)take(w, 64);
    if (has(parameter, "imeout") || has(parameter, "interval"))
    {
        *word = below(w, 4) ? (unsigned long long)-(long long)below(w, 20000) : any_integer(w);
        return below(w, 12) ? (ULONG_PTR)word : 0;
    }
    if (has(parameter, "address") || has(parameter, "base"))
    {
        *word = below(w, 3) ? (below(w, 2) ? 0 : (ULONG_PTR)shifting + below(w, SHIFTING_PAGES * PAGE)) : any_integer(w) | (1ULL << 46);
        return below(w, 4) ? (ULONG_PTR)word : *word;
    }
    if (has(parameter, "ize") || has(parameter, "ength") || has(parameter, "ffset") || has(parameter, "unt"))
    {
        *word = below(w, 3) ? below(w, 0x20000) : any_integer(w);
        return (ULONG_PTR)word;
    }
    if (has(parameter, "andles"))
    {
        unsigned i;
        word = (unsigned long long *)take(w, 64 * 8);
        for (i = 0; i < 64; i++)
            word[i] = any_handle(w, -1);
        return (ULONG_PTR)word;
    }
    if (has(parameter, "lientId"))
    {
        word[0] = below(w, 2) ? GetCurrentProcessId() : child ? GetProcessId(child) : 0;
        word[1] = below(w, 2) ? workers[below(w, worker_count)].id : 0;
        return (ULONG_PTR)word;
    }
    if (!below(w, 6))
        return 0;
    return below(w, 3) ? random_structure(w) : (ULONG_PTR)take(w, 2048) + (below(w, 12) ? 0 : below(w, 8));
}

static ULONG_PTR control_code(struct worker *w)
{
    static const unsigned codes[] = {
        0x110000, 0x110004, 0x110008, 0x11000c, 0x110010, 0x110014, 0x110018, 0x11001c, 0x110024, 0x110028, 0x11400c, 0x11c017, 0x900a4,
        0x900a8, 0x900ac, 0x900c4, 0x980c8, 0x940cf, 0x9005c, 0x90060, 0x90064, 0x900eb, 0x900f4, 0x980d0, 0x9c040, 0x9003c, 0x90078, 0x9007c,
        0x90018, 0x9001c, 0x90020, 0x90028, 0x12003, 0x12007, 0x1200b, 0x1200c, 0x12010, 0x12017, 0x1201b, 0x1201f, 0x12023, 0x12024, 0x1202b,
        0x1202f, 0x12033, 0x12037, 0x1203b, 0x1203f, 0x12043, 0x12047, 0x1207b, 0x12083, 0x12087, 0x1208b, 0x1208c, 0x12090, 0x1209f, 0x120bf,
        0x120c3, 0x120c7, 0x500016, 0x500023, 0x50000f, 0x500013, 0x500037, 0x39000c, 0x390008, 0x6d0008, 0x6d0030, 0x6d0034, 0x4d0008, 0x2d1080,
        0x2d1400, 0x70000, 0x74004, 0x70048, 0x7405c, 0x12000f, 0x120007,
    };
    return below(w, 8) ? codes[below(w, COUNT(codes))] : (unsigned)next(w);
}

static ULONG_PTR any_argument(struct worker *w, const struct call *call, int i)
{
    static const unsigned lengths[] = {1, 2, 4, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 104, 0x100, 0x178, 0x230, 0x1000};
    static const unsigned accesses[] = {0, 0x1f0003, 0x1fffff, 0x10000000, 0x80000000, 0xc0000000, 0x02000000, 0xf001f, 0xf003f, 0x120089, 0x100000, 0x1f01ff, 0x12019f};
    const char *name = call->parameter[i];
    switch (call->kind[i])
    {
        case 'h':
            return any_handle(w, call->type[i]);
        case 'p':
            return any_pointer(w, name);
        case 'b':
            return below(w, 8) ? below(w, 2) : any_integer(w);
        default:
            break;
    }
    if (has(name, "routine") || has(name, "procedure"))
        return below(w, 60) ? (below(w, 2) ? 0 : (ULONG_PTR)nothing) : any_integer(w);
    if (has(name, "ccess"))
        return below(w, 6) ? accesses[below(w, COUNT(accesses))] : any_integer(w);
    if (has(name, "module"))
        return (ULONG_PTR)GetModuleHandleA(below(w, 2) ? "ntdll" : "kernelbase");
    if (has(name, "code"))
        return below(w, 3) ? control_code(w) : below(w, 64);
    if (has(name, "lass"))
        return below(w, 2) ? below(w, 8) : below(w, 8) ? below(w, 130) : any_integer(w);
    if (has(name, "protection"))
        return below(w, 4) ? (ULONG_PTR)1 << below(w, 9) : any_integer(w);
    if (has(name, "type") && !has(call->name, "Memory") && !has(call->name, "Section"))
        return below(w, 4);
    if (has(name, "type"))
        return below(w, 3) ? 0x3000 : below(w, 2) ? (ULONG_PTR)0x1000 << below(w, 14) : any_integer(w);
    if (has(name, "ength") || has(name, "ize") || has(name, "ount"))
        return below(w, 3) ? lengths[below(w, COUNT(lengths))] : below(w, 3) ? below(w, 600) : any_integer(w);
    if (has(name, "share") || has(name, "disposition"))
        return below(w, 8);
    if (has(name, "ptions"))
        return below(w, 3) ? below(w, 2) ? 0x20 : 0x21 : any_integer(w);
    if (has(name, "millis"))
        return below(w, 20);
    return any_integer(w);
}

/* ---- calls ---- */

static void keep_handle(struct worker *w, int type, const ULONG_PTR *arguments)
{
    ULONG_PTR pointer = arguments[0], old;
    unsigned at = 1 + below(w, HANDLES - 1);
    if (pointer < (ULONG_PTR)w->slot || pointer + 8 > (ULONG_PTR)w->slot + SLOT_PAGES * PAGE)
        return;
    old = handles[type][at];
    handles[type][at] = *(ULONG_PTR *)pointer;
    if (below(w, 8))
        NtClose((HANDLE)old);
}

static void one_call(struct worker *w)
{
    ULONG_PTR arguments[MAX_ARGUMENTS];
    struct call *call = &calls[below(w, call_count)];
    unsigned number = call->number;
    NTSTATUS status;
    int i, careful, wild;
    if (call->is_dangerous && below(w, seed % 8 == 7 ? 30 : 4000))
        return;
    w->used = below(w, 64) * 16;
    careful = below(w, 3);
    wild = below(w, MAX_ARGUMENTS);
    for (i = 0; i < MAX_ARGUMENTS; i++)
    {
        w->is_careful = careful && i != wild;
        arguments[i] = i < call->arguments && (w->is_careful || below(w, 40)) ? any_argument(w, call, i) : any_integer(w);
    }
    w->is_careful = 0;
    if (!below(w, 300))
        number = below(w, 3) ? below(w, 0x4000) : (unsigned)next(w);
    status = invoke_system_call(number, arguments, !below(w, 20));
    InterlockedIncrement(&call->made);
    if (status < 0)
        return;
    InterlockedIncrement(&call->succeeded);
    if (call->kind[0] == 'p' && call->own_type >= 0 && (has(call->name, "NtCreate") || has(call->name, "NtOpen")))
        keep_handle(w, call->own_type, arguments);
}

static DWORD WINAPI work(void *parameter)
{
    struct worker *w = parameter;
    w->id = GetCurrentThreadId();
    while (!ready)
        Sleep(1);
    RtlCaptureContext(&w->start);
    w->armed = 1;
    w->is_careful = 0;
    while (!stop && w->progress < calls_per_worker)
    {
        InterlockedIncrement(&w->progress);
        one_call(w);
    }
    InterlockedExchange(&w->finished, 1);
    return 0;
}

/* A worker that faulted, whatever a call did to its registers, goes on where it began. */
static LONG CALLBACK on_exception(EXCEPTION_POINTERS *pointers)
{
    DWORD id = GetCurrentThreadId();
    int i;
    InterlockedIncrement(&exceptions);
    for (i = 0; i < worker_count; i++)
        if (workers[i].id == id && workers[i].armed)
        {
            *pointers->ContextRecord = workers[i].start;
            return EXCEPTION_CONTINUE_EXECUTION;
        }
    /* A thread that a call made. */
    if (id != main_thread)
        TerminateThread(GetCurrentThread(), 0);
    return EXCEPTION_CONTINUE_SEARCH;
}

/* Takes pages away, changes them and their protection, and brings them back. */
static DWORD WINAPI shift(void *parameter)
{
    static const DWORD protections[] = {PAGE_NOACCESS, PAGE_READONLY, PAGE_READWRITE, PAGE_EXECUTE_READ, PAGE_READWRITE | PAGE_GUARD, PAGE_EXECUTE_READWRITE};
    struct worker *w = parameter;
    while (!stop)
    {
        unsigned page = below(w, SHIFTING_PAGES), pages = 1 + below(w, SHIFTING_PAGES - page);
        unsigned char *at = shifting + page * PAGE;
        DWORD old;
        switch (below(w, 6))
        {
            case 0:
                VirtualFree(at, pages * PAGE, MEM_DECOMMIT);
                break;
            case 1:
            case 2:
                VirtualAlloc(at, pages * PAGE, MEM_COMMIT, PAGE_READWRITE);
                break;
            case 3:
                VirtualProtect(at, pages * PAGE, protections[below(w, COUNT(protections))], &old);
                break;
            case 4:
            {
                /* The memory that calls of a worker use at this moment: contents change under them. */
                struct worker *victim = &workers[below(w, worker_count)];
                *(volatile ULONG_PTR *)(victim->slot + below(w, SLOT_PAGES * PAGE / 8) * 8) = any_integer(w);
                break;
            }
            default:
            {
                struct worker *victim = &workers[below(w, worker_count)];
                VirtualProtect(victim->slot + PAGE, PAGE, below(w, 2) ? PAGE_READONLY : PAGE_NOACCESS, &old);
                VirtualProtect(victim->slot + PAGE, PAGE, PAGE_READWRITE, &old);
                break;
            }
        }
    }
    return 0;
}

/* ---- start ---- */

static unsigned stub_number(const char *name)
{
    static const char *const modules[] = {"ntdll", "win32u"};
    unsigned i, number;
    for (i = 0; i < COUNT(modules); i++)
    {
        const unsigned char *code = (const unsigned char *)(void *)GetProcAddress(GetModuleHandleA(modules[i]), name);
        if (code && code[3] == 0xb8)
        {
            memcpy(&number, code + 4, sizeof number);
            return number;
        }
    }
    return 0xffffffff;
}

static int read_calls(void)
{
    char path[MAX_PATH], line[1024], *word;
    FILE *file;
    unsigned i;
    int by_name;
    GetModuleFileNameA(NULL, path, sizeof path);
    strcpy(strrchr(path, '\\') + 1, "calls.txt");
    file = fopen(path, "r");
    if (!file)
        return 0;
    while (call_count < MAX_CALLS && fgets(line, sizeof line, file))
    {
        struct call *call = &calls[call_count];
        line[strcspn(line, "\r\n")] = 0;
        if (!(word = strtok(line, " ")))
            continue;
        call->number = strtoul(word, NULL, 16);
        by_name = *word == '-';
        if (!(word = strtok(NULL, " ")))
            continue;
        snprintf(call->name, sizeof call->name, "%s", word);
        if (by_name && (call->number = stub_number(call->name)) == 0xffffffff)
            continue;
        while (call->arguments < MAX_ARGUMENTS && (word = strtok(NULL, " ")))
        {
            call->kind[call->arguments] = word[0];
            snprintf(call->parameter[call->arguments++], sizeof call->parameter[0], "%s", word + 2);
        }
        call->own_type = type_in(call->name);
        for (i = 0; i < (unsigned)call->arguments; i++)
            call->type[i] = type_in(call->parameter[i]) >= 0 ? type_in(call->parameter[i]) : call->own_type;
        for (i = 0; i < COUNT(dangerous); i++)
            call->is_dangerous |= !strcmp(call->name, dangerous[i]);
        call_count++;
    }
    fclose(file);
    return call_count;
}

static void put(const char *type, HANDLE handle)
{
    int t = type_in(type), at = 0;
    while (at < HANDLES - 1 && handles[t][at])
        at++;
    handles[t][at] = (ULONG_PTR)handle;
}

static void put_sockets(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = 0x0100007f};
    int length = sizeof address;
    SOCKET listening, calling, datagram;
    WSADATA data;
    if (WSAStartup(0x202, &data))
        return;
    listening = socket(AF_INET, SOCK_STREAM, 0);
    calling = socket(AF_INET, SOCK_STREAM, 0);
    datagram = socket(AF_INET, SOCK_DGRAM, 0);
    if (listening == INVALID_SOCKET || calling == INVALID_SOCKET || datagram == INVALID_SOCKET)
        return;
    bind(listening, (struct sockaddr *)&address, sizeof address);
    listen(listening, 5);
    getsockname(listening, (struct sockaddr *)&address, &length);
    connect(calling, (struct sockaddr *)&address, sizeof address);
    put("File", (HANDLE)listening);
    put("File", (HANDLE)calling);
    put("File", (HANDLE)accept(listening, NULL, NULL));
    put("File", (HANDLE)datagram);
}

static void first_handles(void)
{
    HANDLE input, output, token, key, other;
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    int type, i;
    put("Event", CreateEventW(NULL, TRUE, FALSE, L"fuzz"));
    put("Event", CreateEventW(NULL, FALSE, FALSE, NULL));
    put("Mutant", CreateMutexW(NULL, FALSE, NULL));
    put("Semaphore", CreateSemaphoreW(NULL, 1, 5, NULL));
    put("Timer", CreateWaitableTimerW(NULL, TRUE, NULL));
    put("File", CreateFileW(L"f1", GENERIC_READ | GENERIC_WRITE | DELETE, 7, NULL, CREATE_ALWAYS, 0, NULL));
    put("File", CreateFileW(L"f2", GENERIC_READ | GENERIC_WRITE, 7, NULL, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED, NULL));
    put("File", CreateFileW(L"sub", GENERIC_READ, 7, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL));
    put("File", CreateFileW(L".", GENERIC_READ, 7, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL));
    put("File", CreateNamedPipeW(L"\\\\.\\pipe\\fuzz", PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, PIPE_TYPE_MESSAGE, 4, 4096, 4096, 0, NULL));
    put("File", CreateFileW(L"\\\\.\\pipe\\fuzz", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL));
    if (CreatePipe(&input, &output, NULL, 0))
    {
        put("File", input);
        put("File", output);
    }
    put_sockets();
    put("Section", CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_EXECUTE_READWRITE, 0, 0x40000, NULL));
    put("IoCompletion", CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0));
    put("Job", CreateJobObjectW(NULL, NULL));
    put("Process", child);
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token))
        put("Token", token);
    if (!RegCreateKeyW(HKEY_CURRENT_USER, L"Software\\Fuzz", (HKEY *)&key))
        put("Key", key);
    if (!RegOpenKeyW(HKEY_LOCAL_MACHINE, L"Software", (HKEY *)&key))
        put("Key", key);
    if (!NtCreateKeyedEvent(&other, 0x1f0003, &attributes, 0))
        put("KeyedEvent", other);
    for (i = 0; i < worker_count; i++)
        put("Thread", OpenThread(THREAD_ALL_ACCESS, FALSE, workers[i].id));
    for (type = 0; type < TYPES; type++)
        for (i = 1; i < HANDLES; i++)
            if (!handles[type][i])
                handles[type][i] = handles[type][0];
}

static void start_worker(struct worker *w)
{
    w->armed = 0;
    w->thread = CreateThread(NULL, 0x20000, work, w, 0, (DWORD *)&w->id);
    if (!w->thread)
        w->finished = 1;
}

static void start_child(void)
{
    wchar_t path[MAX_PATH], command[1024];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION information;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    _snwprintf(command, 1024, L"\"%ls\" --seed %llu --calls %ld --threads 1 --child", path, seed + 0x10000, calls_per_worker / 2);
    if (!CreateProcessW(path, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &information))
        return;
    NtClose(information.hThread);
    child = information.hProcess;
}

/* A worker that stands in a call is ended there, and another goes on with its numbers. */
static int watch(void)
{
    int running = 0, i;
    DWORD now = GetTickCount();
    for (i = 0; i < worker_count; i++)
    {
        struct worker *w = &workers[i];
        if (w->finished)
            continue;
        running++;
        if (w->progress != w->seen)
        {
            w->seen = w->progress;
            w->seen_at = now;
        }
        else if (now - w->seen_at >= (w->armed ? STUCK_MILLISECONDS : LOST_MILLISECONDS))
        {
            /* Never in the loader, whose lock would stay taken: armed means that the thread has come to its own code.
             * One that does not come there was ended by another's call. */
            if (w->armed)
                TerminateThread(w->thread, 0);
            NtClose(w->thread);
            restarts++;
            w->seen_at = now;
            start_worker(w);
        }
    }
    return running;
}

static void read_options(int argc, char **argv, int *is_child)
{
    int i;
    for (i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--child"))
            *is_child = 1;
        else if (!strcmp(argv[i], "--list"))
            is_listing = 1;
        else if (i + 1 < argc && !strcmp(argv[i], "--seed"))
            seed = strtoull(argv[++i], NULL, 0);
        else if (i + 1 < argc && !strcmp(argv[i], "--calls"))
            calls_per_worker = strtol(argv[++i], NULL, 0);
        else if (i + 1 < argc && !strcmp(argv[i], "--threads"))
            worker_count = atoi(argv[++i]);
    if (worker_count < 1 || worker_count >= MAX_THREADS)
        worker_count = 1;
}

int main(int argc, char **argv)
{
    struct worker shifter = {0};
    int is_child = 0, i, succeeded = 0, made = 0;
    LONG total = 0;
    main_thread = GetCurrentThreadId();
    read_options(argc, argv, &is_child);
    LoadLibraryA("win32u.dll");
    LoadLibraryA("user32.dll");
    if (!read_calls())
    {
        fputs("system_calls: there is no calls.txt beside the program; the test project writes it\n", stderr);
        return 2;
    }
    if (!is_child)
        printf("seed %llu, %d calls\n", seed, call_count), fflush(stdout);
    GetCurrentDirectoryW(512, work_folder);
    GetEnvironmentVariableW(L"PV_OUTSIDE", outside, 512);
    CreateDirectoryW(L"sub", NULL);
    AddVectoredExceptionHandler(1, on_exception);
    SetErrorMode(SEM_NOGPFAULTERRORBOX | SEM_FAILCRITICALERRORS);
    shifting = VirtualAlloc(NULL, SHIFTING_PAGES * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (!is_child)
        start_child();
    for (i = 0; i < worker_count; i++)
    {
        workers[i].slot = VirtualAlloc(NULL, SLOT_PAGES * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        workers[i].random = seed * 1000003 + i;
        workers[i].seen_at = GetTickCount();
        start_worker(&workers[i]);
    }
    first_handles();
    ready = 1;
    shifter.random = seed * 7919 + 77;
    CreateThread(NULL, 0x20000, shift, &shifter, 0, NULL);
    while (watch())
        Sleep(5);
    stop = 1;
    for (i = 0; i < call_count; i++)
    {
        total += calls[i].made;
        made += calls[i].made != 0;
        succeeded += calls[i].succeeded != 0;
        if (is_listing)
            printf("%s made %ld succeeded %ld\n", calls[i].name, calls[i].made, calls[i].succeeded), fflush(stdout);
    }
    if (!is_child)
    {
        char text[200];
        DWORD written;
        int length = snprintf(text, sizeof text, "end: %ld calls returned, %d of %d made, %d succeeded, %ld exceptions, %ld threads ended in a call\n",
                              total, made, call_count, succeeded, exceptions, restarts);
        WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, length, &written, NULL);
    }
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}
