using PortableVirt.Analysis.Needs;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Recording;

/// <summary>
/// Records what a run uses of the foreign OS: modules and who loaded them, functions looked up by name, system calls and who made them, gates outside the
/// system's own DLLs, files, folders, registry keys and values, sockets, the console, windows, other programs, code made at run time and, where
/// asked for, the pages of images that were touched. Every fact is one line of words, kept once, so that runs add up and lists can be compared.
/// Thread-safe. Names are the program's to choose: spaces in all but the last word are %20.
/// </summary>
public sealed partial class UseRecorder
{
    /// <summary>Most facts that are kept; a hostile program cannot fill the host's memory with names.</summary>
    public const int Limit = 200_000;

    private const int LongestName = 1024;

    /// <summary>The gates of tables 2 and 3 are in code of ours.</summary>
    private const uint FirstOwnNumber = 2 * Syscalls.SyscallNumbers.TableSize;
    private const string OutsideModules = "code-outside-modules";

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
                return [.. _facts, .. _pages.Facts()];
            }
        }
    }

    /// <summary>A system call, before it is carried out.</summary>
    internal void NoteCall(NtThread thread, string name, uint number)
    {
        name = name.Replace(' ', '-');
        ulong gate = thread.Cpu!.Registers.Rip;
        bool known = thread.Memory.TryRead(new Memory.GuestPointer(thread.Cpu.Registers.Rsp), out ulong caller);
        lock (_lock)
        {
            if (!_callers.Add((name, caller)))
            {
                return;
            }
        }
        if (WindowUse.KindOf(name) is { } kind)
        {
            Add($"ui {kind} {name} {Asker.Of(thread)}");
        }
        (string Name, ulong Offset)? place = thread.Process.Modules.Find(gate);
        if (number < FirstOwnNumber && (place is null || !IsGateModule(place.Value.Name)))
        {
            Add(place is { } p ? $"gate {Name(p.Name)} 0x{p.Offset:x} {name}" : $"gate {OutsideModules} {name}");
        }
        Add($"call {name} {(known ? ModuleAt(thread.Process, caller) : "nobody")}");
    }

    /// <summary>An image was mapped.</summary>
    internal void NoteModule(string fileName) => Add($"module {Clean(FileName(fileName)).ToLowerInvariant()}");

    /// <summary>A thread mapped an image: whose code asked for it, as far as the stack tells ("start" for what the program's imports name).</summary>
    internal void NoteLoad(NtThread thread, string fileName)
    {
        NoteModule(fileName);
        Add($"load {Name(FileName(fileName))} {Asker.Of(thread)}");
    }

    /// <summary>A function was looked up by name or ordinal while the program ran.</summary>
    internal void NoteLookup(NtThread thread, string module, string function, bool found) =>
        Add($"lookup {Asker.Of(thread)} {Name(module)} {(found ? "found" : "missing")} {Clean(function)}");

    /// <summary>A file or folder was opened, made or looked for.</summary>
    internal void NoteFile(string name, bool isFolder, NtStatus status) => Add($"{(isFolder ? "folder" : "file")} {Outcome(status)} {Clean(name.StartsWith(@"\??\", StringComparison.Ordinal) ? name[4..] : name).Replace(@"\\", @"\", StringComparison.Ordinal)}");

    /// <summary>A registry key was opened, made or looked for.</summary>
    internal void NoteKey(string path, NtStatus status) => Add($"key {Outcome(status)} {Clean(path)}");

    /// <summary>A registry value was read or looked for.</summary>
    internal void NoteValue(string keyPath, string name, bool found) => Add($"value {(found ? "found" : "missing")} {Clean(keyPath)} {(name.Length == 0 ? "@" : Clean(name))}");

    /// <summary>A code page or locale file was mapped.</summary>
    internal void NoteNls(string name) => Add($"nls {name}");

    /// <summary>A socket was bound, connected, made to listen or sent from; "connect", "send", "bind", "listen", with "-refused" where the policy refused it.</summary>
    internal void NoteSocket(string use, string address) => Add($"socket {use} {Clean(address)}");

    /// <summary>The console was used.</summary>
    internal void NoteConsole(Console.ConsoleControlCode use) => Add($"console {use.ToString().ToLowerInvariant()}");

    /// <summary>A thread made memory executable that is no image's.</summary>
    internal void NoteCodeMaker(NtThread thread, string call) => Add($"code-maker {Asker.Of(thread)} {call}");

    /// <summary>A page became code while the program ran. Called under an address space's lock.</summary>
    internal void NoteCode(NtProcess process, ulong page, IReadOnlyList<(ulong Address, CodeGateKind Kind)> gates)
    {
        Add($"code {ModuleAt(process, page)}");
        foreach ((ulong address, CodeGateKind kind) in gates)
        {
            (string Name, ulong Offset)? place = process.Modules.Find(address);
            if (place is null || !IsGateModule(place.Value.Name))
            {
                string word = kind.ToString().ToLowerInvariant();
                Add($"gate-bytes {(place is { } p ? Name(p.Name) : OutsideModules)} {word}");
            }
        }
    }

    /// <summary>A process was started.</summary>
    internal void NoteProcess(NtProcess process) => Add($"process {Clean(process.ImagePath)}");

    /// <summary>True for the DLLs whose code may hold gates.</summary>
    internal static bool IsGateModule(string name) => name.Equals("ntdll.dll", StringComparison.OrdinalIgnoreCase) || name.Equals("win32u.dll", StringComparison.OrdinalIgnoreCase);

    private static string ModuleAt(NtProcess process, ulong address) => process.Modules.Find(address) is { } place ? Name(place.Name) : OutsideModules;

    private static string Outcome(NtStatus status) => status.IsSuccess ? "found" : status == NtStatus.ObjectNameNotFound || status == NtStatus.ObjectPathNotFound ? "missing" : "refused";

    private static string FileName(string path) => path[(path.LastIndexOf('\\') + 1)..];

    /// <summary>A file name as one word.</summary>
    internal static string Name(string name) => Clean(name).ToLowerInvariant().Replace("%", "%25", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal);

    /// <summary>Control characters would break the list's lines.</summary>
    private static string Clean(string name)
    {
        name = name.Length > LongestName ? name[..LongestName] : name;
        return name.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 ? name : string.Concat(name.Select(c => c < ' ' ? '?' : c));
    }

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
