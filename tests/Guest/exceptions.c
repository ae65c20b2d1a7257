/* Exceptions: codes and addresses of faults, vectored and structured handling, unwinding, contexts, generated code. */
#include "checks.h"
#include "nt.h"
#include <malloc.h>
#include <setjmp.h>

DWORD guarded_call(DWORD (*function)(void *), void *argument);
DWORD finally_call(DWORD (*function)(void *), void *argument);
DWORD preserving_call(DWORD (*function)(void *), void *argument);
void clobber_and_fault(void);

/* What the vectored handler saw last, and how far it moves Rip to go on (0: it does not handle). */
static EXCEPTION_RECORD seen;
static CONTEXT seen_context;
static volatile int step_over;

/* What guarded_filter answers, and the order in which filters and finally blocks ran. */
static LONG filter_answer = EXCEPTION_EXECUTE_HANDLER;
DWORD guarded_code;
static char trace[32];

static void note(char letter)
{
    size_t length = strlen(trace);
    if (length < sizeof trace - 1)
        trace[length] = letter;
}

LONG guarded_filter(EXCEPTION_POINTERS *pointers, void *frame)
{
    (void)frame;
    seen = *pointers->ExceptionRecord;
    guarded_code = seen.ExceptionCode;
    note('f');
    return filter_answer;
}

void guarded_finally(BOOLEAN abnormal, void *frame)
{
    (void)frame;
    note(abnormal ? 'a' : 'n');
}

static LONG CALLBACK vectored(EXCEPTION_POINTERS *pointers)
{
    if (!step_over)
        return EXCEPTION_CONTINUE_SEARCH;
    seen = *pointers->ExceptionRecord;
    seen_context = *pointers->ContextRecord;
    pointers->ContextRecord->Rip += step_over;
    step_over = 0;
    return EXCEPTION_CONTINUE_EXECUTION;
}

/* Runs one instruction of `length` bytes that faults, and goes on after it. */
#define FAULT(length, instruction, ...)                          \
    do                                                           \
    {                                                            \
        memset(&seen, 0, sizeof seen);                           \
        step_over = (length);                                    \
        __asm__ volatile("" : : : "memory");                     \
        __asm__ volatile(instruction "\n\t" __VA_ARGS__);        \
        __asm__ volatile("" : : : "memory");                     \
    } while (0)

static int seen_access(ULONG_PTR kind, ULONG_PTR address)
{
    return seen.ExceptionCode == (DWORD)STATUS_ACCESS_VIOLATION && seen.NumberParameters == 2 &&
           seen.ExceptionInformation[0] == kind && seen.ExceptionInformation[1] == address;
}

static int seen_code(NTSTATUS code)
{
    return seen.ExceptionCode == (DWORD)code && (ULONG_PTR)seen.ExceptionAddress == seen_context.Rip;
}

