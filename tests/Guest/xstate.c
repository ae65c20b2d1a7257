/* AVX registers in contexts: CONTEXT_XSTATE, CONTEXT_EX, exceptions, APCs, other threads. On a processor without AVX all checks pass unasked. */
#include "checks.h"
#include "nt.h"

#ifndef CONTEXT_XSTATE
#define CONTEXT_XSTATE 0x100040L
#endif
#define HAS_AVX (GetEnabledXStateFeatures() & XSTATE_MASK_AVX)
#define XSTATE_CHECK(name, condition) CHECK(name, !avx || (condition))

static int avx;
static CONTEXT *seen;
static M128A high_seen[16];
static DWORD flags_seen;
static DWORD64 mask_seen;
static volatile int change;

/* YMM0 to YMM15 upper halves := value + register number, lower halves := value. */
#define SET(n) "vmovd %0, %%xmm" #n "\n vpshufd $0, %%xmm" #n ", %%xmm" #n "\n vinsertf128 $1, %%xmm" #n ", %%ymm" #n ", %%ymm" #n "\n"

__attribute__((target("avx"))) static void store(unsigned (*to)[8])
{
    __asm__ volatile("vmovups %%ymm6, (%0)\n vmovups %%ymm7, 32(%0)\n vmovups %%ymm15, 64(%0)\n vzeroupper" : : "r"(to) : "memory");
}

/* Loads YMM6, YMM7 and YMM15, runs an instruction that faults (or the call), and stores what is there after. */
__attribute__((target("avx"))) static void across_fault(unsigned value, unsigned (*to)[8])
{
    __asm__ volatile(SET(6) SET(7) SET(15) "int3\n nop\n"
                     "vmovups %%ymm6, (%1)\n vmovups %%ymm7, 32(%1)\n vmovups %%ymm15, 64(%1)\n vzeroupper"
                     :
                     : "r"(value), "r"(to)
                     : "memory", "xmm6", "xmm7", "xmm15");
}

__attribute__((target("avx"))) static void across_call(unsigned value, unsigned (*to)[8], void (*call)(void))
{
    __asm__ volatile("sub $64, %%rsp\n" SET(6) SET(7) SET(15) "call *%2\n add $64, %%rsp\n"
                     "vmovups %%ymm6, (%1)\n vmovups %%ymm7, 32(%1)\n vmovups %%ymm15, 64(%1)\n vzeroupper"
                     :
                     : "r"(value), "r"(to), "r"(call)
                     : "memory", "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm15");
}

__attribute__((target("avx"))) static void spoil(void)
{
    __asm__ volatile("vpcmpeqd %%xmm6, %%xmm6, %%xmm6\n vinsertf128 $1, %%xmm6, %%ymm6, %%ymm6\n vmovaps %%ymm6, %%ymm7\n vmovaps %%ymm6, %%ymm15"
                     :
                     :
                     : "xmm6", "xmm7", "xmm15");
}

static int all_are(unsigned (*values)[8], int count, unsigned expected)
{
    int i, j;
    for (i = 0; i < count; i++)
        for (j = 0; j < 8; j++)
            if (values[i][j] != expected)
                return 0;
    return 1;
}

/* The lower halves, which a call preserves; of the upper ones the calling convention says that any call may change them. */
static int low_are(unsigned (*values)[8], int count, unsigned expected)
{
    int i, j;
    for (i = 0; i < count; i++)
        for (j = 0; j < 4; j++)
            if (values[i][j] != expected)
                return 0;
    return 1;
}

