using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Native;

/// <summary>Programs of the kernel's packet filter, bpf(2).</summary>
internal static unsafe partial class NativeBpf
{
    /// <summary>BPF_PROG_TYPE_CGROUP_SKB: sees the packets of a control group's sockets.</summary>
    public const uint GroupPackets = 8;

    /// <summary>BPF_CGROUP_INET_INGRESS.</summary>
    public const uint Ingress = 0;

    /// <summary>BPF_CGROUP_INET_EGRESS.</summary>
    public const uint Egress = 1;

    /// <summary>BPF_F_ALLOW_MULTI: programs of groups above and below count, too.</summary>
    public const uint AllowSeveral = 2;

    private const long BpfNumber = 321;
    private const int ProgramLoad = 5;
    private const int ProgramAttach = 8;

    /// <summary>Loads a program.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="attachType">What it will be attached to.</param>
    /// <param name="code">Its instructions.</param>
    /// <exception cref="IOException">The kernel refuses it, or has no such programs.</exception>
    public static SafeFileHandle Load(uint type, uint attachType, ReadOnlySpan<ulong> code)
    {
        ReadOnlySpan<byte> licence = "MIT\0"u8;
        fixed (ulong* instructions = code)
        {
            fixed (byte* name = licence)
            {
                LoadAttributes attributes = new()
                {
                    Type = type,
                    InstructionCount = (uint)code.Length,
                    Instructions = (ulong)instructions,
                    Licence = (ulong)name,
                    ExpectedAttachType = attachType,
                };
                return new SafeFileHandle((nint)NativeCall.Check(SysCall(BpfNumber, ProgramLoad, &attributes, (uint)sizeof(LoadAttributes)), "bpf(BPF_PROG_LOAD)"), ownsHandle: true);
            }
        }
    }

    /// <summary>Attaches a program to a control group, for as long as the group lasts.</summary>
    /// <exception cref="IOException">It cannot be attached.</exception>
    public static void Attach(SafeFileHandle group, SafeFileHandle program, uint attachType)
    {
        AttachAttributes attributes = new()
        {
            Target = (int)group.DangerousGetHandle(),
            Program = (int)program.DangerousGetHandle(),
            AttachType = attachType,
            Flags = AllowSeveral,
        };
        NativeCall.Check(SysCall(BpfNumber, ProgramAttach, &attributes, (uint)sizeof(AttachAttributes)), "bpf(BPF_PROG_ATTACH)");
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SysCall(long number, int command, void* attributes, uint size);

    /// <summary>The part of union bpf_attr for BPF_PROG_LOAD.</summary>
    private struct LoadAttributes
    {
        public uint Type;
        public uint InstructionCount;
        public ulong Instructions;
        public ulong Licence;
        public uint LogLevel;
        public uint LogSize;
        public ulong LogBuffer;
        public uint KernelVersion;
        public uint Flags;
        public ulong NameStart;
        public ulong NameEnd;
        public uint InterfaceIndex;
        public uint ExpectedAttachType;
    }

    /// <summary>The part of union bpf_attr for BPF_PROG_ATTACH.</summary>
    private struct AttachAttributes
    {
        public int Target;
        public int Program;
        public uint AttachType;
        public uint Flags;
    }
}
