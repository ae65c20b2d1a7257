/* Instructions that a program may not execute: each raises what Windows raises, and changes nothing. */
#include "guarded.h"

struct attempt
{
    const char *name;
    const char *bytes;
    size_t length;
};

#define ATTEMPT(name, bytes) {name, bytes, sizeof bytes - 1}

static const struct attempt privileged[] = {
    ATTEMPT("privileged.hlt", "\xf4"),
    ATTEMPT("privileged.cli", "\xfa"),
    ATTEMPT("privileged.sti", "\xfb"),
    ATTEMPT("privileged.clts", "\x0f\x06"),
    ATTEMPT("privileged.invd", "\x0f\x08"),
    ATTEMPT("privileged.wbinvd", "\x0f\x09"),
    ATTEMPT("privileged.mov-to-cr0", "\x0f\x22\xc0"),
    ATTEMPT("privileged.mov-to-cr3", "\x0f\x22\xd8"),
    ATTEMPT("privileged.mov-to-cr4", "\x0f\x22\xe0"),
    ATTEMPT("privileged.mov-to-cr8", "\x44\x0f\x22\xc0"),
    ATTEMPT("privileged.mov-from-cr0", "\x0f\x20\xc0"),
    ATTEMPT("privileged.mov-from-cr3", "\x0f\x20\xd8"),
    ATTEMPT("privileged.mov-to-dr7", "\x0f\x23\xf8"),
    ATTEMPT("privileged.rdmsr", "\xb9\x80\x00\x00\xc0\x0f\x32"),
    ATTEMPT("privileged.wrmsr", "\xb9\x82\x00\x00\xc0\x31\xc0\x31\xd2\x0f\x30"),
    ATTEMPT("privileged.lgdt", "\x0f\x01\x14\x24"),
    ATTEMPT("privileged.lidt", "\x0f\x01\x1c\x24"),
    ATTEMPT("privileged.lmsw", "\x0f\x01\xf0"),
    ATTEMPT("privileged.ltr", "\x31\xc0\x0f\x00\xd8"),
    ATTEMPT("privileged.lldt", "\x31\xc0\x0f\x00\xd0"),
};

struct refusal
{
    struct attempt attempt;
    DWORD code;
    /* Where in the bytes the instruction is that must be named. */
    unsigned char offset;
};

#define INVALID(name, bytes, offset) {ATTEMPT(name, bytes), STATUS_ILLEGAL_INSTRUCTION, offset}
#define PRIVILEGED(name, bytes, offset) {ATTEMPT(name, bytes), STATUS_PRIVILEGED_INSTRUCTION, offset}
#define PROTECTED(name, bytes, offset) {ATTEMPT(name, bytes), STATUS_ACCESS_VIOLATION, offset}

static const struct refusal refused[] = {
    PRIVILEGED("refused.invlpg", "\x0f\x01\x3c\x24", 0),
    PRIVILEGED("refused.swapgs", "\x0f\x01\xf8", 0),
    PRIVILEGED("refused.xsetbv", "\x31\xc9\x31\xd2\xb8\x07\x00\x00\x00\x0f\x01\xd1", 9),
    PRIVILEGED("refused.sysret", "\x0f\x07", 0),
    PRIVILEGED("refused.sysexit", "\x0f\x35", 0),
    INVALID("refused.vmlaunch", "\x0f\x01\xc2", 0),
    INVALID("refused.vmrun", "\x0f\x01\xd8", 0),
    INVALID("refused.vmload", "\x0f\x01\xda", 0),
    INVALID("refused.stgi", "\x0f\x01\xdc", 0),
    INVALID("refused.clgi", "\x0f\x01\xdd", 0),
    INVALID("refused.skinit", "\x31\xc0\x0f\x01\xde", 2),
    INVALID("refused.invlpga", "\x0f\x01\xdf", 0),
    INVALID("refused.monitor", "\x0f\x01\xc8", 0),
    INVALID("refused.rsm", "\x0f\xaa", 0),
    PROTECTED("refused.iret-to-ring-0", "\x31\xc0\x50\x54\x9c\x6a\x08\x48\x8d\x05\x03\x00\x00\x00\x50\x48\xcf", 15),
    PROTECTED("refused.far-return-to-ring-0", "\x6a\x08\x48\x8d\x05\x03\x00\x00\x00\x50\x48\xcb", 10),
    PROTECTED("refused.int-0", "\xcd\x00", 0),
    PROTECTED("refused.int-1", "\xcd\x01", 0),
    PROTECTED("refused.int-8", "\xcd\x08", 0),
    PROTECTED("refused.int-14", "\xcd\x0e", 0),
    PROTECTED("refused.int-80", "\xcd\x80", 0),
    PROTECTED("refused.load-ss-null", "\x31\xc0\x8e\xd0", 2),
    PROTECTED("refused.load-ds-bad", "\xb8\xf8\xff\x00\x00\x8e\xd8", 5),
};

static void privileged_group(void)
{
    size_t i;
    for (i = 0; i < ARRAY_COUNT(privileged); i++)
        CHECK_STATUS(privileged[i].name,
                     guarded_run_bytes((const unsigned char *)privileged[i].bytes, privileged[i].length, NULL),
                     STATUS_PRIVILEGED_INSTRUCTION);
}

/* Exactly the exception, at exactly the instruction; an access violation without an address, as Windows tells of a
 * general-protection fault. */