static void faults_group(void)
{
    char *page = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READONLY);
    ULONG_PTR low = 0x123;
    FAULT(2, "movb (%0), %%al", : : "a"(low));
    CHECK("faults.read", seen_access(0, 0x123));
    CHECK("faults.address-of-instruction", (ULONG_PTR)seen.ExceptionAddress == seen_context.Rip && !seen.ExceptionFlags &&
                                               !seen.ExceptionRecord);
    FAULT(2, "movb %%al, (%0)", : : "a"(page + 5));
    CHECK("faults.write-to-read-only", seen_access(1, (ULONG_PTR)page + 5));
    FAULT(2, "movb %%al, (%0)", : : "a"((char *)(ULONG_PTR)faults_group));
    CHECK("faults.write-to-code", seen_access(1, (ULONG_PTR)faults_group));
    FAULT(2, "movb (%0), %%al", : : "a"(0xffff800000000000ULL));
    CHECK("faults.kernel-half", seen.ExceptionCode == (DWORD)STATUS_ACCESS_VIOLATION && seen.NumberParameters == 2);
    FAULT(2, "movb (%0), %%al", : : "a"(0x0123456789abcdefULL));
    CHECK("faults.non-canonical", seen_access(0, (ULONG_PTR)-1));
    FAULT(3, "movaps (%0), %%xmm0", : : "a"(page + 1));
    CHECK("faults.misaligned-sse", seen_access(0, (ULONG_PTR)-1));
    FAULT(2, "divl %%ecx", : : "a"(1), "d"(0), "c"(0));
    CHECK("faults.divide-by-zero", seen_code(STATUS_INTEGER_DIVIDE_BY_ZERO));
    FAULT(2, "ud2", : : );
    CHECK("faults.illegal-instruction", seen_code(STATUS_ILLEGAL_INSTRUCTION));
    FAULT(1, "int3", : : );
    CHECK("faults.breakpoint", seen_code(STATUS_BREAKPOINT));
    FAULT(1, "hlt", : : );
    CHECK("faults.hlt", seen_code(STATUS_PRIVILEGED_INSTRUCTION));
    FAULT(1, "cli", : : );
    CHECK("faults.cli", seen_code(STATUS_PRIVILEGED_INSTRUCTION));
    FAULT(3, "movq %%rax, %%cr0", : : "a"(0));
    CHECK("faults.mov-cr0", seen_code(STATUS_PRIVILEGED_INSTRUCTION));
    FAULT(1, "inb %%dx, %%al", : : "d"(0x60) : "rax");
    CHECK("faults.in", seen_code(STATUS_PRIVILEGED_INSTRUCTION));
    FAULT(2, "int $0x30", : : );
    CHECK("faults.software-interrupt", seen_access(0, (ULONG_PTR)-1));
    VirtualFree(page, 0, MEM_RELEASE);
}

