# NTSTATUS invoke_system_call(unsigned int number, const ULONG_PTR arguments[16], int gate):
# makes the system call as a stub of ntdll would, with 16 arguments, through syscall or (gate != 0) int 2Eh.
    .text
    .globl invoke_system_call
    .def invoke_system_call; .scl 2; .type 32; .endef
    .seh_proc invoke_system_call
invoke_system_call:
    pushq %rbp
    .seh_pushreg %rbp
    pushq %rbx
    .seh_pushreg %rbx
    pushq %rsi
    .seh_pushreg %rsi
    pushq %rdi
    .seh_pushreg %rdi
    subq $0x88, %rsp
    .seh_stackalloc 0x88
    .seh_endprologue
    movl %ecx, %eax
    movl %r8d, %ebx
    leaq 0x20(%rdx), %rsi
    leaq 0x28(%rsp), %rdi
    movl $12, %ecx
    cld
    rep movsq
    movq (%rdx), %r10
    movq 0x10(%rdx), %r8
    movq 0x18(%rdx), %r9
    movq 8(%rdx), %rdx
    testl %ebx, %ebx
    jnz 1f
    syscall
    jmp 2f
1:  int $0x2e
2:  addq $0x88, %rsp
    popq %rdi
    popq %rsi
    popq %rbx
    popq %rbp
    ret
    .seh_endproc
