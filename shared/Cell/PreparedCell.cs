using System.Diagnostics;
using System.Runtime.InteropServices;
using PortableVirt.Cell.Filters;
using PortableVirt.Cell.Landlock;
using PortableVirt.Cell.Native;
using PortableVirt.Cell.Threads;

namespace PortableVirt.Cell;

/// <summary>A cell that is ready to be closed (<see cref="VmCell.Prepare"/>).</summary>
public sealed class PreparedCell : IDisposable
{
    private const int SigSys = 31;

    private readonly NativeCode _code;
    private readonly FilterInstruction[] _filter;
    private readonly bool _hasNetwork;
    private LandlockRuleset? _paths;
    private int _version;

    internal PreparedCell(NativeCode code, FilterInstruction[] filter, bool hasNetwork) => (_code, _filter, _hasNetwork) = (code, filter, hasNetwork);

    /// <summary>Says which paths stay; of files that are open already, all do. Called once.</summary>
    /// <exception cref="CellException">The kernel refuses.</exception>
    public void Limit(IEnumerable<CellPath> paths)
    {
        _version = ThreadSweep.IsPossible ? LandlockRuleset.HostVersion() : CellReport.NoThreads;
        if (_version < LandlockRuleset.OldestVersion)
        {
            _version = Math.Min(_version, 0);
            return;
        }
        _paths = LandlockRuleset.Create(_version, _hasNetwork);
        foreach (CellPath path in paths)
        {
            _paths.Allow(path.Path, path.Use switch
            {
                CellPathUse.Change => LandlockRights.Change,
                CellPathUse.Write => LandlockRights.ReadFile | LandlockRights.WriteFile | LandlockRights.Truncate,
                CellPathUse.RemoveFolders => LandlockRights.RemoveFolder,
                _ => LandlockRights.Read,
            });
        }
    }

    /// <summary>Closes the cell around this process, for good. Call it once, after <see cref="Limit"/> and before the program's first instruction.</summary>
    /// <exception cref="CellException">It cannot be closed; the process is no place for a program then.</exception>
    public CellReport Close()
    {
        long begin = Stopwatch.GetTimestamp();
        List<ThreadCall> calls = [new(NativeCell.SysPrctl, NativeCell.PrSetNoNewPrivs, 1, 0)];
        if (Capabilities.Drop() is { } drop)
        {
            calls.Add(drop);
        }
        if (_paths is not null)
        {
            calls.Add(new ThreadCall(NativeCell.SysLandlockRestrictSelf, _paths.Descriptor, 0, 0));
        }
        int threads = ThreadSweep.IsPossible ? ThreadSweep.Run(_code, CollectionsMarshal.AsSpan(calls)) : ThreadSweep.RunHere(calls);
        ProcessLimits.Set();
        SignalAction action = new() { Handler = _code.ReportHandler, Flags = SignalAction.WithInformation };
        if (NativeCell.SigAction(SigSys, ref action, 0) != 0)
        {
            throw new CellException($"sigaction: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        SeccompFilter.Install(_filter);
        return new CellReport(_version, threads, _filter.Length, Stopwatch.GetElapsedTime(begin));
    }

    /// <inheritdoc/>
    public void Dispose() => _paths?.Dispose();
}
