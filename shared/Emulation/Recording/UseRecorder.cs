using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Recording;

/// <summary>
/// Records what a run uses of the foreign OS: modules, system calls and who made them, gates outside the system's own DLLs, files, registry keys and
/// values, and other programs. Every fact is one line of words, kept once, so that runs add up and lists can be compared. Thread-safe.
/// </summary>
public sealed class UseRecorder
{
    /// <summary>Most facts that are kept; a hostile program cannot fill the host's memory with names.</summary>
    public const int Limit = 200_000;

    private readonly Lock _lock = new();
    private readonly SortedSet<string> _facts = new(StringComparer.Ordinal);
    private readonly HashSet<(string Call, ulong Caller)> _callers = [];

    /// <summary>The facts so far, in order.</summary>
    public IReadOnlyList<string> Facts
    {
        get
        {
            lock (_lock)
            {
                return [.. _facts];
            }
        }
    }

    /// <summary>A system call, before it is carried out.</summary>
    internal void NoteCall(NtThread thread, string name)
    {
        ulong gate = thread.Cpu!.Registers.Rip;
        bool known = thread.Memory.TryRead(new Memory.GuestPointer(thread.Cpu.Registers.Rsp), out ulong caller);
        lock (_lock)
        {
            if (!_callers.Add((name, caller)))
            {
                return;
            }
        }
        string module = thread.Process.Modules.Find(gate)?.Name.ToLowerInvariant() ?? "code-outside-modules";
        if (module is not ("ntdll.dll" or "win32u.dll"))
        {
            (string Name, ulong Offset)? place = thread.Process.Modules.Find(gate);
            Add(place is { } p ? $"gate {module} 0x{p.Offset:x} {name}" : $"gate {module} {name}");
        }
        string by = known ? thread.Process.Modules.Find(caller)?.Name.ToLowerInvariant() ?? "code-outside-modules" : "nobody";
        Add($"call {name} {by}");
    }

    /// <summary>An image was mapped.</summary>
    internal void NoteModule(string fileName) => Add($"module {Clean(fileName[(fileName.LastIndexOf('\\') + 1)..]).ToLowerInvariant()}");

    /// <summary>A file was opened, made or looked for.</summary>
    internal void NoteFile(string name, NtStatus status) => Add($"file {Outcome(status)} {Clean(name.StartsWith(@"\??\", StringComparison.Ordinal) ? name[4..] : name).Replace(@"\\", @"\", StringComparison.Ordinal)}");

    /// <summary>A registry key was opened, made or looked for.</summary>
    internal void NoteKey(string path, NtStatus status) => Add($"key {Outcome(status)} {Clean(path)}");

    /// <summary>A registry value was read or looked for.</summary>
    internal void NoteValue(string keyPath, string name, bool found) => Add($"value {(found ? "found" : "missing")} {Clean(keyPath)} {(name.Length == 0 ? "@" : Clean(name))}");

    /// <summary>A code page or locale file was mapped.</summary>
    internal void NoteNls(string name) => Add($"nls {name}");

    /// <summary>A process was started.</summary>
    internal void NoteProcess(NtProcess process) => Add($"process {Clean(process.ImagePath)}");

    private static string Outcome(NtStatus status) => status.IsSuccess ? "found" : status == NtStatus.ObjectNameNotFound || status == NtStatus.ObjectPathNotFound ? "missing" : "refused";

    /// <summary>Names are the program's to choose: control characters would break the list's lines.</summary>
    private static string Clean(string name) => name.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 ? name : string.Concat(name.Select(c => c < ' ' ? '?' : c));

    private void Add(string fact)
    {
        lock (_lock)
        {
            if (_facts.Count < Limit)
            {
                _facts.Add(fact);
            }
        }
    }
}
