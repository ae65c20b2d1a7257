/* One attempt a run, chosen by name, that nothing in the program handles: the program must end by it.
 * Prints `survived` and ends with 99 where it does not. */
#include "checks.h"
#include "nt.h"

static volatile int zero;

static void write_code(void)
{
    *(volatile char *)(ULONG_PTR)write_code = 1;
}

static void execute_data(void)
{
    static unsigned char data[] = {0xc3};
    void (*call)(void);
    *(void **)&call = data;
    call();
}

static void read_kernel(void)
{
    zero = *(volatile char *)0xfffff80000000000ULL;
}

static void jump_kernel(void)
{
    void (*call)(void);
    *(void **)&call = (void *)0xffff800000000000ULL;
    call();
}

static void read_null(void)
{
    zero = *(volatile int *)4;
}

static void halt(void)
{
    __asm__ volatile("hlt");
}

static void port_80(void)
{
    __asm__ volatile("outb %%al, $0x80" : : "a"(1));
}

static void illegal(void)
{
    __asm__ volatile("ud2");
}

static void divide(void)
{
    __asm__ volatile("xorl %%ecx, %%ecx\n\txorl %%edx, %%edx\n\tdivl %%ecx" : : "a"(1) : "rcx", "rdx");
}

static void breakpoint(void)
{
    __asm__ volatile("int3");
}

static void raise_own(void)
{
    RaiseException(0xe0424242, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

static int deeper(int depth)
{
    volatile char frame[3000];
    frame[0] = (char)depth;
    return deeper(depth + 1) + frame[0];
}

static void overflow_stack(void)
{
    zero = deeper(0);
}

static void fast_fail(void)
{
    __asm__ volatile("int $0x29" : : "c"(5));
}

static DWORD WINAPI fault_in_thread(void *unused)
{
    (void)unused;
    read_null();
    return 0;
}

static void other_thread(void)
{
    WaitForSingleObject(CreateThread(NULL, 0, fault_in_thread, NULL, 0, NULL), 5000);
}

static void broken_stack(void)
{
    __asm__ volatile("movq $0x1000, %rsp\n\tpushq %rax");
}

int main(int argc, char **argv)
{
    static const struct check_group attempts[] = {
        {"write-code", write_code}, {"execute-data", execute_data}, {"read-kernel", read_kernel}, {"jump-kernel", jump_kernel},
        {"read-null", read_null}, {"hlt", halt}, {"port-80", port_80}, {"illegal-instruction", illegal},
        {"divide-by-zero", divide}, {"breakpoint", breakpoint}, {"own-exception", raise_own},
        {"stack-overflow", overflow_stack}, {"fast-fail", fast_fail}, {"other-thread", other_thread},
        {"broken-stack", broken_stack},
    };
    if (run_checks(argc, argv, attempts, ARRAY_COUNT(attempts)) == CHECKS_UNKNOWN_GROUP)
        return CHECKS_UNKNOWN_GROUP;
    puts("survived");
    return 99;
}
