using System.Runtime.CompilerServices;
using PortableVirt.Cell;
using PortableVirt.Emulation;
using PortableVirt.VirtualLayer.Files;

namespace PortableVirt.VmApp.Core;

public sealed partial class VmRunner
{
    /// <summary>Begins to prepare the cell, on the machine's thread where there is one; null where the run has none.</summary>
    private Prepared<PreparedCell>? PrepareCell() => options.Cell is not { } cell ? null : Prepared<PreparedCell>.Begin(() => VmCell.Prepare(new CellPlan
    {
        Profile = new CellProfile(cell.IsUnderDaemon, Sockets(options.Network), RuntimeFeature.IsDynamicCodeSupported),
        KeptDescriptors = [.. cell.KeptDescriptors, options.StdIn, options.StdOut, options.StdErr],
        ErrorDescriptor = options.StdErr,
    }), machine.Then);

    /// <summary>Goes on with it once the folders and files that the run keeps are made.</summary>
    private Prepared<PreparedCell>? LimitCell(Prepared<PreparedCell>? begun, Executive executive, ProgramFile program, FilePolicy policy)
    {
        if (begun is null)
        {
            return null;
        }
        MakeCrashReport();
        return Prepared<PreparedCell>.Begin(
            () =>
            {
                PreparedCell cell = begun.Take();
                cell.Limit(Paths(executive, program, policy, options.Cell!));
                return cell;
            },
            machine.Then);
    }

    /// <summary>
    /// Closes the cell around this process; nothing where the run has none. Called when all that a start needs is open and no instruction of the program
    /// has run.
    /// </summary>
    /// <returns>Why it cannot be closed, or null.</returns>
    private string? CloseCell(Prepared<PreparedCell>? preparation)
    {
        if (preparation is null)
        {
            return null;
        }
        if (options.Cell?.ControlGroup is { } group && !ControlGroupArrival.Await(group))
        {
            return $"this process was not moved into its control group {group}, so the program was not started: the daemon has ended, or its log says more";
        }
        try
        {
            CellReport report = preparation.Take().Close();
            _cell = report;
            CellClosed();
            if (report.LandlockVersion == 0)
            {
                events.Error("this computer's kernel has no Landlock (Linux 5.19 or later, \"landlock\" among the lsm= of its command line): if the program breaks out of its virtual machine, all your files are open to it");
            }
            return null;
        }
        catch (CellException e)
        {
            return $"the VM's cell cannot be closed ({e.Message}), so the program was not started";
        }
    }

    /// <summary>Where a VM-app that was taken over begins: tests/TakenOver compiles these sources with a body for it; in the product there is none.</summary>
    partial void CellClosed();

    /// <summary>Makes the file that a crash is added to: later this process can make none there. What fails is told when there is something to write.</summary>
    private void MakeCrashReport()
    {
        if (options.CrashReportFile is not { } file)
        {
            return;
        }
        try
        {
            using FileStream made = new(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            events.Error($"the crash report {file} cannot be written: {e.Message}");
        }
    }

    private IEnumerable<CellPath> Paths(Executive executive, ProgramFile program, FilePolicy policy, RunCell cell)
    {
        foreach (FileGrant grant in policy.Grants)
        {
            yield return new CellPath(grant.Path, grant.ReadOnly ? CellPathUse.Read : CellPathUse.Change);
        }
        foreach (string folder in executive.Io.PrepareFolders())
        {
            yield return new CellPath(folder, CellPathUse.Change);
            if (folder != options.DataFolder)
            {
                // The run's own folder goes with it.
                yield return new CellPath(Path.GetDirectoryName(folder)!, CellPathUse.RemoveFolders);
            }
        }
        if (options.Package is null)
        {
            yield return new CellPath(program.Path, CellPathUse.Read);
        }
        if (!options.Private && executive.Clipboard.PrepareFolder() is { } clipboard)
        {
            yield return new CellPath(clipboard, CellPathUse.Change);
        }
        foreach (CellPath path in RunPaths.Own(options).Concat(cell.Paths))
        {
            yield return path;
        }
    }

    private static CellNetwork Sockets(NetworkMode network) => network switch
    {
        NetworkMode.Host => CellNetwork.Host,
        NetworkMode.Loopback => CellNetwork.Loopback,
        _ => CellNetwork.None,
    };
}
