using System.Diagnostics;
using System.Runtime.InteropServices;
using PortableVirt.Cell.Filters;
using PortableVirt.Cell.Landlock;
using PortableVirt.Cell.Native;
using PortableVirt.Cell.SystemCalls;
using PortableVirt.Cell.Threads;

namespace PortableVirt.Cell;

/// <summary>
/// The second wall around a program: whoever breaks out of the virtual machine into this process finds no capabilities, no path that the run was not
/// granted, no system call that the run does not need, and no way to more rights.
/// </summary>
public static class VmCell
{
    private const int SigSys = 31;

    /// <summary>Closes the cell around this process, for good. Call it once, before the program's first instruction.</summary>
    /// <exception cref="CellException">It cannot be closed; the process is no place for a program then.</exception>
    public static CellReport Close(CellPlan plan)
    {
        long begin = Stopwatch.GetTimestamp();
        InheritedDescriptors.Close(plan.KeptDescriptors);
        NativeCode code = new(plan.ErrorDescriptor);
        FilterInstruction[] filter = Filter(plan.Profile);
        int version = ThreadSweep.IsPossible ? LandlockRuleset.HostVersion() : CellReport.NoThreads;
        using LandlockRuleset? paths = version >= LandlockRuleset.OldestVersion ? Rules(version, plan) : null;
        List<ThreadCall> calls = [new(NativeCell.SysPrctl, NativeCell.PrSetNoNewPrivs, 1, 0)];
        if (Capabilities.Drop() is { } drop)
        {
            calls.Add(drop);
        }
        if (paths is not null)
        {
            calls.Add(new ThreadCall(NativeCell.SysLandlockRestrictSelf, paths.Descriptor, 0, 0));
        }
        int threads = ThreadSweep.IsPossible ? ThreadSweep.Run(code, CollectionsMarshal.AsSpan(calls)) : ThreadSweep.RunHere(calls);
        ProcessLimits.Set();
        SignalAction action = new() { Handler = code.ReportHandler, Flags = SignalAction.WithInformation };
        if (NativeCell.SigAction(SigSys, ref action, 0) != 0)
        {
            throw new CellException($"sigaction: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        SeccompFilter.Install(filter);
        return new CellReport(paths is null ? Math.Min(version, 0) : version, threads, filter.Length, Stopwatch.GetElapsedTime(begin));
    }

    /// <summary>The filter of a profile for this process.</summary>
    internal static FilterInstruction[] Filter(CellProfile profile) =>
        FilterCompiler.Compile(
            SystemCallList.For(profile, Environment.ProcessId).Append(new SystemCallRule(SystemCall.Sysctl, "the end, after the report", [[ArgumentCheck.Impossible]], CallAnswer.Kill)),
            CallAnswer.Report);

    private static LandlockRuleset Rules(int version, CellPlan plan)
    {
        LandlockRuleset rules = LandlockRuleset.Create(version, plan.Profile.Network != CellNetwork.None);
        foreach (CellPath path in plan.Paths)
        {
            rules.Allow(path.Path, path.Use switch
            {
                CellPathUse.Change => LandlockRights.Change,
                CellPathUse.Write => LandlockRights.ReadFile | LandlockRights.WriteFile | LandlockRights.Truncate,
                CellPathUse.RemoveFolders => LandlockRights.RemoveFolder,
                _ => LandlockRights.Read,
            });
        }
        return rules;
    }
}
