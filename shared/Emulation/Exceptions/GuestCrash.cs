using System.Globalization;
using System.Text;
using PortableVirt.Emulation.Memory;
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
    private const int StackWords = 64;

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
        return new GuestCrash(new NtStatus(record.ExceptionCode), record.ExceptionAddress, module, why, Describe(thread, record, context));
    }

    private static string Describe(NtThread thread, in ExceptionRecord record, in GuestContext c)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"process {thread.Process.ProcessId:x} thread {thread.ThreadId:x}");
        text.Append("parameters");
        for (int i = 0; i < record.NumberParameters; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $" {record.Information[i]:x}");
        }
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"rip {c.Rip:x16} rsp {c.Rsp:x16} rbp {c.Rbp:x16} efl {c.EFlags:x8}");
        text.AppendLine(CultureInfo.InvariantCulture, $"rax {c.Rax:x16} rbx {c.Rbx:x16} rcx {c.Rcx:x16} rdx {c.Rdx:x16}");
        text.AppendLine(CultureInfo.InvariantCulture, $"rsi {c.Rsi:x16} rdi {c.Rdi:x16} r8  {c.R8:x16} r9  {c.R9:x16}");
        text.AppendLine(CultureInfo.InvariantCulture, $"r10 {c.R10:x16} r11 {c.R11:x16} r12 {c.R12:x16} r13 {c.R13:x16}");
        text.AppendLine(CultureInfo.InvariantCulture, $"r14 {c.R14:x16} r15 {c.R15:x16}");
        for (int i = 0; i < StackWords && thread.Memory.TryRead(new GuestPointer(c.Rsp) + (i * 8), out ulong word); i++)
        {
            if (thread.Process.Modules.Find(word) is { } place)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"stack+0x{i * 8:x3} {word:x16} {place.Name}+0x{place.Offset:x}");
            }
        }
        foreach ((ulong start, ulong size, string name) in thread.Process.Modules.Snapshot())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"module {start:x16}-{start + size:x16} {name}");
        }
        return text.ToString();
    }
}
