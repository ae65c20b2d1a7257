using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Emulation;
using PortableVirt.Emulation.Io.Disk;
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
/// <param name="openKvm">Gives the descriptor of /dev/kvm, open for reading and writing; throws IOException or
/// UnauthorizedAccessException when it cannot.</param>
/// <param name="events">Receiver of what happens.</param>
public sealed partial class VmRunner(LaunchOptions options, Func<SafeFileHandle> openKvm, IVmEvents events)
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private Executive? _executive;
    private bool _stopped;

    /// <summary>Runs the program to its end. Does not throw for anything that a program, a file or the host does.</summary>
    public VmExit Run()
    {
        (SafeFileHandle? file, string path, VmExit? failure) = ProgramFile.Open(options);
        if (failure is { } bad)
        {
            return bad;
        }
        using (file)
        {
            try
            {
                return RunInVm(file!, path);
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
    }

    private VmExit RunInVm(SafeFileHandle file, string path)
    {
        using KvmDevice device = KvmDevice.FromDescriptor(openKvm());
        using Vm vm = new(device);
        RunReport report = new(options, events);
        Executive executive = new(new GuestKernel(vm), CommitLimit(), report) { EndsWithLastProcess = true, Recorder = options.Recorder, Unseen = options.Unseen };
        executive.Syscalls.Trace = options.Trace;
        executive.NlsFolder = options.NlsFolder ?? executive.NlsFolder;
        SystemLibrary library = new(options.SystemLibraryFolder ?? SystemLibrary.DebianFolder);
        using (executive.Io)
        {
            using SharedUserData shared = executive.SharedData;
            if (library.LoadInto(executive) is { } problem)
            {
                return Failed(problem);
            }
            FilePolicy policy = new(Grants(path));
            NtStatus status = executive.Io.Start(new VirtualDriveOptions
            {
                PrivateFolder = options.DataFolder,
                SystemLibraryFolder = library.Folder,
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
                return Failed($"{library.Folder} cannot be opened as the system library ({status})");
            }
            if (options.DataFolder is { } data)
            {
                if (MakeDataFolder(data) is { } refused)
                {
                    return refused;
                }
                executive.RegistryStore = new RegistryStore(Path.Combine(data, "user.reg"));
                if (executive.LoadRegistryStore() is { } unreadable)
                {
                    return Failed(unreadable);
                }
            }
            library.AddOwnModules(executive);
            executive.SystemFiles.Absent = options.Unseen is { } guard ? guard.FindSystemFile : null;
            if (!options.Private)
            {
                executive.Clipboard.Share(ClipboardFile.OfUser(options.Environment));
            }
            PrepareRegistry(executive);
            return Start(executive, report, file, path, new GuestPaths(policy), library);
        }
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

    /// <summary>Lets another processor fill the registry while this one makes the first process: every program reads it, but none at once.</summary>
    private static void PrepareRegistry(Executive executive)
    {
        if (Environment.ProcessorCount > 1)
        {
            new Thread(() => _ = executive.Registry, 256 << 10) { IsBackground = true, Name = "registry" }.Start();
        }
    }

    private VmExit Start(Executive executive, RunReport report, SafeFileHandle file, string path, GuestPaths paths, SystemLibrary library)
    {
        string dosPath = DosPath.OfHost(path);
        NtStatus status = ImageSectionFactory.Create(executive, file, RandomAccess.GetLength(file), GuestPaths.DeviceName(dosPath), MemoryTypes.Image, PageProtection.ExecuteRead, out SectionObject? section);
        if (!status.IsSuccess)
        {
            return new VmExit(ExitCodes.CannotRun, $"{path} cannot be mapped as a program ({status})", false, status.Value);
        }
        status = ProcessBuilder.Create(executive, (ImageSection)section!, process => Describe(executive, process, dosPath, paths), out NtProcess? first, out NtThread? thread);
        if (!status.IsSuccess)
        {
            return Failed($"the first process cannot be made ({status})");
        }
        lock (_lock)
        {
            _executive = executive;
            if (_stopped)
            {
                first!.RequestEnd(NtStatus.ControlCExit);
            }
        }
        executive.SharedData.StartTicker();
        thread!.Start();
        executive.WaitForEnd();
        lock (_lock)
        {
            _executive = null;
        }
        if (options.Stats)
        {
            Console.Error.WriteLine(RunStatistics.Format(executive, _clock.Elapsed));
        }
        if (executive.Io.DriveFailure is { } noDrive)
        {
            return Failed($"drive C: cannot be made: {noDrive.Message} Is there room and a right to write in {options.DataFolder ?? Path.GetTempPath()}?");
        }
        if (executive.SaveRegistryStore() is { } unsaved)
        {
            return Failed(unsaved);
        }
        return MissingLibraries.Explain(Outcome(report, first!), path, library.Folder);
    }

    private ProcessStart Describe(Executive executive, NtProcess process, string dosPath, GuestPaths paths)
    {
        return ProcessHandles.AddTo(process, options, new ProcessStart
        {
            ImagePath = dosPath,
            CommandLine = CommandLineText.Join(dosPath, options.Arguments),
            CurrentDirectory = paths.FolderFromHost(options.WorkingFolder),
            Environment = GuestEnvironment.Create(options.Environment, executive.Machine, executive.ProcessorCount),
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

    private List<FileGrant> Grants(string program)
    {
        List<FileGrant> grants = [.. options.Grants.Select(g => FileGrant.FromUser(g.Path, options.WorkingFolder, g.ReadOnly))];
        if (options.Private)
        {
            // The program's own file is what is being run; nothing else of the host is there.
            grants.Add(new FileGrant(program, true));
        }
        else
        {
            grants.Add(FileGrant.FromUser(options.WorkingFolder, "/", false));
            grants.Add(FileGrant.FromUser(Path.GetDirectoryName(program)!, "/", false));
        }
        return grants;
    }

    /// <summary>The guest may commit as much as the host has memory.</summary>
    private static ulong CommitLimit() => (ulong)Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, 1L << 30);

    private static VmExit Failed(string text) => new(ExitCodes.Failed, text, false, 0);

    /// <summary>Ends the VM at once: every process of it ends as by TerminateProcess.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            foreach (NtProcess process in _executive?.ClientIds.Processes() ?? [])
            {
                process.RequestEnd(NtStatus.ControlCExit);
            }
        }
    }
}