static LONG CALLBACK return_from_call(EXCEPTION_POINTERS *pointers)
{
    CONTEXT *context = pointers->ContextRecord;
    if (pointers->ExceptionRecord->ExceptionCode != (DWORD)STATUS_ACCESS_VIOLATION)
        return EXCEPTION_CONTINUE_SEARCH;
    seen = *pointers->ExceptionRecord;
    context->Rip = *(DWORD64 *)context->Rsp;
    context->Rsp += 8;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void execute_group(void)
{
    void (*call)(void);
    char *page = VirtualAlloc(NULL, 8192, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    void *handler = AddVectoredExceptionHandler(1, return_from_call);
    page[16] = (char)0xc3;
    *(void **)&call = page + 16;
    call();
    CHECK("execute.data", seen_access(8, (ULONG_PTR)page + 16));
    *(void **)&call = (void *)0x20;
    call();
    CHECK("execute.null-page", seen_access(8, 0x20));
    VirtualFree(page + 4096, 4096, MEM_DECOMMIT);
    *(void **)&call = page + 4096;
    call();
    CHECK("execute.unmapped", seen_access(8, (ULONG_PTR)page + 4096));
    RemoveVectoredExceptionHandler(handler);
    VirtualFree(page, 0, MEM_RELEASE);
}

static void step_group(void)
{
    ULONG_PTR next = 0;
    step_over = 0;
    memset(&seen, 0, sizeof seen);
    __asm__ volatile("lea 2f(%%rip), %0\n\t"
                     "movl $1, %1\n\t"
                     "pushfq\n\t"
                     "orl $0x100, (%%rsp)\n\t"
                     "popfq\n\t"
                     "nop\n"
                     "2: nop\n\t"
                     : "=&r"(next), "=m"(step_over) : : "memory", "cc");
    CHECK("step.code", seen.ExceptionCode == (DWORD)STATUS_SINGLE_STEP);
    CHECK("step.after-one-instruction", seen_context.Rip == next || seen_context.Rip == next - 1);
    CHECK("step.flag-cleared-in-context", !(seen_context.EFlags & 0x100));
}

static volatile int handler_order;

static LONG CALLBACK first_handler(EXCEPTION_POINTERS *pointers)
{
    (void)pointers;
    handler_order = handler_order * 10 + 1;
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG CALLBACK last_handler(EXCEPTION_POINTERS *pointers)
{
    handler_order = handler_order * 10 + 2;
    seen = *pointers->ExceptionRecord;
    return seen.ExceptionCode == 0xe0001234 ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

static DWORD raise_fixed(void *flags)
{
    RaiseException(0xe0005678, (DWORD)(ULONG_PTR)flags, 0, NULL);
    return 1;
}

static void raise_group(void)
{
    ULONG_PTR parameters[3] = {11, 22, 33};
    void *last = AddVectoredExceptionHandler(0, last_handler), *first = AddVectoredExceptionHandler(1, first_handler);
    handler_order = 0;
    RaiseException(0xe0001234, 0, 3, parameters);
    CHECK_EQ("raise.handler-order", handler_order, 12);
    CHECK("raise.parameters", seen.NumberParameters == 3 && !memcmp(seen.ExceptionInformation, parameters, sizeof parameters));
    CHECK("raise.address-in-raiser", seen.ExceptionAddress != NULL);
    CHECK("raise.remove", RemoveVectoredExceptionHandler(first) && !RemoveVectoredExceptionHandler(first));
    handler_order = 0;
    RaiseException(0xe0001234, 0, 0, NULL);
    CHECK_EQ("raise.removed-not-called", handler_order, 2);
    handler_order = 0;
    OutputDebugStringA("text");
    CHECK("raise.debug-string", handler_order == 2 && seen.ExceptionCode == DBG_PRINTEXCEPTION_C);
    RemoveVectoredExceptionHandler(last);
    filter_answer = EXCEPTION_CONTINUE_EXECUTION;
    CHECK_EQ("raise.filter-continues", guarded_call(raise_fixed, NULL), 1);
    filter_answer = EXCEPTION_EXECUTE_HANDLER;
    CHECK_EQ("raise.bit-28-cleared", (guarded_call(raise_fixed, NULL), seen.ExceptionCode), 0xe0005678);
}

static DWORD read_null(void *unused)
{
    (void)unused;
    return *(volatile int *)8;
}

static DWORD raise_in_finally(void *argument)
{
    return finally_call(read_null, argument);
}

static DWORD nested(void *unused)
{
    DWORD inner;
    (void)unused;
    inner = guarded_call(read_null, NULL);
    note('|');
    return inner == (DWORD)STATUS_ACCESS_VIOLATION ? guarded_call(raise_in_finally, NULL) : 0;
}

static DWORD fault_clobbered(void *unused)
{
    (void)unused;
    clobber_and_fault();
    return 0;
}

static DWORD recurse(void *depth)
{
    volatile char frame[2000];
    frame[0] = (char)(ULONG_PTR)depth;
    return recurse((char *)depth + 1) + frame[0];
}

static DWORD WINAPI overflow_twice(void *unused)
{
    ULONG guarantee = 32 << 10;
    (void)unused;
    if (!SetThreadStackGuarantee(&guarantee) || guarded_call(recurse, NULL) != (DWORD)STATUS_STACK_OVERFLOW)
        return 0;
    return _resetstkoflw() && guarded_call(recurse, NULL) == (DWORD)STATUS_STACK_OVERFLOW ? 2 : 1;
}

DWORD call_on_stack(DWORD (*function)(void *), void *argument, void *top);

static DWORD descend(void *left)
{
    volatile char frame[1000];
    frame[0] = 1;
    return left ? descend((char *)left - 1) + frame[0] : 0;
}

/* A stack that the program makes itself, as coroutine libraries do: the top page committed, a guard page below, the rest reserved.
 * NT goes by the TEB and lets it grow as a thread's own. */
static void stack_group(void)
{
    const SIZE_T size = 1 << 20, page = 0x1000;
    BYTE *teb = (BYTE *)NtCurrentTeb(), *stack = VirtualAlloc(NULL, size, MEM_RESERVE, PAGE_NOACCESS);
    void **deallocation = (void **)(teb + 0x1478), *old_deallocation = *deallocation;
    NT_TIB old = *(NT_TIB *)teb, *tib = (NT_TIB *)teb;
    MEMORY_BASIC_INFORMATION lowest;
    DWORD depth;
    void *limit;
    CHECK("stack.made", VirtualAlloc(stack + size - page, page, MEM_COMMIT, PAGE_READWRITE) &&
                            VirtualAlloc(stack + size - 2 * page, page, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD));
    tib->StackBase = stack + size;
    tib->StackLimit = stack + size - page;
    *deallocation = stack;
    /* Wine 8 does not survive it (SIGSEGV outside its own stacks). */
    depth = oracle_is_wine() ? 0 : call_on_stack(descend, (void *)400, stack + size);
    limit = tib->StackLimit;
    *deallocation = old_deallocation;
    tib->StackBase = old.StackBase;
    tib->StackLimit = old.StackLimit;
    CHECK_WINE_WRONG("stack.own-stack-grows", depth == 400, "a stack that the TEB names grows");
    CHECK_WINE_WRONG("stack.limit-follows", (BYTE *)limit < stack + size - 400000 && (BYTE *)limit > stack + size / 4, "StackLimit is the lowest page");
    CHECK_WINE_WRONG("stack.guard-below-limit", VirtualQuery((BYTE *)limit - 1, &lowest, sizeof lowest) && lowest.Protect == (PAGE_READWRITE | PAGE_GUARD),
                     "the guard page moves down");
    VirtualFree(stack, 0, MEM_RELEASE);
}

static void structured_group(void)
{
    HANDLE thread;
    DWORD code = 0;
    CHECK_STATUS("structured.caught", guarded_call(read_null, NULL), STATUS_ACCESS_VIOLATION);
    CHECK("structured.record", seen_access(0, 8));
    memset(trace, 0, sizeof trace);
    CHECK_STATUS("structured.finally", guarded_call(raise_in_finally, NULL), STATUS_ACCESS_VIOLATION);
    CHECK("structured.filter-before-finally", !strcmp(trace, "fa"));
    memset(trace, 0, sizeof trace);
    CHECK_STATUS("structured.nested", guarded_call(nested, NULL), STATUS_ACCESS_VIOLATION);
    CHECK("structured.nested-order", !strcmp(trace, "f|fa"));
    CHECK_EQ("structured.registers-restored", preserving_call(fault_clobbered, NULL), 0);
    CHECK_STATUS("structured.illegal-instruction", seen.ExceptionCode, STATUS_ILLEGAL_INSTRUCTION);
    thread = CreateThread(NULL, 256 << 10, overflow_twice, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    WaitForSingleObject(thread, 5000);
    GetExitCodeThread(thread, &code);
    CHECK_WINE_WRONG("structured.stack-overflow-twice", code == 2, "SetThreadStackGuarantee keeps room for the handler");
    CloseHandle(thread);
}

static void context_group(void)
{
    unsigned long long changed = 0;
    CONTEXT *context = _aligned_malloc(sizeof *context, 16);
    volatile int restored = 0;
    memset(&seen, 0, sizeof seen);
    step_over = 2;
    __asm__ volatile("movl $0x1111, %%r12d\n\tmovl $0x2222, %%r13d\n\tmovl $0x3333, %%ebx\n\tmovq %%rbx, %%xmm7\n\t"
                     "stc\n\tud2\n\tmovq %%r12, %0"
                     : "=r"(changed) : : "r12", "r13", "rbx", "xmm7", "cc", "memory");
    CHECK("context.integer-registers", seen_context.R12 == 0x1111 && seen_context.R13 == 0x2222 && seen_context.Rbx == 0x3333);
    CHECK_EQ("context.xmm-register", seen_context.Xmm7.Low, 0x3333);
    CHECK("context.flags", seen_context.EFlags & 1);
    CHECK_EQ("context.survives", changed, 0x1111);
    RtlCaptureContext(context);
    if (!restored)
    {
        restored = 1;
        RtlRestoreContext(context, NULL);
    }
    CHECK("context.capture", context->Rsp && context->Rip > (DWORD64)context_group);
    CHECK_EQ("context.restore", restored, 1);
    _aligned_free(context);
}

static jmp_buf jump;

static void leave(int depth)
{
    if (!depth)
        longjmp(jump, 7);
    leave(depth - 1);
    note('x');
}

static LONG WINAPI unhandled(EXCEPTION_POINTERS *pointers)
{
    seen = *pointers->ExceptionRecord;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static DWORD WINAPI raise_unhandled(void *unused)
{
    (void)unused;
    RaiseException(0xe0009999, 0, 0, NULL);
    return 5;
}

static void unwind_group(void)
{
    void *frames[16];
    HANDLE thread;
    DWORD code = 0;
    int jumped = setjmp(jump);
    if (!jumped)
        leave(5);
    CHECK_EQ("unwind.long-jump", jumped, 7);
    CHECK("unwind.back-trace", CaptureStackBackTrace(0, 16, frames, NULL) >= 3);
    SetUnhandledExceptionFilter(unhandled);
    thread = CreateThread(NULL, 0, raise_unhandled, NULL, 0, NULL);
    WaitForSingleObject(thread, 5000);
    CHECK("unwind.unhandled-filter-continues", GetExitCodeThread(thread, &code) && code == 5 &&
                                                   seen.ExceptionCode == 0xe0009999);
    SetUnhandledExceptionFilter(NULL);
    CloseHandle(thread);
}

/* Generated code: sub $40,%rsp; mov %rcx,%rax; mov %rdx,%rcx; call *%rax; add $40,%rsp; ret, with unwind data behind it. */
static void generated_group(void)
{
    static const unsigned char bytes[] = {0x48, 0x83, 0xec, 0x28, 0x48, 0x89, 0xc8, 0x48, 0x89, 0xd1,
                                          0xff, 0xd0, 0x48, 0x83, 0xc4, 0x28, 0xc3};
    static const unsigned char unwind[] = {1, 4, 1, 0, 4, 0x42, 0, 0};
    unsigned char *code = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    RUNTIME_FUNCTION *function = (RUNTIME_FUNCTION *)(code + 64);
    DWORD64 base = 0;
    void *arguments[2] = {(void *)read_null, NULL};
    memcpy(code, bytes, sizeof bytes);
    memcpy(code + 32, unwind, sizeof unwind);
    function->BeginAddress = 0;
    function->EndAddress = sizeof bytes;
    function->UnwindData = 32;
    CHECK("generated.add-table", RtlAddFunctionTable(function, 1, (DWORD64)code));
    CHECK("generated.look-up", RtlLookupFunctionEntry((DWORD64)code + 8, &base, NULL) == function && base == (DWORD64)code);
    CHECK_STATUS("generated.unwind-through", guarded_call((DWORD(*)(void *))(ULONG_PTR)code, arguments[0]) , STATUS_ACCESS_VIOLATION);
    CHECK("generated.delete-table", RtlDeleteFunctionTable(function) &&
                                        RtlLookupFunctionEntry((DWORD64)code + 8, &base, NULL) == NULL);
    VirtualFree(code, 0, MEM_RELEASE);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"faults", faults_group}, {"execute", execute_group}, {"step", step_group}, {"raise", raise_group},
        {"stack", stack_group}, {"structured", structured_group}, {"context", context_group}, {"unwind", unwind_group},
        {"generated", generated_group},
    };
    AddVectoredExceptionHandler(1, vectored);
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
