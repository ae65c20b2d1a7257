using System.Collections.Concurrent;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Syscalls;

/// <summary>
/// From a system-call number to its method. Numbers are those of the very DLLs in use, read from their stubs
/// (<c>mov r10,rcx; mov eax,NR</c>), so that any version of libwine, or a Windows system folder, can be the source. Bits 0-11 are
/// the index, bits 12-13 the table: 0 ntdll, 1 win32u, 2 gates of our own DLLs, 3 unix calls.
/// </summary>
public sealed class SyscallDispatcher(Executive executive)
{
    private const int TableSize = SyscallNumbers.TableSize;
    private static readonly Dictionary<string, SyscallEntry> _declared = SyscallTable.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    private const int SmallestTable = 64;
    private readonly Row?[][] _tables = [[], [], Gates(), []];
    private readonly Lazy<bool>?[] _later = new Lazy<bool>?[SyscallNumbers.TableCount];
    private readonly ConcurrentDictionary<string, bool> _reported = [];

    private int _learned;

    private sealed record Row(string Name, SyscallEntry? Entry)
    {
        /// <summary>True once the package's policy has allowed the call.</summary>
        public bool IsAllowed { get; set; }
    }

    /// <summary>Writes every call with its arguments and result to the report when set.</summary>
    public bool Trace { get; set; }

    /// <summary>Takes the numbers of a DLL from its exported stubs; names without a method are kept for reports.</summary>
    public void Learn(SyscallStubs stubs)
    {
        StubsCallThroughPointer = (_learned++ == 0 || StubsCallThroughPointer) && stubs.CallThroughPointer;
        foreach ((string name, int number) in stubs.Calls)
        {
            // libwine gives some stubs a second name (RtlGetNativeSystemInformation): the one that is declared counts.
            ref Row? row = ref At(number);
            if (row?.Entry is null)
            {
                row = new Row(name, _declared.GetValueOrDefault(name));
            }
        }
    }

    /// <summary>Takes the numbers of a DLL when a program first makes a call of a table that has none: many programs never draw anything.</summary>
    /// <param name="table">The table, 0 to 3.</param>
    /// <param name="learn">Calls <see cref="Learn"/>; run once.</param>
    public void LearnLater(int table, Action learn) => _later[table] = new Lazy<bool>(() =>
    {
        learn();
        return true;
    });

    /// <summary>True when the stubs can call through the pointer at 7FFE1000h instead of making a system call, as libwine 8.0's do.</summary>
    public bool StubsCallThroughPointer { get; private set; }

    /// <summary>The number of a call by its name; false when no DLL in use has it or no method is declared for it.</summary>
    public bool TryGetNumber(string name, out uint number)
    {
        for (int table = 0; table < _tables.Length; table++)
        {
            int index = Array.FindIndex(_tables[table], row => row?.Entry is not null && row.Name == name);
            if (index >= 0)
            {
                number = (uint)((table * TableSize) + index);
                return true;
            }
        }
        number = 0;
        return false;
    }

    /// <summary>Gives a gate of table 2 or 3 its method.</summary>
    public void Define(int number, SyscallEntry entry) => At(number) = new Row(entry.Name, entry);

    /// <summary>Runs the call and returns what goes to RAX.</summary>
    public ulong Invoke(NtThread thread, uint number)
    {
        Row? row = Find(number);
        if (row is null && number < 4 * TableSize && _later[number / TableSize] is { IsValueCreated: false } later)
        {
            _ = later.Value;
            row = Find(number);
        }
        if (row?.Entry is not { } entry)
        {
            return Unknown(thread, number, row);
        }
        if (!row.IsAllowed && !(row.IsAllowed = number >= 2 * TableSize || executive.Unseen?.AllowsCall(entry.Name) != false))
        {
            return NtStatus.InvalidSystemService.Value;
        }
        executive.Recorder?.NoteCall(thread, entry.Name, number);
        if (!Trace)
        {
            return entry.Handler(thread);
        }
        string arguments = entry.FormatArguments(thread);
        ulong result = entry.Handler(thread);
        executive.Report.Traced(thread, entry.Name, arguments, result);
        return result;
    }

    private Row? Find(uint number)
    {
        Row?[] table = number < SyscallNumbers.TableCount * TableSize ? Volatile.Read(ref _tables[number / TableSize]) : [];
        return number % TableSize < table.Length ? table[number % TableSize] : null;
    }

    /// <summary>The place of a number; tables grow as numbers come, since a whole one is 32 KiB that every start would have to touch.</summary>
    private ref Row? At(int number)
    {
        ref Row?[] table = ref _tables[number / TableSize];
        int index = number % TableSize;
        if (index >= table.Length)
        {
            Row?[] grown = new Row?[Math.Max(SmallestTable, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)index + 1))];
            table.CopyTo(grown, 0);
            Volatile.Write(ref table, grown);
        }
        return ref table[index];
    }

    private static Row?[] Gates()
    {
        Row?[] table = new Row?[GateTable.Entries.Count];
        for (int i = 0; i < GateTable.Entries.Count; i++)
        {
            table[i] = new Row(GateTable.Entries[i].Call.Name, GateTable.Entries[i].Call);
        }
        return table;
    }

    private ulong Unknown(NtThread thread, uint number, Row? row)
    {
        string name = row?.Name ?? $"number 0x{number:x}";
        if (_reported.TryAdd(name, true))
        {
            executive.Report.Unimplemented(thread, name);
        }
        if (row is null)
        {
            return NtStatus.InvalidSystemService.Value;
        }
        return number >= TableSize ? 0 : NtStatus.NotImplemented.Value;
    }
}
