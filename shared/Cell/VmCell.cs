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
    /// <summary>Gets a cell ready to be closed: inherited descriptors are closed, paths looked up, the list compiled. Any thread may do that while others work.</summary>
    /// <exception cref="CellException">It cannot be closed; the process is no place for a program then.</exception>
    public static PreparedCell Prepare(CellPlan plan)
    {
        InheritedDescriptors.Close(plan.KeptDescriptors);
        FilterInstruction[] filter = Filter(plan.Profile);
        int version = ThreadSweep.IsPossible ? LandlockRuleset.HostVersion() : CellReport.NoThreads;
        LandlockRuleset? paths = version >= LandlockRuleset.OldestVersion ? Rules(version, plan) : null;
        return new PreparedCell(new NativeCode(plan.ErrorDescriptor), filter, paths, paths is null ? Math.Min(version, 0) : version);
    }

    /// <summary>The filter of a profile for this process.</summary>
    internal static FilterInstruction[] Filter(CellProfile profile) =>
        FilterCompiler.Compile(
            SystemCallList.For(profile, Environment.ProcessId).Append(new SystemCallRule(SystemCall.Sysctl, "the end, after the report", [[ArgumentCheck.Impossible]], CallAnswer.Kill)),
            CallAnswer.Report);

    private static LandlockRuleset Rules(int version, CellPlan plan)
    {
        LandlockRuleset rules = LandlockRuleset.Create(version, plan.Profile.Network != CellNetwork.None);
        try
        {
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
        }
        catch (CellException)
        {
            rules.Dispose();
            throw;
        }
        return rules;
    }
}
