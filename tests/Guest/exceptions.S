/* Frames that a C compiler without __try cannot make: calls under structured exception handling.
 * The scope tables are those of __C_specific_handler (x64 exception-handling ABI). */
    .text

/* DWORD guarded_call(DWORD (*function)(void *), void *argument)
 * Calls the function under a handler with the filter guarded_filter. Returns the function's result, or what the
 * filter left in guarded_code where it chose the handler. */
    .globl  guarded_call
    .def    guarded_call; .scl 2; .type 32; .endef
    .seh_proc guarded_call
guarded_call:
    subq    $40, %rsp
    .seh_stackalloc 40
    .seh_endprologue
    movq    %rcx, %rax
    movq    %rdx, %rcx
.Lcall_begin:
    callq   *%rax
    nop
.Lcall_end:
    addq    $40, %rsp
    ret
.Lcall_handler:
    movl    guarded_code(%rip), %eax
    addq    $40, %rsp
    ret
    .seh_handler __C_specific_handler, @except, @unwind
    .seh_handlerdata
    .long   1
    .rva    .Lcall_begin, .Lcall_end, guarded_filter, .Lcall_handler
    .text
    .seh_endproc

/* DWORD finally_call(DWORD (*function)(void *), void *argument)
 * Calls the function; guarded_finally runs when an exception unwinds through this frame. */
    .globl  finally_call
    .def    finally_call; .scl 2; .type 32; .endef
    .seh_proc finally_call
finally_call:
    subq    $40, %rsp
    .seh_stackalloc 40
    .seh_endprologue
    movq    %rcx, %rax
    movq    %rdx, %rcx
.Lfinally_begin:
    callq   *%rax
    nop
.Lfinally_end:
    addq    $40, %rsp
    ret
    .seh_handler __C_specific_handler, @except, @unwind
    .seh_handlerdata
    .long   1
    .rva    .Lfinally_begin, .Lfinally_end, guarded_finally
    .long   0
    .text
    .seh_endproc

/* DWORD preserving_call(DWORD (*function)(void *), void *argument)
 * Loads the non-volatile registers with known values, has the function raise and be handled in guarded_call, and
 * returns how many registers lost their value. */
    .globl  preserving_call
    .def    preserving_call; .scl 2; .type 32; .endef
    .seh_proc preserving_call
preserving_call:
    pushq   %rbx
    .seh_pushreg %rbx
    pushq   %rbp
    .seh_pushreg %rbp
    pushq   %rsi
    .seh_pushreg %rsi
    pushq   %rdi
    .seh_pushreg %rdi
    pushq   %r12
    .seh_pushreg %r12
    pushq   %r13
    .seh_pushreg %r13
    pushq   %r14
    .seh_pushreg %r14
    pushq   %r15
    .seh_pushreg %r15
    subq    $72, %rsp
    .seh_stackalloc 72
    movaps  %xmm6, 32(%rsp)
    .seh_savexmm %xmm6, 32
    .seh_endprologue
    movl    $0x1001, %ebx
    movl    $0x1002, %ebp
    movl    $0x1003, %esi
    movl    $0x1004, %edi
    movl    $0x1005, %r12d
    movl    $0x1006, %r13d
    movl    $0x1007, %r14d
    movl    $0x1008, %r15d
    movq    %r15, %xmm6
    callq   guarded_call
    xorl    %eax, %eax
    movq    %xmm6, %rcx
    cmpq    $0x1008, %rcx
    setne   %al
    .macro  count_changed register, value
    xorl    %ecx, %ecx
    cmpq    $\value, %\register
    setne   %cl
    addl    %ecx, %eax
    .endm
    count_changed rbx, 0x1001
    count_changed rbp, 0x1002
    count_changed rsi, 0x1003
    count_changed rdi, 0x1004
    count_changed r12, 0x1005
    count_changed r13, 0x1006
    count_changed r14, 0x1007
    count_changed r15, 0x1008
    movaps  32(%rsp), %xmm6
    addq    $72, %rsp
    popq    %r15
    popq    %r14
    popq    %r13
    popq    %r12
    popq    %rdi
    popq    %rsi
    popq    %rbp
    popq    %rbx
    ret
    .seh_endproc

/* void clobber_and_fault(void): changes every non-volatile register, which its unwind data tells, then faults. */
    .globl  clobber_and_fault
    .def    clobber_and_fault; .scl 2; .type 32; .endef
    .seh_proc clobber_and_fault
clobber_and_fault:
    pushq   %rbx
    .seh_pushreg %rbx
    pushq   %rbp
    .seh_pushreg %rbp
    pushq   %rsi
    .seh_pushreg %rsi
    pushq   %rdi
    .seh_pushreg %rdi
    pushq   %r12
    .seh_pushreg %r12
    pushq   %r13
    .seh_pushreg %r13
    pushq   %r14
    .seh_pushreg %r14
    pushq   %r15
    .seh_pushreg %r15
    subq    $24, %rsp
    .seh_stackalloc 24
    movaps  %xmm6, (%rsp)
    .seh_savexmm %xmm6, 0
    .seh_endprologue
    xorl    %ebx, %ebx
    xorl    %ebp, %ebp
    xorl    %esi, %esi
    xorl    %edi, %edi
    xorl    %r12d, %r12d
    xorl    %r13d, %r13d
    xorl    %r14d, %r14d
    xorl    %r15d, %r15d
    pxor    %xmm6, %xmm6
    ud2
    .seh_endproc

/* DWORD call_on_stack(DWORD (*function)(void *), void *argument, void *top)
 * Calls the function on another stack; the stack's own ends are in the TEB already. */
    .globl  call_on_stack
    .def    call_on_stack; .scl 2; .type 32; .endef
    .seh_proc call_on_stack
call_on_stack:
    pushq   %rbp
    .seh_pushreg %rbp
    movq    %rsp, %rbp
    .seh_setframe %rbp, 0
    .seh_endprologue
    leaq    -32(%r8), %rsp
    movq    %rcx, %rax
    movq    %rdx, %rcx
    callq   *%rax
    movq    %rbp, %rsp
    popq    %rbp
    ret
    .seh_endproc
