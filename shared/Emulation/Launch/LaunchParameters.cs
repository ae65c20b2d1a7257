using System.Runtime.InteropServices;
using PortableVirt.Emulation.Abi;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.Emulation.Launch;

/// <summary>
/// Makes the parameters of a process that was made from an image those of this start: RTL_USER_PROCESS_PARAMETERS lies where ntdll put it, the strings in
/// memory of their own, the environment in its block on the heap.
/// </summary>
internal static class LaunchParameters
{
    private const ushort DirectoryCapacity = 520;
    private const int ConsoleField = 0x10;
    private const int CurrentDirectoryField = 0x38;
    private const int EnvironmentSizeField = 0x3f0;

    /// <summary>Takes out of memory what is of the start that an image is made of and stays where it is in every start.</summary>
    public static bool Empty(GuestAccessor memory, ulong parameters)
    {
        GuestPointer place = new(parameters + CurrentDirectoryField);
        return memory.TryRead(place, out UnicodeString64 directory) && memory.TryWrite(new GuestPointer(directory.Buffer), new byte[directory.MaximumLength])
            && memory.TryWrite(place, directory with { Length = 0 }) && memory.TryWrite(new GuestPointer(parameters + EnvironmentSizeField), 0UL)
            && memory.TryWrite(new GuestPointer(parameters + ConsoleField), 0UL);
    }

    /// <summary>
    /// Writes them where they are, for an image whose libraries have kept their addresses. False when they do not fit, or what the libraries have copied is
    /// not what this start gives.
    /// </summary>
    public static bool WriteInPlace(NtProcess process, LaunchImage image, ProcessStart start, Handle currentDirectory)
    {
        GuestAccessor memory = process.Memory;
        GuestPointer parameters = new(image.Parameters);
        ReadOnlySpan<(int Field, string Text)> copied = [(0x60, start.ImagePath), (0xb0, start.WindowTitle), (0xc0, start.Desktop), (0xd0, start.ShellInfo), (0xe0, start.RuntimeInfo)];
        foreach ((int field, string text) in copied)
        {
            if (!memory.TryReadUnicodeString(parameters + field, out string then) || then != text)
            {
                return false;
            }
        }
        return memory.TryRead(parameters + CurrentDirectoryField, out UnicodeString64 directory) && (start.CurrentDirectory.Length + 1) * sizeof(char) <= directory.MaximumLength
            && memory.TryWrite(new GuestPointer(directory.Buffer), MemoryMarshal.AsBytes(start.CurrentDirectory.AsSpan()))
            && memory.TryWrite(parameters + CurrentDirectoryField, directory with { Length = (ushort)(start.CurrentDirectory.Length * sizeof(char)) })
            && LaunchCommandLine.Write(memory, image.Parameters, image.AnsiCommandLine, start.CommandLine)
            && WriteNumbers(memory, image, start, currentDirectory);
    }

    /// <summary>Writes them. False when there is no memory, or the image leads to none.</summary>
    /// <param name="process">The process.</param>
    /// <param name="image">The image.</param>
    /// <param name="start">What this start gives; its environment fits into the image's block.</param>
    /// <param name="currentDirectory">The open current directory.</param>
    public static bool Write(NtProcess process, LaunchImage image, ProcessStart start, Handle currentDirectory)
    {
        (int Field, string Text, int Capacity)[] strings =
        [
            (CurrentDirectoryField, start.CurrentDirectory, DirectoryCapacity), (0x60, start.ImagePath, 0), (0x70, start.CommandLine, 0), (0xb0, start.WindowTitle, 0), (0xc0, start.Desktop, 0),
            (0xd0, start.ShellInfo, 0), (0xe0, start.RuntimeInfo, 0),
        ];
        int size = strings.Sum(s => Space(s.Text, s.Capacity));
        AllocationRequest request = new() { Size = (ulong)size, Type = MemoryTypes.Reserve | MemoryTypes.Commit, Protection = PageProtection.ReadWrite };
        if (!process.AddressSpace.Allocate(request, out ulong address, out _).IsSuccess)
        {
            return false;
        }
        GuestAccessor memory = process.Memory;
        GuestPointer parameters = new(image.Parameters);
        byte[] block = new byte[size];
        int next = 0;
        foreach ((int field, string text, int capacity) in strings)
        {
            MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(block.AsSpan(next));
            UnicodeString64 value = new()
            {
                Length = (ushort)(text.Length * 2),
                MaximumLength = (ushort)Math.Max(capacity, (text.Length * 2) + 2),
                Buffer = address + (ulong)next,
            };
            if (!memory.TryWrite(parameters + field, value))
            {
                return false;
            }
            next += Space(text, capacity);
        }
        return memory.TryWrite(new GuestPointer(address), block) && WriteNumbers(memory, image, start, currentDirectory);
    }

    private static bool WriteNumbers(GuestAccessor memory, LaunchImage image, ProcessStart start, Handle currentDirectory)
    {
        GuestPointer parameters = new(image.Parameters);
        return memory.TryWrite(new GuestPointer(image.Environment), MemoryMarshal.AsBytes(start.Environment.AsSpan()))
            && memory.TryWrite(parameters + ConsoleField, start.Console.Value)
            && memory.TryWrite(parameters + 0x18, start.ConsoleFlags)
            && memory.TryWrite(parameters + 0x20, start.StandardInput.Value)
            && memory.TryWrite(parameters + 0x28, start.StandardOutput.Value)
            && memory.TryWrite(parameters + 0x30, start.StandardError.Value)
            && memory.TryWrite(parameters + 0x48, currentDirectory.Value)
            && memory.TryWrite(parameters + 0xa4, start.WindowFlags)
            && memory.TryWrite(parameters + 0xa8, start.ShowWindow)
            && memory.TryWrite(parameters + EnvironmentSizeField, (ulong)start.Environment.Length * 2)
            && memory.TryWrite(parameters + 0x408, start.ProcessGroupId);
    }

    private static int Space(string text, int capacity) => (Math.Max(capacity, (text.Length * 2) + 2) + 7) & ~7;
}
