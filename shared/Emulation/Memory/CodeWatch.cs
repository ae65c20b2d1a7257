using PortableVirt.Analysis.Needs;

namespace PortableVirt.Emulation.Memory;

/// <summary>Counts what becomes code while programs run, and searches it for gates. Thread-safe; called under the locks of address spaces.</summary>
/// <param name="counters">The VM's counters.</param>
/// <param name="found">Hears of every page that became code, with the gates in it. Must not touch guest memory.</param>
internal sealed class CodeWatch(CodeCounters counters, Action<ulong, IReadOnlyList<(ulong Address, CodeGateKind Kind)>> found)
{
    /// <summary>
    /// True: a frame that several views show is written through all of them or executed through all of them. False: the rule holds for each page of
    /// each view alone, as it does for programs on systems whose rule is about addresses.
    /// </summary>
    public bool StrictAliases { get; init; }

    /// <summary>A page was written before and is executed now.</summary>
    public void CountToCode() => counters.CountToCode();

    /// <summary>A page was executed before and is written now.</summary>
    public void CountToData() => counters.CountToData();

    /// <summary>Searches code.</summary>
    /// <param name="code">A page with one byte before and one behind it.</param>
    /// <param name="address">Address of the first byte.</param>
    public void Scan(ReadOnlySpan<byte> code, ulong address)
    {
        List<(ulong, CodeGateKind)> gates = [];
        int at = 0;
        while (GateBytes.TryFind(code, ref at, out CodeGateKind kind))
        {
            gates.Add((address + (ulong)at, kind));
            at++;
        }
        counters.CountScan(gates.Count);
        found(address + 1, gates);
    }
}
