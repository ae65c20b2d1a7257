/* Virtual memory: reserve, commit, decommit, protect, query, guard pages, write watch, large and placed reservations. */
#include "checks.h"
#include "nt.h"

enum { PAGE = 4096, GRANULARITY = 65536 };

static volatile LONG faults;
static volatile ULONG_PTR fault_kind, fault_address;
static volatile DWORD fault_code;
static void *landing;

/* Access violations and guard pages of probe() end here: they go on after the access. */
static LONG CALLBACK note_fault(EXCEPTION_POINTERS *pointers)
{
    EXCEPTION_RECORD *record = pointers->ExceptionRecord;
    if (!landing || (record->ExceptionCode != STATUS_ACCESS_VIOLATION &&
                     record->ExceptionCode != STATUS_GUARD_PAGE_VIOLATION && record->ExceptionCode != STATUS_IN_PAGE_ERROR))
        return EXCEPTION_CONTINUE_SEARCH;
    faults++;
    fault_code = record->ExceptionCode;
    fault_kind = record->ExceptionInformation[0];
    fault_address = record->ExceptionInformation[1];
    pointers->ContextRecord->Rip = (DWORD64)landing;
    return EXCEPTION_CONTINUE_EXECUTION;
}

/* Reads (or writes) a byte. Returns 0, or the exception code that the access raised. */
static __attribute__((noinline)) DWORD probe(volatile void *address, int write)
{
    fault_code = 0;
    if (write)
        __asm__ volatile("lea 1f(%%rip), %%rax\n\tmov %%rax, %0\n\tmovb $1, (%1)\n1:" : "=m"(landing) : "r"(address) : "rax", "memory");
    else
        __asm__ volatile("lea 1f(%%rip), %%rax\n\tmov %%rax, %0\n\tmovb (%1), %%al\n1:" : "=m"(landing) : "r"(address) : "rax", "memory");
    landing = NULL;
    return fault_code;
}

static void *reserve(SIZE_T size)
{
    return VirtualAlloc(NULL, size, MEM_RESERVE, PAGE_NOACCESS);
}

static char *allocate(SIZE_T size, DWORD protection)
{
    return VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, protection);
}

static MEMORY_BASIC_INFORMATION query(const void *address)
{
    MEMORY_BASIC_INFORMATION information;
    memset(&information, 0x77, sizeof information);
    VirtualQuery(address, &information, sizeof information);
    return information;
}