static void refused_group(void)
{
    size_t i;
    for (i = 0; i < ARRAY_COUNT(refused); i++)
    {
        const struct attempt *attempt = &refused[i].attempt;
        DWORD code = guarded_run_bytes((const unsigned char *)attempt->bytes, attempt->length, NULL);
        ULONG_PTR offset = (ULONG_PTR)guarded_seen.ExceptionAddress & 0xfff;
        int addressless = guarded_seen.NumberParameters == 2 && guarded_seen.ExceptionInformation[0] == 0
            && guarded_seen.ExceptionInformation[1] == ~(ULONG_PTR)0;
        char details[160];
        if (code == refused[i].code && offset == refused[i].offset
            && (code == STATUS_ACCESS_VIOLATION ? addressless : guarded_seen.NumberParameters == 0))
        {
            check_passed(attempt->name);
            continue;
        }
        snprintf(details, sizeof details, "0x%08lx at +%llu with %lu parameters, expected 0x%08lx at +%u", code,
                 (unsigned long long)offset, guarded_seen.NumberParameters, refused[i].code, refused[i].offset);
        check_failed(attempt->name, __LINE__, details);
    }
}

/* The hypercall instruction of the host's processor reaches KVM from user mode, too, and cannot be caught: KVM answers
 * -1 (no permission) in RAX and does nothing. KVM takes vmmcall for it on every processor; vmcall is invalid on AMD's. */
static void hypercalls_group(void)
{
    /* mov $NUMBER,%eax; vmmcall; mov %rax,(%rdi) with RDI saved, the result's address in RCX. */
    unsigned char bytes[] = {0x57, 0x48, 0x89, 0xcf, 0xb8, 0, 0, 0, 0, 0x0f, 0x01, 0xd9, 0x48, 0x89, 0x07, 0x5f};
    char vendor[13] = {0};
    unsigned int leaf = 0, number;
    int refused_calls = 0;
    ULONG_PTR result;
    for (number = 0; number < 16; number++)
    {
        bytes[5] = (unsigned char)number;
        result = 0;
        refused_calls += guarded_run_bytes(bytes, sizeof bytes, &result) == NO_EXCEPTION && result == ~(ULONG_PTR)0;
    }
    CHECK_EQ("hypercalls.vmmcall-refused", refused_calls, 16);

    __asm__ volatile("cpuid" : "+a"(leaf), "=b"(*(unsigned int *)vendor), "=d"(*(unsigned int *)(vendor + 4)),
                     "=c"(*(unsigned int *)(vendor + 8)));
    bytes[11] = 0xc1;
    result = 0;
    leaf = guarded_run_bytes(bytes, sizeof bytes, &result);
    if (!strcmp(vendor, "GenuineIntel"))
        CHECK("hypercalls.vmcall-refused", leaf == NO_EXCEPTION && result == ~(ULONG_PTR)0);
    else
        CHECK_STATUS("hypercalls.vmcall-refused", leaf, STATUS_ILLEGAL_INSTRUCTION);
}

/* Ports of PC devices, of firmware and debug channels, and of other hypervisors. */
static const unsigned short ports[] = {
    0x00,  0x20,  0x21,  0x40,  0x43,  0x60,  0x61,   0x64,   0x70,   0x71,  0x80,   0x92,   0xa0,  0xa1,
    0xb2,  0xe9,  0xed,  0xf4,  0x170, 0x1f0, 0x1f7,  0x278,  0x2f8,  0x378, 0x3c0,  0x3d4,  0x3f8, 0x402,
    0x4d0, 0x500, 0x501, 0x510, 0x511, 0x600, 0x604,  0xcf8,  0xcf9,  0xcfc, 0x5658, 0x5659, 0x8900, 0xb004,
};

static void ports_group(void)
{
    /* mov $port,%edx; xor %eax,%eax; then one of in and out, by size, and their string forms. */
    static const char *const forms[] = {"\xec", "\x66\xed", "\xed", "\xee", "\x66\xef", "\xef"};
    unsigned char bytes[16] = {0xba, 0, 0, 0, 0, 0x31, 0xc0};
    size_t port, form;
    int refused = 0;
    for (port = 0; port < ARRAY_COUNT(ports); port++)
        for (form = 0; form < ARRAY_COUNT(forms); form++)
        {
            size_t length = strlen(forms[form]);
            bytes[1] = (unsigned char)ports[port];
            bytes[2] = (unsigned char)(ports[port] >> 8);
            memcpy(bytes + 7, forms[form], length);
            refused += guarded_run_bytes(bytes, 7 + length, NULL) == (DWORD)STATUS_PRIVILEGED_INSTRUCTION;
        }
    CHECK_EQ("ports.all-refused", refused, ARRAY_COUNT(ports) * ARRAY_COUNT(forms));
    CHECK_STATUS("ports.immediate-80", guarded_run_bytes((const unsigned char *)"\xe6\x80", 2, NULL),
                 STATUS_PRIVILEGED_INSTRUCTION);
    /* push %rdi; mov %rcx,%rdi; mov $0x80,%edx; insb; pop %rdi is never reached. */
    CHECK_STATUS("ports.string-in",
                 guarded_run_bytes((const unsigned char *)"\x57\x48\x89\xcf\xba\x80\x00\x00\x00\x6c\x5f", 11, bytes),
                 STATUS_PRIVILEGED_INSTRUCTION);
}

int main(int argc, char **argv)
{
    static const struct check_group groups[] = {
        {"privileged", privileged_group}, {"refused", refused_group},
        {"hypercalls", hypercalls_group}, {"ports", ports_group},
    };
    guarded_install();
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