static LONG CALLBACK handler(EXCEPTION_POINTERS *exception)
{
    DWORD length = 0;
    M128A *high;
    if (exception->ExceptionRecord->ExceptionCode != EXCEPTION_BREAKPOINT)
        return EXCEPTION_CONTINUE_SEARCH;
    seen = exception->ContextRecord;
    flags_seen = seen->ContextFlags;
    mask_seen = 0;
    if (avx)
    {
        GetXStateFeaturesMask(seen, &mask_seen);
        high = LocateXStateFeature(seen, XSTATE_AVX, &length);
        if (high && length == sizeof high_seen)
        {
            memcpy(high_seen, high, sizeof high_seen);
            if (change)
            {
                memset(&seen->Xmm6, 0x77, sizeof seen->Xmm6);
                memset(&high[6], 0x77, sizeof *high);
                SetXStateFeaturesMask(seen, XSTATE_MASK_AVX);
            }
        }
        spoil();
    }
    seen->Rip++;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void exception_group(void)
{
    unsigned values[3][8] = {{0}};
    void *registered = AddVectoredExceptionHandler(1, handler);
    avx = HAS_AVX != 0;
    CHECK("exception.features", !avx || (GetEnabledXStateFeatures() & 3) == 3);
    if (avx)
        across_fault(0x11223344, values);
    XSTATE_CHECK("exception.untouched", all_are(values, 3, 0x11223344));
    XSTATE_CHECK("exception.flags", (flags_seen & CONTEXT_XSTATE) == CONTEXT_XSTATE);
    XSTATE_CHECK("exception.mask", mask_seen & XSTATE_MASK_AVX);
    XSTATE_CHECK("exception.high-halves", high_seen[6].Low == 0x1122334411223344 && high_seen[15].High == 0x1122334411223344);
    change = 1;
    if (avx)
        across_fault(0x55667788, values);
    change = 0;
    XSTATE_CHECK("exception.changed-by-the-handler", all_are(values, 1, 0x77777777) && all_are(values + 1, 2, 0x55667788));
    if (avx)
    {
        __asm__ volatile("vzeroall" : : : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
        DebugBreak();
        store(values);
    }
    XSTATE_CHECK("exception.initial-state-comes-back", !values[0][4] && !values[1][5] && !values[2][7]);
    RemoveVectoredExceptionHandler(registered);
}

static volatile LONG apc_calls;

static void CALLBACK spoiling_apc(ULONG_PTR unused)
{
    (void)unused;
    apc_calls++;
    if (avx)
        spoil();
}

static void wait_with_own_apc(void)
{
    QueueUserAPC(spoiling_apc, GetCurrentThread(), 0);
    SleepEx(0, TRUE);
}

static DWORD WINAPI queue_later(void *thread)
{
    Sleep(50);
    return QueueUserAPC(spoiling_apc, thread, 0);
}

static HANDLE own_thread;

static void wait_with_apc(void)
{
    HANDLE other = CreateThread(NULL, 0, queue_later, own_thread, 0, NULL);
    SleepEx(10000, TRUE);
    WaitForSingleObject(other, 10000);
    CloseHandle(other);
}

static void raise_and_continue(void)
{
    RaiseException(0xe0001234, 0, 0, NULL);
}

static LONG CALLBACK continuing(EXCEPTION_POINTERS *exception)
{
    if (exception->ExceptionRecord->ExceptionCode != 0xe0001234)
        return EXCEPTION_CONTINUE_SEARCH;
    spoil();
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void apc_group(void)
{
    unsigned values[3][8] = {{0}};
    avx = HAS_AVX != 0;
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &own_thread, 0, FALSE, DUPLICATE_SAME_ACCESS);
    if (avx)
        across_call(0x01020304, values, wait_with_apc);
    CloseHandle(own_thread);
    CHECK("apc.called", !avx || apc_calls == 1);
    /* Wine loses the upper halves over some system calls. */
    XSTATE_CHECK("apc.untouched", low_are(values, 3, 0x01020304) && (oracle_is_wine() || all_are(values, 3, 0x01020304)));
    if (avx)
        across_call(0x01020305, values, wait_with_own_apc);
    CHECK("apc.own-called", !avx || apc_calls == 2);
    XSTATE_CHECK("apc.own-xmm-untouched", low_are(values, 3, 0x01020305));
    if (avx)
    {
        void *registered = AddVectoredExceptionHandler(1, continuing);
        across_call(0x0a0b0c0d, values, raise_and_continue);
        RemoveVectoredExceptionHandler(registered);
    }
    XSTATE_CHECK("apc.raise-exception-keeps-xmm", values[0][0] == 0x0a0b0c0d && values[2][3] == 0x0a0b0c0d);
}

static volatile LONG spin_ready, spin_stop;
static unsigned spun[3][8];

__attribute__((target("avx"))) static DWORD WINAPI spin(void *unused)
{
    (void)unused;
    __asm__ volatile("mov $0x31415926, %%eax\n"
                     "vmovd %%eax, %%xmm6\n vpshufd $0, %%xmm6, %%xmm6\n vinsertf128 $1, %%xmm6, %%ymm6, %%ymm6\n vmovaps %%ymm6, %%ymm7\n vmovaps %%ymm6, %%ymm15\n"
                     "movl $1, %0\n"
                     "1: pause\n cmpl $0, %1\n je 1b\n"
                     "vmovups %%ymm6, (%2)\n vmovups %%ymm7, 32(%2)\n vmovups %%ymm15, 64(%2)\n vzeroupper"
                     : "+m"(spin_ready), "+m"(spin_stop)
                     : "r"(spun)
                     : "rax", "memory", "xmm6", "xmm7", "xmm15");
    return 0;
}

static void thread_group(void)
{
    char buffer[4096];
    CONTEXT *context = NULL;
    DWORD length = sizeof buffer;
    DWORD64 mask = 0;
    M128A *high;
    HANDLE thread;
    BOOL made;
    avx = HAS_AVX != 0;
    if (!avx)
    {
        check_passed("thread.context-made");
        check_passed("thread.get");
        check_passed("thread.high-halves");
        check_passed("thread.set");
        check_passed("thread.the-others-stay");
        check_passed("thread.initial-state");
        check_passed("thread.too-short");
        return;
    }
    made = InitializeContext(buffer, CONTEXT_ALL | CONTEXT_XSTATE, &context, &length);
    CHECK("thread.context-made", made && context);
    thread = CreateThread(NULL, 0, spin, NULL, 0, NULL);
    while (!spin_ready)
        Sleep(1);
    SuspendThread(thread);
    SetXStateFeaturesMask(context, XSTATE_MASK_AVX);
    CHECK("thread.get", GetThreadContext(thread, context) && GetXStateFeaturesMask(context, &mask) && (mask & XSTATE_MASK_AVX));
    high = LocateXStateFeature(context, XSTATE_AVX, &length);
    CHECK("thread.high-halves", high && length == 256 && high[6].Low == 0x3141592631415926 && high[15].High == 0x3141592631415926 && context->Xmm7.Low == 0x3141592631415926);
    memset(&high[7], 0x42, sizeof *high);
    memset(&context->Xmm7, 0x42, sizeof context->Xmm7);
    CHECK("thread.set", SetThreadContext(thread, context));
    ResumeThread(thread);
    spin_stop = 1;
    WaitForSingleObject(thread, 10000);
    CloseHandle(thread);
    CHECK("thread.the-others-stay", all_are(spun, 1, 0x31415926) && all_are(spun + 1, 1, 0x42424242) && all_are(spun + 2, 1, 0x31415926));
    spin_ready = spin_stop = 0;
    thread = CreateThread(NULL, 0, spin, NULL, 0, NULL);
    while (!spin_ready)
        Sleep(1);
    SuspendThread(thread);
    SetXStateFeaturesMask(context, XSTATE_MASK_AVX);
    GetThreadContext(thread, context);
    SetXStateFeaturesMask(context, 0);
    SetThreadContext(thread, context);
    ResumeThread(thread);
    spin_stop = 1;
    WaitForSingleObject(thread, 10000);
    CHECK("thread.initial-state", spun[0][0] == 0x31415926 && !spun[0][4] && !spun[1][7] && !spun[2][5]);
    {
        /* CONTEXT_EX: All, Legacy, XState, each an offset and a length. */
        LONG *extended = (LONG *)((char *)context + sizeof *context);
        extended[5] = 16;
        CHECK("thread.too-short", !GetThreadContext(GetCurrentThread(), context) || oracle_is_wine());
    }
    CloseHandle(thread);
}

static DWORD WINAPI fault_often(void *argument)
{
    unsigned values[3][8], value = (unsigned)(ULONG_PTR)argument;
    int i;
    for (i = 0; i < 300; i++)
    {
        memset(values, 0, sizeof values);
        across_fault(value + i, values);
        if (!all_are(values, 3, value + i))
            return i + 1;
    }
    return 0;
}

static void many_group(void)
{
    HANDLE threads[4];
    DWORD code, wrong = 0;
    int i;
    void *registered;
    avx = HAS_AVX != 0;
    registered = AddVectoredExceptionHandler(1, handler);
    for (i = 0; i < 4 && avx; i++)
        threads[i] = CreateThread(NULL, 0, fault_often, (void *)(ULONG_PTR)((i + 1) * 0x01000000), 0, NULL);
    for (i = 0; i < 4 && avx; i++)
    {
        WaitForSingleObject(threads[i], 30000);
        GetExitCodeThread(threads[i], &code);
        wrong += code;
        CloseHandle(threads[i]);
    }
    CHECK_EQ("many.threads-keep-their-own", wrong, 0);
    RemoveVectoredExceptionHandler(registered);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"exception", exception_group}, {"apc", apc_group}, {"thread", thread_group}, {"many", many_group},
    };
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
