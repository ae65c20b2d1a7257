using System.Globalization;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>What is known of an exception that ended a program.</summary>
/// <param name="Code">NTSTATUS of the exception.</param>
/// <param name="Address">Address of the instruction.</param>
/// <param name="Module">Module and offset of the address, or null outside all modules.</param>
/// <param name="Why">Why it ended the program.</param>
/// <param name="Report">Registers, stack and modules, several lines.</param>
public sealed record GuestCrash(NtStatus Code, ulong Address, (string Name, ulong Offset)? Module, string Why, string Report)
{
    /// <summary>One line: code, address, module.</summary>
    public string Summary
    {
        get
        {
            string place = Module is { } module ? $"{module.Name}+0x{module.Offset:x}" : "outside all modules";
            return string.Create(CultureInfo.InvariantCulture, $"unhandled exception {Code} ({ExceptionNames.Describe(Code)}) at 0x{Address:x} ({place}): {Why}");
        }
    }

    internal static GuestCrash Capture(NtThread thread, in ExceptionRecord record, in GuestContext context, string why)
    {
        (string, ulong)? module = thread.Process.Modules.Find(record.ExceptionAddress);
        return new GuestCrash(new NtStatus(record.ExceptionCode), record.ExceptionAddress, module, why, CrashReport.Write(thread, record, context, why));
    }
}
