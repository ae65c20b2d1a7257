using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>EXCEPTION_RECORD of a 64-bit process: 0x98 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ExceptionRecord
{
    /// <summary>EXCEPTION_NONCONTINUABLE.</summary>
    public const uint NonContinuable = 1;

    /// <summary>NTSTATUS.</summary>
    public uint ExceptionCode;

    /// <summary>EXCEPTION_ flags.</summary>
    public uint ExceptionFlags;

    /// <summary>Guest address of a nested record, or 0.</summary>
    public ulong NestedRecord;

    /// <summary>Address of the instruction.</summary>
    public ulong ExceptionAddress;

    /// <summary>Valid entries of <see cref="Information"/>, 0 to 15.</summary>
    public uint NumberParameters;

    private readonly uint _padding;

    /// <summary>Parameters.</summary>
    public Parameters Information;

    /// <summary>Makes a record.</summary>
    public static ExceptionRecord Create(NtStatus code, ulong address, params ReadOnlySpan<ulong> information)
    {
        ExceptionRecord record = new() { ExceptionCode = code.Value, ExceptionAddress = address, NumberParameters = (uint)information.Length };
        information.CopyTo(record.Information);
        return record;
    }

    /// <summary>15 values.</summary>
    [InlineArray(15)]
    public struct Parameters
    {
        private ulong _first;
    }
}
