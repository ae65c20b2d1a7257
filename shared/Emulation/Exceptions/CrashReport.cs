using System.Globalization;
using System.Text;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Exceptions;

/// <summary>The text that stands where Windows starts a debugger: what happened, registers, code, stack, other threads, modules.</summary>
internal static class CrashReport
{
    private const int CodeBytes = 16;
    private const int StackWords = 256;
    private const int MostParameters = 15;
    private const uint InPageError = 0xc0000006;
    private const uint AccessViolation = 0xc0000005;

    /// <summary>Writes it. Numbers are hexadecimal.</summary>
    public static string Write(NtThread thread, in ExceptionRecord record, in GuestContext c, string why)
    {
        StringBuilder text = new();
        NtStatus code = new(record.ExceptionCode);
        Line(text, $"PortableVirt crash report, {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC");
        Line(text, $"program   {Printable(thread.Process.ImagePath)}");
        Line(text, $"exception {code} ({ExceptionNames.Describe(code)}): {why}");
        Line(text, $"at        {record.ExceptionAddress:x16} {Place(thread, record.ExceptionAddress)}");
        Line(text, $"process {thread.Process.ProcessId:x}, thread {thread.ThreadId:x}, flags {record.ExceptionFlags:x}");
        Parameters(text, record);
        text.AppendLine();
        Line(text, $"rip {c.Rip:x16} rsp {c.Rsp:x16} rbp {c.Rbp:x16} efl {c.EFlags:x8}");
        Line(text, $"rax {c.Rax:x16} rbx {c.Rbx:x16} rcx {c.Rcx:x16} rdx {c.Rdx:x16}");
        Line(text, $"rsi {c.Rsi:x16} rdi {c.Rdi:x16} r8  {c.R8:x16} r9  {c.R9:x16}");
        Line(text, $"r10 {c.R10:x16} r11 {c.R11:x16} r12 {c.R12:x16} r13 {c.R13:x16}");
        Line(text, $"r14 {c.R14:x16} r15 {c.R15:x16} mxcsr {c.MxCsr:x8}");
        byte[] bytes = new byte[CodeBytes];
        Line(text, $"code at rip: {(thread.Memory.TryRead(new GuestPointer(c.Rip), bytes) ? Convert.ToHexString(bytes).ToLowerInvariant() : "cannot be read")}");
        text.AppendLine();
        text.AppendLine("stack, words that point into modules (return addresses and others):");
        for (int i = 0; i < StackWords && thread.Memory.TryRead(new GuestPointer(c.Rsp) + (i * 8), out ulong word); i++)
        {
            if (thread.Process.Modules.Find(word) is not null)
            {
                Line(text, $"  +{i * 8:x3} {word:x16} {Place(thread, word)}");
            }
        }
        text.AppendLine();
        text.AppendLine("modules:");
        foreach ((ulong start, ulong size, string name) in thread.Process.Modules.Snapshot())
        {
            Line(text, $"  {start:x16}-{start + size:x16} {Printable(name)}");
        }
        return text.ToString();
    }

    private static void Parameters(StringBuilder text, in ExceptionRecord record)
    {
        if (record.ExceptionCode is AccessViolation or InPageError && record.NumberParameters >= 2)
        {
            string access = record.Information[0] switch { 0 => "reading", 1 => "writing", 8 => "executing", _ => "touching" };
            Line(text, $"{access} address {record.Information[1]:x16}");
            return;
        }
        if (record.NumberParameters != 0)
        {
            text.Append("parameters");
            for (int i = 0; i < Math.Min(record.NumberParameters, MostParameters); i++)
            {
                text.Append(CultureInfo.InvariantCulture, $" {record.Information[i]:x}");
            }
            text.AppendLine();
        }
    }

    private static string Place(NtThread thread, ulong address) =>
        thread.Process.Modules.Find(address) is { } place ? string.Create(CultureInfo.InvariantCulture, $"{Printable(place.Name)}+0x{place.Offset:x}") : "outside all modules";

    /// <summary>Names are the guest's: control characters do not reach a terminal.</summary>
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