static void allocate_group(void)
{
    MEMORY_BASIC_INFORMATION information;
    char *block = reserve(10 * PAGE), *second;
    int i, zero = 1;
    CHECK("allocate.granularity", block && !((ULONG_PTR)block % GRANULARITY));
    information = query(block + PAGE);
    CHECK("allocate.reserved", information.State == MEM_RESERVE && information.RegionSize == 9 * PAGE &&
                                   information.AllocationBase == block && information.Protect == 0 &&
                                   information.AllocationProtect == PAGE_NOACCESS && information.Type == MEM_PRIVATE);
    CHECK_STATUS("allocate.reserved-faults", probe(block, 0), STATUS_ACCESS_VIOLATION);
    CHECK("allocate.commit-some", VirtualAlloc(block + 2 * PAGE + 5, PAGE, MEM_COMMIT, PAGE_READWRITE) == block + 2 * PAGE);
    information = query(block + 2 * PAGE);
    CHECK("allocate.commit-spans-both-pages", information.State == MEM_COMMIT && information.RegionSize == 2 * PAGE &&
                                                  information.Protect == PAGE_READWRITE);
    for (i = 0; i < 2 * PAGE; i++)
        zero = zero && !block[2 * PAGE + i];
    CHECK("allocate.zero-filled", zero);
    block[2 * PAGE] = 5;
    CHECK("allocate.commit-again-keeps", VirtualAlloc(block, 10 * PAGE, MEM_COMMIT, PAGE_READWRITE) && block[2 * PAGE] == 5);
    CHECK("allocate.decommit", VirtualFree(block + 2 * PAGE, PAGE, MEM_DECOMMIT) &&
                                   query(block + 2 * PAGE).State == MEM_RESERVE);
    CHECK("allocate.recommit-is-zero", VirtualAlloc(block + 2 * PAGE, PAGE, MEM_COMMIT, PAGE_READWRITE) &&
                                           block[2 * PAGE] == 0);
    CHECK_ERROR("allocate.commit-beyond", VirtualAlloc(block + 9 * PAGE, GRANULARITY, MEM_COMMIT, PAGE_READWRITE),
                ERROR_INVALID_ADDRESS);
    CHECK_ERROR("allocate.commit-free-memory", VirtualAlloc((void *)0x123450000, PAGE, MEM_COMMIT, PAGE_READWRITE),
                ERROR_INVALID_ADDRESS);
    CHECK_ERROR("allocate.reserve-occupied", VirtualAlloc(block, PAGE, MEM_RESERVE, PAGE_READWRITE), ERROR_INVALID_ADDRESS);
    CHECK_ERROR("allocate.release-with-size", VirtualFree(block, PAGE, MEM_RELEASE), ERROR_INVALID_PARAMETER);
    CHECK_ERROR("allocate.release-inside", VirtualFree(block + PAGE, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    CHECK("allocate.release", VirtualFree(block, 0, MEM_RELEASE) && query(block).State == MEM_FREE);
    CHECK_STATUS("allocate.released-faults", probe(block + 3 * PAGE, 0), STATUS_ACCESS_VIOLATION);
    CHECK_WINE_WRONG("allocate.release-twice",
                     !VirtualFree(block, 0, MEM_RELEASE) && GetLastError() == ERROR_INVALID_ADDRESS,
                     "free memory gives STATUS_MEMORY_NOT_ALLOCATED");
    second = VirtualAlloc(block + 100, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK("allocate.wanted-address-is-rounded", second == block && VirtualFree(second, 0, MEM_RELEASE));
    CHECK_ERROR("allocate.no-size", VirtualAlloc(NULL, 0, MEM_RESERVE, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    CHECK_ERROR("allocate.bad-protection", VirtualAlloc(NULL, PAGE, MEM_COMMIT, 0x777), ERROR_INVALID_PARAMETER);
    second = VirtualAlloc(NULL, PAGE, MEM_COMMIT, PAGE_READWRITE);
    CHECK("allocate.commit-alone-reserves", second && VirtualFree(second, 0, MEM_RELEASE));
}

static void protect_group(void)
{
    DWORD old = 0;
    char *block = allocate(4 * PAGE, PAGE_READWRITE);
    block[0] = 1;
    CHECK("protect.read-only", VirtualProtect(block, PAGE, PAGE_READONLY, &old) && old == PAGE_READWRITE);
    CHECK_EQ("protect.read-allowed", probe(block, 0), 0);
    CHECK_STATUS("protect.write-denied", probe(block + 10, 1), STATUS_ACCESS_VIOLATION);
    CHECK("protect.fault-tells-write", fault_kind == 1 && fault_address == (ULONG_PTR)block + 10);
    CHECK("protect.no-access", VirtualProtect(block, PAGE, PAGE_NOACCESS, &old) && old == PAGE_READONLY);
    CHECK_STATUS("protect.read-denied", probe(block + 7, 0), STATUS_ACCESS_VIOLATION);
    CHECK("protect.fault-tells-read", fault_kind == 0 && fault_address == (ULONG_PTR)block + 7);
    CHECK("protect.back", VirtualProtect(block, PAGE, PAGE_READWRITE, &old) && probe(block, 1) == 0);
    CHECK("protect.splits-region", VirtualProtect(block + PAGE, PAGE, PAGE_EXECUTE_READ, &old) &&
                                       query(block).RegionSize == PAGE && query(block + PAGE).Protect == PAGE_EXECUTE_READ &&
                                       query(block + 2 * PAGE).RegionSize == 2 * PAGE);
    CHECK("protect.range-gives-first-old", VirtualProtect(block, 4 * PAGE, PAGE_READWRITE, &old) && old == PAGE_READWRITE &&
                                               query(block).RegionSize == 4 * PAGE);
    CHECK_ERROR("protect.no-place-for-old", VirtualProtect(block, PAGE, PAGE_READONLY, NULL), ERROR_NOACCESS);
    VirtualFree(block + 3 * PAGE, PAGE, MEM_DECOMMIT);
    CHECK_ERROR("protect.uncommitted", VirtualProtect(block, 4 * PAGE, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
    CHECK_ERROR("protect.bad-value", VirtualProtect(block, PAGE, 3, &old), ERROR_INVALID_PARAMETER);
    VirtualFree(block, 0, MEM_RELEASE);
}

static void guard_group(void)
{
    DWORD old;
    char *block = allocate(4 * PAGE, PAGE_READWRITE);
    CHECK("guard.set", VirtualProtect(block + PAGE, PAGE, PAGE_READWRITE | PAGE_GUARD, &old));
    CHECK_EQ("guard.queried", query(block + PAGE).Protect, PAGE_READWRITE | PAGE_GUARD);
    CHECK_STATUS("guard.first-touch", probe(block + PAGE + 8, 0), STATUS_GUARD_PAGE_VIOLATION);
    CHECK_EQ("guard.fault-address", fault_address, (ULONG_PTR)block + PAGE + 8);
    CHECK_EQ("guard.second-touch", probe(block + PAGE + 8, 0), 0);
    CHECK_EQ("guard.gone-from-query", query(block + PAGE).Protect, PAGE_READWRITE);
    VirtualProtect(block + PAGE, PAGE, PAGE_READWRITE | PAGE_GUARD, &old);
    CHECK("guard.reported-as-old", VirtualProtect(block + PAGE, PAGE, PAGE_READWRITE, &old) &&
                                       old == (PAGE_READWRITE | PAGE_GUARD));
    VirtualFree(block, 0, MEM_RELEASE);
}

static void walk_group(void)
{
    SYSTEM_INFO system;
    MEMORY_BASIC_INFORMATION information;
    char *address;
    int consistent = 1, regions = 0, image_seen = 0, stack_seen = 0;
    GetSystemInfo(&system);
    CHECK("walk.system-information", system.dwPageSize == PAGE && system.dwAllocationGranularity == GRANULARITY &&
                                         system.lpMinimumApplicationAddress == (void *)0x10000);
    for (address = NULL; VirtualQuery(address, &information, sizeof information) == sizeof information;
         address = (char *)information.BaseAddress + information.RegionSize)
    {
        regions++;
        consistent = consistent && information.BaseAddress == address && information.RegionSize % PAGE == 0 &&
                     information.RegionSize > 0;
        if (information.State != MEM_FREE)
            consistent = consistent && information.AllocationBase && !((ULONG_PTR)information.AllocationBase % GRANULARITY);
        image_seen += information.Type == MEM_IMAGE && information.AllocationBase == GetModuleHandleW(NULL);
        stack_seen += address <= (char *)&system && (char *)&system < address + information.RegionSize;
        if (regions > 10000)
            break;
    }
    CHECK("walk.consistent", consistent && regions > 10 && regions < 10000);
    CHECK("walk.sees-image", image_seen >= 3);
    CHECK_EQ("walk.sees-stack-once", stack_seen, 1);
    CHECK("walk.ends-at-user-space", address > (char *)system.lpMaximumApplicationAddress - 0x10000000 &&
                                         address <= (char *)0x7fffffff0000ULL + 0x10000);
    CHECK_ERROR("walk.kernel-address", VirtualQuery((void *)0xffff800000000000ULL, &information, sizeof information),
                ERROR_INVALID_PARAMETER);
    information = query((void *)(ULONG_PTR)walk_group);
    CHECK("walk.code-protection", information.Protect == PAGE_EXECUTE_READ && information.Type == MEM_IMAGE);
    information = query((void *)0x7ffe0000);
    CHECK("walk.shared-user-data", information.State == MEM_COMMIT && information.Protect == PAGE_READONLY);
}

static void large_group(void)
{
    char *huge = reserve(1ULL << 40), *top, *big, *low = NULL;
    SIZE_T size = PAGE;
    int i, right = 1;
    CHECK("large.reserve-1-tib", huge != NULL);
    CHECK("large.commit-inside", VirtualAlloc(huge + (1ULL << 39), PAGE, MEM_COMMIT, PAGE_READWRITE) &&
                                     (huge[1ULL << 39] = 7) == 7);
    CHECK("large.query-inside", query(huge).RegionSize == 1ULL << 39);
    CHECK("large.release-1-tib", VirtualFree(huge, 0, MEM_RELEASE));
    top = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT | MEM_TOP_DOWN, PAGE_READWRITE);
    CHECK("large.top-down", (ULONG_PTR)top > 0x7f0000000000ULL);
    VirtualFree(top, 0, MEM_RELEASE);
    big = allocate(256 << 20, PAGE_READWRITE);
    for (i = 0; i < 256; i++)
        big[(SIZE_T)i << 20] = (char)i;
    for (i = 0; i < 256; i++)
        right = right && big[(SIZE_T)i << 20] == (char)i;
    CHECK("large.sparse-touches", right);
    VirtualFree(big, 0, MEM_RELEASE);
    CHECK_STATUS("large.zero-bits", NtAllocateVirtualMemory(NT_CURRENT_PROCESS, (void **)&low, 0x7fffffff, &size, MEM_RESERVE, PAGE_READWRITE),
                 STATUS_SUCCESS);
    CHECK("large.zero-bits-address", low && (ULONG_PTR)low < 0x80000000);
    VirtualFree(low, 0, MEM_RELEASE);
    low = VirtualAlloc((void *)0x5a0000000, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK("large.wanted-address", low == (void *)0x5a0000000);
    VirtualFree(low, 0, MEM_RELEASE);
}

static void code_group(void)
{
    static const unsigned char return_42[] = {0xb8, 42, 0, 0, 0, 0xc3};
    unsigned char *code = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    int (*call)(void) = (int (*)(void))(ULONG_PTR)code;
    int i, sum = 0;
    DWORD old;
    memcpy(code, return_42, sizeof return_42);
    CHECK_EQ("code.run", call(), 42);
    for (i = 0; i < 1000; i++)
    {
        code[1] = (unsigned char)i;
        sum += call();
    }
    CHECK_EQ("code.rewritten", sum, 124716);
    CHECK("code.write-then-protect", VirtualProtect(code, PAGE, PAGE_EXECUTE_READ, &old) &&
                                         FlushInstructionCache(GetCurrentProcess(), code, PAGE) && call() == (999 & 255));
    CHECK_STATUS("code.no-write", probe(code, 1), STATUS_ACCESS_VIOLATION);
    VirtualFree(code, 0, MEM_RELEASE);
}

static void watch_group(void)
{
    void *pages[8];
    ULONG_PTR count = 8;
    ULONG granularity = 0;
    char *block = VirtualAlloc(NULL, 8 * PAGE, MEM_RESERVE | MEM_COMMIT | MEM_WRITE_WATCH, PAGE_READWRITE);
    CHECK("watch.allocate", block != NULL);
    block[PAGE] = 1;
    block[5 * PAGE + 9] = 1;
    CHECK("watch.written-pages", !GetWriteWatch(WRITE_WATCH_FLAG_RESET, block, 8 * PAGE, pages, &count, &granularity) &&
                                     count == 2 && pages[0] == block + PAGE && pages[1] == block + 5 * PAGE &&
                                     granularity == PAGE);
    count = 8;
    CHECK("watch.reset", !GetWriteWatch(0, block, 8 * PAGE, pages, &count, &granularity) && count == 0);
    block[0] = 2;
    count = 8;
    CHECK("watch.again", !GetWriteWatch(0, block, 8 * PAGE, pages, &count, &granularity) && count == 1 && pages[0] == block);
    VirtualFree(block, 0, MEM_RELEASE);
}

static void other_process_calls_group(void)
{
    char source[] = "abcdef", target[8] = "";
    SIZE_T done = 0;
    HANDLE self = OpenProcess(PROCESS_ALL_ACCESS, FALSE, GetCurrentProcessId());
    char *block = allocate(2 * PAGE, PAGE_READWRITE);
    CHECK("other.read-memory", ReadProcessMemory(self, source, target, 6, &done) && done == 6 && !strcmp(target, "abcdef"));
    CHECK("other.write-memory", WriteProcessMemory(self, target, "xyz", 3, &done) && !strcmp(target, "xyzdef"));
    VirtualFree(block + PAGE, PAGE, MEM_DECOMMIT);
    CHECK_WINE_WRONG("other.read-uncommitted",
                     !ReadProcessMemory(self, block + PAGE, target, 4, &done) && GetLastError() == ERROR_PARTIAL_COPY,
                     "memory that is not committed cannot be read");
    CHECK("other.allocate", (block = VirtualAllocEx(self, NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE)) != NULL);
    CHECK("other.free", VirtualFreeEx(self, block, 0, MEM_RELEASE));
    CHECK("other.lock", VirtualLock(source, sizeof source) && VirtualUnlock(source, sizeof source));
    CloseHandle(self);
}

typedef PVOID(WINAPI *allocate2_function)(HANDLE, PVOID, SIZE_T, ULONG, ULONG, void *, ULONG);

static void placeholder_group(void)
{
    enum { RESERVE_PLACEHOLDER = 0x40000, REPLACE_PLACEHOLDER = 0x4000, PRESERVE_PLACEHOLDER = 2, COALESCE = 1 };
    allocate2_function allocate2 = (allocate2_function)(void *)GetProcAddress(GetModuleHandleW(L"kernelbase.dll"), "VirtualAlloc2");
    char *base = allocate2 ? allocate2(NULL, NULL, 4 * GRANULARITY, MEM_RESERVE | RESERVE_PLACEHOLDER, PAGE_NOACCESS, NULL, 0) : NULL;
    CHECK_WINE_WRONG("placeholder.reserve", base != NULL, "VirtualAlloc2 reserves placeholders since Windows 10 1803");
    CHECK_WINE_WRONG("placeholder.split", base && VirtualFree(base, GRANULARITY, MEM_RELEASE | PRESERVE_PLACEHOLDER) &&
                         query(base).RegionSize == GRANULARITY, "a placeholder splits");
    CHECK_WINE_WRONG("placeholder.replace", base && allocate2(NULL, base, GRANULARITY, MEM_RESERVE | MEM_COMMIT | REPLACE_PLACEHOLDER,
                                                       PAGE_READWRITE, NULL, 0) == base && (base[5] = 1), "memory takes a placeholder's place");
    CHECK_WINE_WRONG("placeholder.put-back", base && VirtualFree(base, GRANULARITY, MEM_RELEASE | PRESERVE_PLACEHOLDER),
                     "released memory can become a placeholder again");
    CHECK_WINE_WRONG("placeholder.coalesce", base && VirtualFree(base, 4 * GRANULARITY, MEM_RELEASE | COALESCE) &&
                         VirtualFree(base, 0, MEM_RELEASE), "neighbouring placeholders join");
}

#define VIEWS_REPLACE "views take the place of placeholders since Windows 10 1803"

typedef PVOID(WINAPI *map3_function)(HANDLE, HANDLE, PVOID, ULONG64, SIZE_T, ULONG, ULONG, void *, ULONG);
typedef BOOL(WINAPI *unmap2_function)(HANDLE, PVOID, ULONG);

/* A ring buffer: one section twice in a row, where placeholders were. */
static void placeholder_views_group(void)
{
    enum { RESERVE_PLACEHOLDER = 0x40000, REPLACE_PLACEHOLDER = 0x4000, PRESERVE_PLACEHOLDER = 2, COALESCE = 1, NODE_PARAMETER = 2 };
    HMODULE kernelbase = GetModuleHandleW(L"kernelbase.dll");
    allocate2_function allocate2 = (allocate2_function)(void *)GetProcAddress(kernelbase, "VirtualAlloc2");
    map3_function map3 = (map3_function)(void *)GetProcAddress(kernelbase, "MapViewOfFile3");
    unmap2_function unmap2 = (unmap2_function)(void *)GetProcAddress(kernelbase, "UnmapViewOfFile2");
    HANDLE self = GetCurrentProcess(), section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, GRANULARITY, NULL);
    char *base = allocate2 ? allocate2(NULL, NULL, 2 * GRANULARITY, MEM_RESERVE | RESERVE_PLACEHOLDER, PAGE_NOACCESS, NULL, 0) : NULL;
    char *first = NULL, *second = NULL, *image;
    ULONG64 node[2] = {NODE_PARAMETER, 0};
    CHECK_WINE_WRONG("views.commit-in-placeholder", base && !VirtualAlloc(base, PAGE, MEM_COMMIT, PAGE_READWRITE) && GetLastError() == ERROR_INVALID_ADDRESS,
                     "a placeholder has no memory of its own");
    CHECK_WINE_WRONG("views.too-big", base && map3 && !map3(section, NULL, base, 0, GRANULARITY, REPLACE_PLACEHOLDER, PAGE_READWRITE, NULL, 0) &&
                                          GetLastError() == ERROR_INVALID_ADDRESS, "a view has the size of the placeholder that it replaces");
    CHECK_WINE_WRONG("views.split", base && VirtualFree(base, GRANULARITY, MEM_RELEASE | PRESERVE_PLACEHOLDER), VIEWS_REPLACE);
    if (base && map3)
    {
        first = map3(section, NULL, base, 0, GRANULARITY, REPLACE_PLACEHOLDER, PAGE_READWRITE, NULL, 0);
        second = map3(section, NULL, base + GRANULARITY, 0, GRANULARITY, REPLACE_PLACEHOLDER, PAGE_READWRITE, NULL, 0);
    }
    CHECK_WINE_WRONG("views.replace", first && first == base && second == base + GRANULARITY, VIEWS_REPLACE);
    if (first && second)
        memcpy(base + GRANULARITY - 3, "around", 6);
    CHECK_WINE_WRONG("views.mirrored", first && second && !memcmp(base, "und", 3) && !memcmp(base + 2 * GRANULARITY - 3, "aro", 3), VIEWS_REPLACE);
    CHECK_WINE_WRONG("views.replace-a-view", first && !map3(section, NULL, base, 0, GRANULARITY, REPLACE_PLACEHOLDER, PAGE_READWRITE, NULL, 0) &&
                                                 GetLastError() == ERROR_INVALID_ADDRESS, "only placeholders are replaced");
    CHECK_WINE_WRONG("views.unmap-to-placeholder", second && unmap2(self, second, PRESERVE_PLACEHOLDER) && query(second).State == MEM_RESERVE, VIEWS_REPLACE);
    CHECK_WINE_WRONG("views.no-coalesce-with-view", first && !VirtualFree(base, 2 * GRANULARITY, MEM_RELEASE | COALESCE), "a view does not join");
    CHECK_WINE_WRONG("views.coalesce", first && unmap2(self, first, PRESERVE_PLACEHOLDER) && VirtualFree(base, 2 * GRANULARITY, MEM_RELEASE | COALESCE) &&
                                           query(base).RegionSize == 2 * GRANULARITY, VIEWS_REPLACE);
    CHECK_WINE_WRONG("views.release", base && VirtualFree(base, 0, MEM_RELEASE) && query(base).State == MEM_FREE, VIEWS_REPLACE);
    image = map3 ? map3(section, self, NULL, 0, 0, 0, PAGE_READONLY, NULL, 0) : NULL;
    CHECK_WINE_WRONG("views.plain", image && query(image).Type == MEM_MAPPED && unmap2(self, image, 0), "MapViewOfFile3 maps without placeholders too");
    image = allocate2 ? allocate2(self, NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE, node, 1) : NULL;
    CHECK_WINE_WRONG("views.node", image && VirtualFree(image, 0, MEM_RELEASE), "every computer has a NUMA node 0");
    node[1] = 63;
    CHECK_WINE_WRONG("views.no-such-node", allocate2 && !allocate2(self, NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE, node, 1) &&
                                               GetLastError() == ERROR_INVALID_PARAMETER, "the node does not exist");
    CloseHandle(section);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"allocate", allocate_group}, {"protect", protect_group}, {"guard", guard_group}, {"walk", walk_group},
        {"large", large_group}, {"code", code_group}, {"watch", watch_group}, {"other", other_process_calls_group},
        {"placeholder", placeholder_group}, {"views", placeholder_views_group},
    };
    AddVectoredExceptionHandler(1, note_fault);
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
