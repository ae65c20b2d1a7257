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

/* What Intel, AMD and the hypervisors below answer differently. Every answer is right that gives the program nothing. */
static const struct attempt harmless[] = {
    ATTEMPT("harmless.invlpg", "\x0f\x01\x3c\x24"),
    ATTEMPT("harmless.swapgs", "\x0f\x01\xf8"),
    ATTEMPT("harmless.vmcall", "\x0f\x01\xc1"),
    ATTEMPT("harmless.vmmcall", "\x0f\x01\xd9"),
    ATTEMPT("harmless.vmlaunch", "\x0f\x01\xc2"),
    ATTEMPT("harmless.vmrun", "\x0f\x01\xd8"),
    ATTEMPT("harmless.vmload", "\x0f\x01\xda"),
    ATTEMPT("harmless.stgi", "\x0f\x01\xdc"),
    ATTEMPT("harmless.clgi", "\x0f\x01\xdd"),
    ATTEMPT("harmless.skinit", "\x31\xc0\x0f\x01\xde"),
    ATTEMPT("harmless.invlpga", "\x0f\x01\xdf"),
    ATTEMPT("harmless.monitor", "\x0f\x01\xc8"),
    ATTEMPT("harmless.xsetbv", "\x31\xc9\x31\xd2\xb8\x07\x00\x00\x00\x0f\x01\xd1"),
    ATTEMPT("harmless.rsm", "\x0f\xaa"),
    ATTEMPT("harmless.sysret", "\x0f\x07"),
    ATTEMPT("harmless.sysexit", "\x0f\x35"),
    ATTEMPT("harmless.iret-to-ring-0", "\x31\xc0\x50\x54\x9c\x6a\x08\x48\x8d\x05\x03\x00\x00\x00\x50\x48\xcf"),
    ATTEMPT("harmless.far-return-to-ring-0", "\x6a\x08\x48\x8d\x05\x03\x00\x00\x00\x50\x48\xcb"),
    ATTEMPT("harmless.int-0", "\xcd\x00"),
    ATTEMPT("harmless.int-8", "\xcd\x08"),
    ATTEMPT("harmless.int-14", "\xcd\x0e"),
    ATTEMPT("harmless.int-80", "\xcd\x80"),
    ATTEMPT("harmless.load-ss-null", "\x31\xc0\x8e\xd0"),
    ATTEMPT("harmless.load-ds-bad", "\xb8\xf8\xff\x00\x00\x8e\xd8"),
};

/* An exception of warning or error severity (0x8..., 0xc...). */
static int is_refused(DWORD code)
{
    return code >= 0x80000000;
}

static void privileged_group(void)
{
    size_t i;
    for (i = 0; i < ARRAY_COUNT(privileged); i++)
        CHECK_STATUS(privileged[i].name,
                     guarded_run_bytes((const unsigned char *)privileged[i].bytes, privileged[i].length, NULL),
                     STATUS_PRIVILEGED_INSTRUCTION);
}

static void harmless_group(void)
{
    size_t i;
    for (i = 0; i < ARRAY_COUNT(harmless); i++)
    {
        DWORD code = guarded_run_bytes((const unsigned char *)harmless[i].bytes, harmless[i].length, NULL);
        CHECK(harmless[i].name, code == NO_EXCEPTION || is_refused(code));
    }
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
        {"privileged", privileged_group}, {"harmless", harmless_group}, {"ports", ports_group},
    };
    guarded_install();
    return run_checks(argc, argv, groups, ARRAY_COUNT(groups));
}
