using PortableVirt.Cell.Filters;
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
    /// <summary>
    /// Gets a cell ready: inherited descriptors are closed, the list is compiled. Any thread may do that while others work. <see cref="PreparedCell.Limit"/> and
    /// <see cref="PreparedCell.Close"/> follow.
    /// </summary>
    /// <exception cref="CellException">It cannot be closed; the process is no place for a program then.</exception>
    public static PreparedCell Prepare(CellPlan plan)
    {
        InheritedDescriptors.Close(plan.KeptDescriptors);
        return new PreparedCell(new NativeCode(plan.ErrorDescriptor), Filter(plan.Profile), plan.Profile.Network != CellNetwork.None);
    }

    /// <summary>The filter of a profile for this process.</summary>
    internal static FilterInstruction[] Filter(CellProfile profile) =>
        FilterCompiler.Compile(
            SystemCallList.For(profile, Environment.ProcessId).Append(new SystemCallRule(SystemCall.Sysctl, "the end, after the report", [[ArgumentCheck.Impossible]], CallAnswer.Kill)),
            CallAnswer.Report);
}
