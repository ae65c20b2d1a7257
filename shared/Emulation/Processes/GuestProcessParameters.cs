using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>Reads the RTL_USER_PROCESS_PARAMETERS that a parent prepared for its child (normalized: strings by address).</summary>
internal static class GuestProcessParameters
{
    private const int HeaderSize = 0x410;
    private const int LargestEnvironment = 1 << 20;

    /// <summary>STATUS_ACCESS_VIOLATION, STATUS_INVALID_PARAMETER for an environment without end.</summary>
    public static NtStatus Read(NtThread t, GuestPointer pointer, out ProcessStart? start)
    {
        start = null;
        byte[] header = new byte[HeaderSize];
        if (!t.Memory.TryRead(pointer, header))
        {
            return NtStatus.AccessViolation;
        }
        if (!ReadString(t, header, 0x38, out string directory) || !ReadString(t, header, 0x50, out string dllPath) || !ReadString(t, header, 0x60, out string image)
            || !ReadString(t, header, 0x70, out string commandLine) || !ReadString(t, header, 0xb0, out string title) || !ReadString(t, header, 0xc0, out string desktop)
            || !ReadString(t, header, 0xd0, out string shell) || !ReadString(t, header, 0xe0, out string runtime))
        {
            return NtStatus.AccessViolation;
        }
        NtStatus status = ReadEnvironment(t, new GuestPointer(U64(header, 0x80)), out string environment);
        start = new ProcessStart
        {
            ImagePath = image,
            CommandLine = commandLine,
            CurrentDirectory = directory.EndsWith('\\') ? directory : directory + "\\",
            Environment = environment,
            DllPath = dllPath,
            WindowTitle = title,
            Desktop = desktop,
            ShellInfo = shell,
            RuntimeInfo = runtime,
            WindowFlags = (uint)U64(header, 0xa4),
            ShowWindow = (uint)U64(header, 0xa8),
            StandardInput = new Handle(U64(header, 0x20)),
            StandardOutput = new Handle(U64(header, 0x28)),
            StandardError = new Handle(U64(header, 0x30)),
            Console = new Handle(U64(header, 0x10)),
            ConsoleFlags = (uint)U64(header, 0x18),
            ProcessGroupId = (uint)U64(header, 0x408),
        };
        return status;
    }

    private static NtStatus ReadEnvironment(NtThread t, GuestPointer pointer, out string environment)
    {
        environment = "\0";
        if (pointer.IsNull)
        {
            return NtStatus.Success;
        }
        System.Text.StringBuilder text = new();
        while (text.Length < LargestEnvironment)
        {
            // Up to the end of the page: the block may end right before memory that cannot be read.
            int bytes = 0x1000 - (int)(pointer.Address & 0xfff);
            if (!t.Memory.TryReadUtf16(pointer, Math.Max(bytes, 2), out string part))
            {
                return NtStatus.AccessViolation;
            }
            int from = Math.Max(text.Length - 1, 0);
            text.Append(part);
            string joined = text.ToString();
            int end = joined.IndexOf("\0\0", from, StringComparison.Ordinal);
            if (end >= 0 || joined.StartsWith('\0'))
            {
                environment = end >= 0 ? joined[..(end + 2)] : "\0";
                return NtStatus.Success;
            }
            pointer += Math.Max(bytes, 2);
        }
        return NtStatus.InvalidParameter;
    }

    private static bool ReadString(NtThread t, byte[] header, int offset, out string text)
    {
        UnicodeString64 field = new() { Length = BitConverter.ToUInt16(header, offset), Buffer = U64(header, offset + 8) };
        text = "";
        return field.Buffer == 0 || t.Memory.TryReadUtf16(new GuestPointer(field.Buffer), field.Length, out text);
    }

    private static ulong U64(byte[] header, int offset) => BitConverter.ToUInt64(header, offset);
}
