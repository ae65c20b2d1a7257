using System.Buffers.Binary;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Loader;

/// <summary>
/// Hears of functions that are looked up at run time. GetProcAddress ends in ntdll's LdrGetProcedureAddress(module, name, ordinal, result), which gets a
/// new beginning that asks here first: 0 lets the function go on, anything else is its result. Only where somebody wants to know: it costs a
/// system call each time.
/// </summary>
internal static class FunctionLookup
{
    /// <summary>The function of ntdll.dll that gets the new beginning.</summary>
    public const string Function = "LdrGetProcedureAddress";

    /// <summary>Number of the call, behind that of the unix calls.</summary>
    public const int Number = (int)SharedUserData.UnixCallNumber + 1;

    private const int LongestName = 4096;

    /// <summary>R10 = base of the module, RDX = ANSI_STRING or null, R8 = ordinal.</summary>
    public static readonly SyscallEntry Entry = new("function lookup", 3, Support.Full, "", Handle, Format);

    /// <summary>mov r10,rcx; mov eax,number; syscall; mov rcx,r10; test eax,eax; je over; ret. The other arguments survive a system call.</summary>
    public static byte[] Code()
    {
        byte[] code = [0x4c, 0x8b, 0xd1, 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0x49, 0x8b, 0xca, 0x85, 0xc0, 0x74, 0x01, 0xc3];
        BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(4), Number);
        return code;
    }

    private static ulong Handle(NtThread t)
    {
        ulong imageBase = t.GetRegisterArgument(0);
        if (t.Process.Modules.Find(imageBase) is { } module && TryReadName(t, out string function))
        {
            bool found = GuestExports.Has(t.Memory, imageBase, function, (uint)t.GetRegisterArgument(2));
            t.Executive.Recorder?.NoteLookup(t, module.Name, function, found);
            if (found && t.Executive.Unseen?.AllowsFunction(module.Name, function) == false)
            {
                return (function[0] == '#' ? NtStatus.OrdinalNotFound : NtStatus.EntrypointNotFound).Value;
            }
        }
        return 0;
    }

    private static string Format(NtThread t) => TryReadName(t, out string name) ? $"module={t.Process.Modules.Find(t.GetRegisterArgument(0))?.Name}, function={name}" : "";

    private static bool TryReadName(NtThread t, out string name)
    {
        GuestPointer text = new(t.GetRegisterArgument(1));
        name = $"#{(uint)t.GetRegisterArgument(2)}";
        return text.IsNull || (t.Memory.TryRead(text + 8, out ulong characters) && t.Memory.TryReadAnsiString(new GuestPointer(characters), LongestName, out name));
    }
}
