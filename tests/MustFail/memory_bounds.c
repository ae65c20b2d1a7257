/* Memory that a program may not touch: read-only code, data as code, the kernel's half, holes, other formats of both. */
#include "guarded.h"

/* mov (%rcx),%al   and   movb $1,(%rcx) */
static const unsigned char read_byte[] = {0x8a, 0x01}, write_byte[] = {0xc6, 0x01, 0x01};

static const ULONG_PTR kernel_addresses[] = {
    0xffff800000000000ULL, 0xffff8000deadb000ULL, 0xffff888000000000ULL, 0xfffff78000000000ULL, 0xfffff80000000000ULL,
    0xfffff80012345000ULL, 0xffffffff80000000ULL, 0xffffffff81000000ULL, 0xffffffffffe00000ULL, 0xfffffffffffff000ULL,
    0xffffffffffffffffULL,
};

static const ULONG_PTR other_addresses[] = {
    0x0000800000000000ULL, 0x00007ffffffff000ULL, 0x0001000000000000ULL, 0x8000000000000000ULL, 0x1000, 0x0, 0xfff8,
};

static DWORD read_at(ULONG_PTR address)
{
    return guarded_run_bytes(read_byte, sizeof read_byte, (void *)address);
}

static DWORD write_at(ULONG_PTR address)
{
    return guarded_run_bytes(write_byte, sizeof write_byte, (void *)address);
}

static int all_refused(const ULONG_PTR *addresses, size_t count, DWORD (*attempt)(ULONG_PTR))
{
    size_t i;
    for (i = 0; i < count; i++)
        if (attempt(addresses[i]) != (DWORD)STATUS_ACCESS_VIOLATION)
        {
            SetLastError((DWORD)i);
            return 0;
        }
    return 1;
}

static DWORD jump_to(ULONG_PTR address)
{
    return guarded_run((void *)address, NULL);
}

static void address_group(void)
{
    CHECK("address.read-kernel-half", all_refused(kernel_addresses, ARRAY_COUNT(kernel_addresses), read_at));
    CHECK("address.write-kernel-half", all_refused(kernel_addresses, ARRAY_COUNT(kernel_addresses), write_at));
    CHECK("address.jump-kernel-half", all_refused(kernel_addresses, ARRAY_COUNT(kernel_addresses), jump_to));
    CHECK("address.read-holes", all_refused(other_addresses, ARRAY_COUNT(other_addresses), read_at));
    CHECK("address.write-holes", all_refused(other_addresses, ARRAY_COUNT(other_addresses), write_at));
    CHECK("address.jump-holes", all_refused(other_addresses, ARRAY_COUNT(other_addresses), jump_to));
}

static void protection_group(void)
{
    static const unsigned char nothing[] = {0xc3};
    static unsigned char data[] = {0xc3};
    unsigned char on_stack[16] = {0xc3}, *heap = HeapAlloc(GetProcessHeap(), 0, 64);
    unsigned char *page = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    DWORD old;
    heap[0] = page[0] = 0xc3;
    CHECK_STATUS("protection.write-code", write_at((ULONG_PTR)protection_group), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("protection.write-constants", write_at((ULONG_PTR)nothing), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("protection.write-ntdll", write_at((ULONG_PTR)GetProcAddress(GetModuleHandleA("ntdll"), "NtClose")),
                 STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("protection.write-shared-user-data", write_at(0x7ffe0014), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("protection.execute-data", guarded_run(data, NULL), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("protection.execute-constants", guarded_run((void *)nothing, NULL), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("protection.execute-stack", guarded_run(on_stack, NULL), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("protection.execute-heap", guarded_run(heap, NULL), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS("protection.execute-page", guarded_run(page, NULL), STATUS_ACCESS_VIOLATION);
    CHECK_EQ("protection.execute-fault-kind", guarded_seen.ExceptionInformation[0], 8);
    VirtualProtect(page, 4096, PAGE_EXECUTE_READ, &old);
    CHECK_EQ("protection.execute-allowed", guarded_run(page, NULL), NO_EXCEPTION);
    VirtualProtect(page, 4096, PAGE_READWRITE, &old);
    CHECK_STATUS("protection.execute-right-taken-away", guarded_run(page, NULL), STATUS_ACCESS_VIOLATION);
    CHECK("protection.shared-user-data-stays-read-only",
          !VirtualProtect((void *)0x7ffe0000, 4096, PAGE_READWRITE, &old) || write_at(0x7ffe0014) != NO_EXCEPTION);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"address", address_group}, {"protection", protection_group}};
    guarded_install();
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
