using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;
using PortableVirt.VirtualLayer.Unseen;

namespace PortableVirt.Emulation.Unseen;

/// <summary>
/// Decides, the first time, about everything that the program of a package needs and the package's list does not hold. Thread-safe.
/// </summary>
/// <param name="policy">The package's policy.</param>
/// <param name="seen">What its list holds.</param>
/// <param name="source">Where originals may be taken from.</param>
/// <param name="told">Told of every item once, on the thread that needed it, maybe under locks: must be short and not throw.</param>
public sealed class UnseenGuard(UnseenPolicy policy, SeenFacts seen, SystemSource source, Action<UnseenItem> told)
{
    /// <summary>Most items that are kept; a program that asks for more gets what the policy says, untold.</summary>
    public const int Limit = 10_000;

    /// <summary>Without these a program could not even end, or be told what it did wrong.</summary>
    private static readonly HashSet<string> s_always = new(StringComparer.Ordinal)
    {
        "NtTerminateProcess", "NtTerminateThread", "NtRaiseException", "NtContinue", "NtClose", "NtRaiseHardError",
    };

    private readonly Lock _lock = new();
    private readonly Dictionary<(UnseenKind Kind, string Name), UnseenItem> _items = [];
    private readonly bool _checksCalls = !policy.AllowsAll(UnseenKind.SystemCall) && seen.Calls.Count != 0;

    /// <summary>What was needed so far.</summary>
    public IReadOnlyList<UnseenItem> Items
    {
        get
        {
            lock (_lock)
            {
                return [.. _items.Values];
            }
        }
    }

    /// <summary>True when functions that are looked up must be asked about.</summary>
    public bool ChecksFunctions { get; } = !policy.AllowsAll(UnseenKind.Function);

    /// <summary>True when system-call instructions outside the system's DLLs must be asked about.</summary>
    public bool ChecksGates { get; } = !policy.AllowsAll(UnseenKind.Gate);

    /// <summary>True: a frame that is mapped twice is written through both views or executed through both.</summary>
    public bool StrictCode => policy.StrictCode;

    /// <summary>May the call be made? Asked once a call that may, every time of one that may not.</summary>
    internal bool AllowsCall(string name) =>
        !_checksCalls || seen.Calls.Contains(name) || s_always.Contains(name) || Ask(UnseenKind.SystemCall, name, $"call {name} unseen", isHere: true);

    /// <summary>May the function be found?</summary>
    internal bool AllowsFunction(string module, string function)
    {
        string name = $"{module.ToLowerInvariant()} {function}";
        return !ChecksFunctions || seen.Functions.Contains(name) || Ask(UnseenKind.Function, name, $"lookup unseen {name.Replace(" ", " found ", StringComparison.Ordinal)}", isHere: true);
    }

    /// <summary>May the thread make the call from where it is? The gates of ntdll and win32u, and ours, always may.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="behind">The address behind the instruction.</param>
    internal bool AllowsGate(NtThread thread, ulong behind)
    {
        if (behind - SharedUserData.GateAddress < SharedUserData.PageSize)
        {
            return true;
        }
        (string Name, ulong Offset)? place = thread.Process.Modules.Find(behind);
        if (place is { } module && Recording.UseRecorder.IsGateModule(module.Name))
        {
            return true;
        }
        string name = place is { } p ? $"{Recording.UseRecorder.Name(p.Name)} 0x{p.Offset:x}" : "code-outside-modules";
        return seen.Gates.Contains(name) || Ask(UnseenKind.Gate, name, $"gate {name} unseen", isHere: true);
    }

    /// <summary>A file of C:\windows\system32 that the package has not got: the host path of the original that the program may have, or null.</summary>
    public string? FindSystemFile(string name)
    {
        name = name.ToLowerInvariant();
        if (!seen.SystemNames.Contains(name))
        {
            return null;
        }
        bool isLibrary = !name.EndsWith(".nls", StringComparison.Ordinal) && !name.EndsWith(".tlb", StringComparison.Ordinal);
        string? path = source.Find(name, seen.NtdllHash);
        return Ask(isLibrary ? UnseenKind.Library : UnseenKind.File, name, isLibrary ? $"module {name}" : $@"file found C:\windows\system32\{name}", path is not null) ? path : null;
    }

    /// <summary>A code page or locale file that the package has not got, as <see cref="FindSystemFile"/>.</summary>
    internal string? FindNls(string name)
    {
        string? path = source.FindNls(name);
        return Ask(UnseenKind.File, name, $"nls {name}", path is not null) ? path : null;
    }

    /// <summary>A page of an image that was left out: its bytes, where the program may have it.</summary>
    /// <param name="fileName">NT name of the image's file.</param>
    /// <param name="rva">Address of the page relative to the base.</param>
    /// <param name="isAtBase">True when the image lies where its file says: the original's bytes need no relocation.</param>
    /// <param name="target">4096 bytes.</param>
    internal bool TryGetPage(string fileName, uint rva, bool isAtBase, Span<byte> target)
    {
        string module = fileName[(fileName.LastIndexOf('\\') + 1)..].ToLowerInvariant();
        string word = Recording.UseRecorder.Name(module);
        bool isHere = isAtBase && source.TryReadPage(module, seen.NtdllHash, rva, target);
        return Ask(UnseenKind.Page, $"{word} 0x{rva:x}", $"page {word} 0x{rva:x}-0x{rva:x}", isHere);
    }

    private bool Ask(UnseenKind kind, string name, string fact, bool isHere)
    {
        UnseenItem item;
        lock (_lock)
        {
            if (_items.TryGetValue((kind, name), out UnseenItem? known))
            {
                return known.IsGiven;
            }
            UnseenAction action = policy.For(kind, name);
            item = new UnseenItem(kind, name, action, action != UnseenAction.Deny && isHere, fact);
            if (_items.Count >= Limit)
            {
                return item.IsGiven;
            }
            _items.Add((kind, name), item);
        }
        told(item);
        return item.IsGiven;
    }
}
