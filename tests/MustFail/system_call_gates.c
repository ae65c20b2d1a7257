/* The ways into the kernel: numbers that do not exist, old gates, odd stacks. */
#include "guarded.h"

/* eax = number, r10 = first argument, rdx = second; then the gate. */
static NTSTATUS through_syscall(ULONG number, void *first)
{
    register void *r10 __asm__("r10") = first;
    NTSTATUS status;
    __asm__ volatile("syscall" : "=a"(status) : "a"(number), "r"(r10), "d"(0) : "rcx", "r11", "memory");
    return status;
}

static NTSTATUS through_interrupt(ULONG number, void *first)
{
    register void *r10 __asm__("r10") = first;
    NTSTATUS status;
    __asm__ volatile("int $0x2e" : "=a"(status) : "a"(number), "r"(r10), "d"(0) : "rcx", "r11", "memory");
    return status;
}

/* The number in a stub: mov %rcx,%r10; mov $number,%eax. */
static ULONG number_of(const char *name)
{
    const unsigned char *stub = (const unsigned char *)(void *)GetProcAddress(GetModuleHandleA("ntdll"), name);
    return stub && stub[0] == 0x4c && stub[3] == 0xb8 ? *(const ULONG *)(stub + 4) : 0xffffffff;
}

static void numbers_group(void)
{
    /* Bits 0-11 are the index, 12 the table; what is above is not looked at. */
    static const ULONG garbage[] = {0xfff, 0x1fff, 0x2fff, 0x3fff, 0x7fffffff, 0xffffffff};
    ULONG close = number_of("NtClose");
    size_t i;
    unsigned number, refused = 0;
    CHECK("numbers.stub-has-number", close < 0x1000);
    CHECK_STATUS("numbers.raw-syscall", through_syscall(close, (void *)0x7774), STATUS_INVALID_HANDLE);
    for (i = 0; i < ARRAY_COUNT(garbage); i++)
        refused += through_syscall(garbage[i], NULL) == STATUS_INVALID_SYSTEM_SERVICE;
    CHECK_EQ("numbers.garbage", refused, ARRAY_COUNT(garbage));
    CHECK("numbers.high-bits", through_syscall(0x80000000, NULL) != STATUS_SUCCESS);
    for (number = 0x800, refused = 0; number < 0xa00; number++)
        refused += through_syscall(number, NULL) == STATUS_INVALID_SYSTEM_SERVICE;
    CHECK_EQ("numbers.beyond-table", refused, 0x200);
    CHECK_STATUS("numbers.still-works", through_syscall(close, (void *)0x7774), STATUS_INVALID_HANDLE);
}

static void gates_group(void)
{
    DWORD code;
    CHECK_STATUS("gates.int-2e", through_interrupt(number_of("NtClose"), (void *)0x7774), STATUS_INVALID_HANDLE);
    CHECK_STATUS("gates.int-2e-garbage", through_interrupt(0x7fff, NULL), STATUS_INVALID_SYSTEM_SERVICE);
    code = guarded_run_bytes((const unsigned char *)"\x0f\x34", 2, NULL);
    CHECK("gates.sysenter", code == (DWORD)STATUS_ILLEGAL_INSTRUCTION || code == (DWORD)STATUS_ACCESS_VIOLATION ||
                                code == (DWORD)STATUS_PRIVILEGED_INSTRUCTION);
    /* mov %rsp,%r9; mov $addr,%rsp; mov $number,%eax; syscall; mov %r9,%rsp: a call whose stack is the kernel's half. */
    {
        unsigned char bytes[] = {0x49, 0x89, 0xe1, 0x48, 0xbc, 0, 0, 0, 0, 0, 0x80, 0xff, 0xff, 0xb8, 0, 0, 0, 0,
                                 0x49, 0x89, 0xca, 0x0f, 0x05, 0x4c, 0x89, 0xcc};
        *(ULONG *)(bytes + 14) = number_of("NtCreateFile");
        code = guarded_run_bytes(bytes, sizeof bytes, NULL);
        CHECK("gates.kernel-stack", code == NO_EXCEPTION || code == (DWORD)STATUS_ACCESS_VIOLATION);
    }
    CHECK_STATUS("gates.still-works", NtClose((HANDLE)(ULONG_PTR)0x7774), STATUS_INVALID_HANDLE);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {{"numbers", numbers_group}, {"gates", gates_group}};
    guarded_install();
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
