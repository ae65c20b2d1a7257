using System.Diagnostics;
using PortableVirt.Cell;
using PortableVirt.Emulation;
using PortableVirt.Emulation.Io.Disk;
using PortableVirt.Emulation.Io.Disk.Layers;
using PortableVirt.Emulation.Launch;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Registry;
using PortableVirt.Emulation.Threads;
using PortableVirt.Emulation.Ui;
using PortableVirt.Hypervisor;
using PortableVirt.Kernel;
using PortableVirt.VirtualLayer.Files;
using PortableVirt.VirtualLayer.Network;

namespace PortableVirt.VmApp.Core;

/// <summary>Runs one program in one VM. <see cref="Run"/> is called once; the other members from any thread at any time.</summary>
/// <param name="options">The run.</param>
/// <param name="machine">The virtual machine, which the caller ends when the run is over.</param>
/// <param name="events">Receiver of what happens.</param>
public sealed partial class VmRunner(LaunchOptions options, MachineStart machine, IVmEvents events)
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private Executive? _executive;
    private bool _stopped;
    private CellReport? _cell;

    /// <summary>Runs the program to its end. Does not throw for anything that a program, a file or the host does.</summary>
    public VmExit Run()
    {
        VmExit? failure = null;
        using ProgramFile? program = options.Package is { } package ? ProgramFile.OpenPackaged(package) : ProgramFile.Open(options, out failure);
        if (program is null)
        {
            return failure ?? Failed("the package holds no program");
        }
        try
        {
            return RunInVm(program);
        }
        catch (KvmException e)
        {
            return Failed(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(e.Message);
        }
    }

    private VmExit RunInVm(ProgramFile program)
    {
        RunReport report = new(options, events);
        SystemLibrary library = new(options.Package?.SystemFiles ?? new FolderSource(options.SystemLibraryFolder ?? SystemLibrary.DebianFolder));
        // The machine is still in the making.
        Prepared<LaunchContents>? image = options.LaunchImages is [var deepest, ..] ? Prepared<LaunchContents>.Begin(() => LaunchContents.Read(machine.Take().Memory, deepest), machine.Then) : null;
        Prepared<PreparedCell>? begun = PrepareCell();
        if (library.Read() is { } problem)
        {
            return Failed(problem);
        }
        Vm vm = machine.Take();
        Executive executive = new(new GuestKernel(vm), CommitLimit(), report) { EndsWithLastProcess = true, Recorder = options.Recorder, Unseen = options.Unseen, LaunchCapture = options.LaunchCapture };
        report.BeforeLine = () => executive.Io.Console?.Flush();
        executive.Machine = options.LaunchCapture is { } capture ? executive.Machine with { TimeZoneKeyName = capture.TimeZone } : executive.Machine;
        executive.Syscalls.Trace = options.Trace;
        executive.NlsFiles = options.Package?.SystemFiles ?? executive.NlsFiles;
        using (executive.Io)
        {
            using SharedUserData shared = executive.SharedData;
            library.LoadInto(executive);
            FilePolicy policy = new(RunPaths.Grants(options, program.Path));
            NtStatus status = executive.Io.Start(new VirtualDriveOptions
            {
                PrivateFolder = options.DataFolder,
                SystemLibraryFolder = options.Package is null ? library.Files.Name : null,
                Layer = options.Package?.Layer,
                Data = options.Package?.Data,
                UserName = executive.Machine.UserName,
                Policy = policy,
                Network = new NetworkPolicy(options.Network switch
                {
                    NetworkMode.Host => NetworkScope.Host,
                    NetworkMode.Loopback => NetworkScope.Loopback,
                    _ => NetworkScope.None,
                }),
            });
            if (!status.IsSuccess)
            {
                return Failed($"{library.Files.Name} cannot be opened as the system library ({status})");
            }
            if (options.DataFolder is { } data)
            {
                if (MakeDataFolder(data) is { } refused)
                {
                    return refused;
                }
            }
            executive.RegistryStore = RegistryFile() is { } registry ? new RegistryStore(registry) : null;
            if (executive.LoadRegistryStore() is { } unreadable)
            {
                return Failed(unreadable);
            }
            library.AddOwnModules(executive);
            executive.SystemFiles.Absent = options.Unseen is { } guard ? guard.FindSystemFile : null;
            if (!options.Private)
            {
                executive.Clipboard.Share(ClipboardFile.OfUser(options.Environment));
            }
            Prepared<PreparedCell>? cell = LimitCell(begun, executive, program, policy);
            machine.Then(vm.Memory.PrepareFiles);
            if (image is not null)
            {
                machine.Then(() => image.Await()?.TouchFirst());
            }
            try
            {
                return Start(executive, report, program, policy, library, image, cell);
            }
            finally
            {
                // Where the start has failed, its paths may still be looked up.
                _ = cell?.Await();
                begun?.Await()?.Dispose();
            }
        }
    }

    /// <summary>The file with the user's registry keys of earlier runs, or null.</summary>
    private string? RegistryFile()
    {
        string? folder = options.Package is { } package ? package.Data?.Existing ?? package.Data?.Source : options.DataFolder;
        return folder is null ? null : Path.Combine(folder, DataLayout.Registry);
    }

    /// <summary>Keeps the user's registry keys. A packed program's only if they changed: running one leaves nothing behind that it did not make.</summary>
    private string? SaveRegistry(Executive executive)
    {
        if (options.Package is { } package)
        {
            string? folder = executive.HasRegistryChanges ? package.Data?.Make() : null;
            executive.RegistryStore = folder is null ? null : new RegistryStore(Path.Combine(folder, DataLayout.Registry));
        }
        return executive.SaveRegistryStore();
    }

    private static VmExit? MakeDataFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed($"the data folder {folder} cannot be made: {e.Message} Name a folder that you may write to with --data");
        }
    }

    private VmExit Start(Executive executive, RunReport report, ProgramFile program, FilePolicy policy, SystemLibrary library, Prepared<LaunchContents>? image, Prepared<PreparedCell>? cell)
    {
        GuestPaths paths = new(policy);
        string dosPath = program.DosPath;
        options.LaunchCapture?.Begin(executive, dosPath, () => executive.SharedData.StartTicker());
        ProcessStart Prepare(NtProcess process) => Describe(executive, process, dosPath, paths);
        foreach (LaunchImageFile file in options.LaunchImages)
        {
            LaunchContents contents = image?.Take() ?? LaunchContents.Read(executive.GuestMemory, file);
            image = null;
            if (LaunchProcess.TryCreate(executive, contents, dosPath, Prepare, out NtProcess? launched, out NtThread? continued) is not { } reason)
            {
                return RunToEnd(executive, report, program, library, cell, launched!, continued!);
            }
            contents.Drop();
            if (reason.Length != 0)
            {
                events.Error($"the launch image is not used, the start takes longer: {reason}");
                break;
            }
        }
        FillRegistry(executive);
        NtStatus status = ImageSectionFactory.Create(executive, program.File, GuestPaths.DeviceName(dosPath), MemoryTypes.Image, PageProtection.ExecuteRead, out SectionObject? section);
        if (!status.IsSuccess)
        {
            return new VmExit(ExitCodes.CannotRun, $"{program.Path} cannot be mapped as a program ({status})", false, status.Value);
        }
        status = ProcessBuilder.Create(executive, (ImageSection)section!, Prepare, out NtProcess? first, out NtThread? thread);
        if (!status.IsSuccess)
        {
            return Failed($"the first process cannot be made ({status})");
        }
        return RunToEnd(executive, report, program, library, cell, first!, thread!);
    }

    /// <summary>Every program that begins at its beginning reads the registry soon: another processor fills it while this one makes the first process.</summary>
    private void FillRegistry(Executive executive) => machine.Then(() => _ = executive.Registry);

    private VmExit RunToEnd(Executive executive, RunReport report, ProgramFile program, SystemLibrary library, Prepared<PreparedCell>? cell, NtProcess first, NtThread thread)
    {
        if (executive.StartedFrom is LaunchPoint.FirstInitialiser)
        {
            FillRegistry(executive);
        }
        if (CloseCell(cell) is { } open)
        {
            return Failed(open);
        }
        lock (_lock)
        {
            _executive = executive;
            if (_stopped)
            {
                first.RequestEnd(NtStatus.ControlCExit);
            }
            else if (_pausesAtStart)
            {
                executive.Pause();
            }
        }
        if (options.LaunchCapture is null)
        {
            executive.SharedData.StartTicker(machine.Then, () => _ = executive.Registry);
        }
        thread.RunHere();
        executive.WaitForEnd();
        executive.Io.Console?.Flush();
        lock (_lock)
        {
            _executive = null;
            executive.Resume();
        }
        if (!options.Stats && options.LaunchCapture is null)
        {
            // Nothing runs in it any more; meanwhile this thread puts the run's files in order.
            executive.SharedData.StopTicker();
            machine.BeginEnd();
        }
        options.LaunchCapture?.Finish();
        if (options.Stats)
        {
            report.Write(RunStatistics.Format(executive, _clock.Elapsed, _cell));
        }
        if (executive.Io.DriveFailure is { } noDrive)
        {
            return Failed($"drive C: cannot be made: {noDrive.Message} Is there room and a right to write in {options.DataFolder ?? Path.GetTempPath()}?");
        }
        if (SaveRegistry(executive) is { } unsaved)
        {
            return Failed(unsaved);
        }
        VmExit outcome = Outcome(report, first);
        return options.Package is null ? MissingLibraries.Explain(outcome, program.Path, options.Private ? null : Path.GetDirectoryName(program.Path), library.Files.Name) : MissingLibraries.ExplainPackaged(outcome, program.Path);
    }

    /// <summary>The environment of the program; where an image is taken, with room for that of any start.</summary>
    private string EnvironmentBlock(Executive executive)
    {
        string block = GuestEnvironment.Create(options.Environment, executive.Machine, executive.ProcessorCount);
        return options.LaunchCapture is null ? block : LaunchEnvironment.Fill(block);
    }

    private ProcessStart Describe(Executive executive, NtProcess process, string dosPath, GuestPaths paths)
    {
        string commandLine = CommandLineText.Join(dosPath, options.Arguments);
        return ProcessHandles.AddTo(process, options, new ProcessStart
        {
            ImagePath = dosPath,
            CommandLine = options.LaunchCapture?.CommandLine(commandLine) ?? commandLine,
            CurrentDirectory = paths.FolderFromHost(options.WorkingFolder),
            Environment = EnvironmentBlock(executive),
            WindowTitle = dosPath,
        });
    }

    private static VmExit Outcome(RunReport report, NtProcess first)
    {
        if (report.Failure is { } failure)
        {
            return Failed(failure);
        }
        uint status = first.ExitStatus.Value;
        return first.Crash is { } crash
            ? new VmExit((int)(status & 0xff), RunReport.OneLine(crash.Summary), true, status)
            : new VmExit((int)(status & 0xff), null, false, status);
    }

    /// <summary>The guest may commit as much as the host has memory.</summary>
    private static ulong CommitLimit() => (ulong)Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, 1L << 30);

    private static VmExit Failed(string text) => new(ExitCodes.Failed, text, false, 0);
}
