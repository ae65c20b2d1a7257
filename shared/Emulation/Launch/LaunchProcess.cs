using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;
using PortableVirt.Emulation.Registry;
using PortableVirt.Emulation.Threads;
using PortableVirt.Hypervisor;
using FileOptions = PortableVirt.Emulation.Io.FileOptions;

namespace PortableVirt.Emulation.Launch;

/// <summary>Makes the first process from a launch image.</summary>
public sealed class LaunchProcess
{
    private const int PebProcessors = 0xb8;
    private const uint DirectoryAccess = 0x100020;
    internal const string Damaged = "it is damaged";
    internal const string NoMemory = "there is not enough memory for it";

    /// <summary>No word to the user: nothing is out of date, this start is only of another kind than the image is for.</summary>
    private const string OtherKind = "";
    private readonly Executive _executive;
    private readonly LaunchImage _image;
    private readonly NtProcess _process;
    private readonly NtThread _thread;

    private LaunchProcess(Executive executive, LaunchImage image)
    {
        (_executive, _image) = (executive, image);
        _process = new NtProcess(executive, new AddressSpace(executive.Kernel, executive.CommitCharge));
        _thread = new NtThread(_process);
    }

    /// <summary>
    /// Makes the process and its thread, which has not started. When the image does not fit this start, nothing is left of the attempt, and the ordinary
    /// start can be made.
    /// </summary>
    /// <param name="executive">A fresh executive.</param>
    /// <param name="contents">The image, read.</param>
    /// <param name="programPath">DOS path of the program.</param>
    /// <param name="prepare">Called once the process object exists: opens standard handles and gives the parameters.</param>
    /// <param name="process">The process.</param>
    /// <param name="thread">Its thread.</param>
    /// <returns>Why the image cannot be used, as the end of a sentence for the user, empty when that is in order; null when it was.</returns>
    public static string? TryCreate(Executive executive, LaunchContents contents, string programPath, Func<NtProcess, ProcessStart> prepare, out NtProcess? process, out NtThread? thread)
    {
        process = null;
        thread = null;
        if (contents.Image is not { } image)
        {
            return contents.Problem;
        }
        if (LaunchInputs.FirstDifference(image.Inputs, LaunchInputs.Of(executive, contents.File.Version, contents.File.Contents, programPath, image.Point)) is { } difference)
        {
            return $"the {difference} has changed since it was made";
        }
        if (executive.RegistryStore is not null && !(LaunchKeys.AreAsThen(executive, image.Keys) && LaunchRegistry.AreAsThen(executive.Registry, image.Values)))
        {
            return "the registry has changed since it was made";
        }
        LaunchProcess launch = new(executive, image);
        string? reason = launch.Fill(contents, prepare);
        if (reason is not null)
        {
            launch.Undo();
            return reason;
        }
        (process, thread) = (launch._process, launch._thread);
        executive.StartedFrom = image.Point;
        executive.OnProcessStarted(process);
        return null;
    }

    private string? Fill(LaunchContents contents, Func<NtProcess, ProcessStart> prepare)
    {
        if (_process.ProcessId != _image.ProcessId || _thread.ThreadId != _image.ThreadId || !_executive.SharedData.MapInto(_process.AddressSpace).IsSuccess)
        {
            return "the process has other ids";
        }
        ProcessStart start = prepare(_process);
        start = start with { ProcessGroupId = _process.ProcessGroupId = _process.ProcessId };
        bool isDeep = _image.Point != LaunchPoint.FirstInitialiser;
        if (isDeep && !(LaunchCommandLine.Fits(start.CommandLine)
            && _image.Handles is [var input, var output, var error]
            && (input, output, error) == (start.StandardInput.Value, start.StandardOutput.Value, start.StandardError.Value)
            && (start.Console.IsNull || _image.Console.Connection != 0)))
        {
            return OtherKind;
        }
        (_thread.Teb, _thread.StackAllocation, _thread.StackBase) = (_image.Teb, _image.StackAllocation, _image.StackBase);
        if (AddRegions() is { } missing)
        {
            return missing;
        }
        try
        {
            if (!AddPages(contents))
            {
                return Damaged;
            }
            _thread.RentCpu();
        }
        catch (Exception e) when (e is IOException or KvmException)
        {
            return e.Message;
        }
        if (start.Environment.Length * 2 > _image.EnvironmentCapacity)
        {
            return $"the environment is larger than {_image.EnvironmentCapacity >> 10} KiB";
        }
        if (!OpenDirectory(start.CurrentDirectory, out Handle directory).IsSuccess)
        {
            return "the working folder cannot be opened";
        }
        if (_executive.RegistryStore is not null && !AreFilesAsThen())
        {
            return "files of drive C: that the loader looks for have changed since it was made";
        }
        if (isDeep && !(LaunchParameters.WriteInPlace(_process, _image, start, directory) && OpenKeys() && LaunchTimeZone.Write(_process.Memory, _image.TimeZoneNames, _executive.TimeZone)
            && (start.Console.IsNull || ConnectConsole())))
        {
            return OtherKind;
        }
        if (!Describe(start) || (!isDeep && !LaunchParameters.Write(_process, _image, start, directory)) || !WriteCookies()
            || !_process.Memory.TryWrite(new GuestPointer(_process.Peb + PebProcessors), _executive.ProcessorCount) || !SetRegisters() || !_process.TryAdd(_thread))
        {
            return Damaged;
        }
        return null;
    }

    private string? AddRegions()
    {
        foreach (LaunchRegion region in _image.Regions)
        {
            SectionView? view = null;
            ulong size = (ulong)region.PageCount << 12;
            switch (region.Source)
            {
                case LaunchSource.Image:
                    if (Open(region.FileName) is not { } file)
                    {
                        return $"{region.FileName} is missing";
                    }
                    if (file.IsWhole)
                    {
                        file.Dispose();
                        return $"{region.FileName} has changed since it was made";
                    }
                    ImageLayout layout = region.Layout! with { HasAbsentPages = _executive.Unseen is not null };
                    ImageSection image = new(_executive.GuestMemory, file, layout, MemoryTypes.Image, PageProtection.ExecuteRead) { FileName = region.FileName };
                    // A view that comes later knows nothing of single pages.
                    if (layout.AbsentPages() is null)
                    {
                        view = new LaterView(image, size, PageProtection.ExecuteWriteCopy);
                    }
                    else if (!image.CreateView(0, size, PageProtection.ExecuteWriteCopy, out view).IsSuccess)
                    {
                        image.DropHandles();
                        return NoMemory;
                    }
                    image.DropHandles();
                    _process.Modules.Note(region.Start, image);
                    _executive.Recorder?.NoteModule(region.FileName);
                    break;
                case LaunchSource.Nls:
                    _executive.Recorder?.NoteNls(region.FileName);
                    FileExtent? found = _executive.NlsFiles.TryOpen(Path.GetFileName(region.FileName));
                    FileSection? table = found is null ? null : _process.AddressSpace.OpenReadOnlyData(found, region.FileName);
                    if (table is null || table.Size > size || size - table.Size >= 0x1000)
                    {
                        return $"{region.FileName} is missing";
                    }
                    view = new LaterView(table, size, PageProtection.ReadOnly);
                    table.DropHandles();
                    break;
                case LaunchSource.ApiSets:
                    if (_executive.ApiSets is not { } sets || sets.Section.Size > size || size - sets.Section.Size >= 0x1000)
                    {
                        return "the api set map is missing";
                    }
                    view = new LaterView(sets.Section, size, PageProtection.ReadOnly);
                    break;
                default:
                    break;
            }
            if (!_process.AddressSpace.AddLaunchRegion(region, view))
            {
                view?.Release(_executive.GuestMemory);
                return NoMemory;
            }
        }
        return null;
    }

    private FileExtent? Open(string name)
    {
        FileCreateRequest request = new(_thread, FileAccessRights.ReadData | FileAccessRights.Synchronize, 0, 5, FileDisposition.Open, FileOptions.SynchronousNonAlert | FileOptions.NonDirectory, 0, false);
        if (!_executive.Io.Create(request, null, name, true, out FileObject found, out _).IsSuccess)
        {
            return null;
        }
        found.AddHandle();
        FileExtent? file = null;
        if (found is ISectionSource source)
        {
            source.OpenForSection(false, out file);
        }
        found.RemoveHandle(_process);
        return file;
    }

    /// <summary>Gives the pages their addresses.</summary>
    private bool AddPages(LaunchContents contents)
    {
        contents.Take();
        ulong zeros = contents.Gpa + ((ulong)contents.Stored << 12);
        foreach (LaunchPages pages in _image.Pages)
        {
            ulong first = pages.Stored < 0 ? zeros : contents.Gpa + ((ulong)pages.Stored << 12);
            zeros += pages.Stored < 0 ? (ulong)pages.Count << 12 : 0;
            if (!_process.AddressSpace.AddLaunchPages(pages.Address, pages.Count, first))
            {
                // The machine has no memory left even for tables: what was added goes with the address space, the rest with the machine.
                return false;
            }
        }
        return true;
    }

    private NtStatus OpenDirectory(string path, out Handle handle)
    {
        handle = default;
        FileCreateRequest request = new(_thread, DirectoryAccess, 0, 3, FileDisposition.Open, FileOptions.Directory | FileOptions.SynchronousNonAlert, 0, false);
        NtStatus status = _executive.Io.Create(request, null, @"\??\" + path, true, out FileObject file, out _);
        return status.IsSuccess ? _process.Handles.Insert(file, file.Access, false, out handle) : status;
    }

    private bool OpenKeys()
    {
        foreach (LaunchKeyHandle key in _image.OpenKeys)
        {
            // A registry of the user's may lack it; the one that all starts begin with is as it was when the image was made.
            if ((_executive.RegistryStore is not null && LaunchRegistry.Find(_executive.Registry, key.Path) is null)
                || !_process.Handles.TryInsertAt(new Handle(key.Handle), _executive.OpenLater(key.Path), key.Access))
            {
                return false;
            }
        }
        return true;
    }

    private bool ConnectConsole() =>
        _executive.Io.ConnectConsole(_thread, _image.Console.Access) is { } connection && _process.Handles.Insert(connection, _image.Console.Access, false, out Handle handle).IsSuccess
        && _process.Memory.TryWrite(new GuestPointer(_image.Console.Connection), handle.Value);

    private bool AreFilesAsThen() => _image.Files.All(file => IsThere(@"\??\" + file.Name) == file.Found);

    private bool IsThere(string name)
    {
        FileCreateRequest request = new(_thread, FileAccessRights.Synchronize, 0, 7, FileDisposition.Open, FileOptions.SynchronousNonAlert, 0, false);
        if (!_executive.Io.Create(request, null, name, true, out FileObject found, out _).IsSuccess)
        {
            return false;
        }
        found.AddHandle();
        found.RemoveHandle(_process);
        return true;
    }

    private bool Describe(ProcessStart start)
    {
        LaunchRegion? program = _image.Regions.FirstOrDefault(region => region.Start == _image.ImageBase);
        if (program?.Layout is not { } layout)
        {
            return false;
        }
        _process.Peb = _image.Peb;
        _process.ImageBase = _image.ImageBase;
        _process.EntryPoint = layout.EntryPoint == 0 ? 0 : _image.ImageBase + layout.EntryPoint;
        _process.DefaultStackReserve = layout.StackReserve;
        _process.Ntdll = new MappedNtdll(_image.NtdllBase, _executive.Ntdll.Exports);
        _process.SetImage(start.ImagePath, start.CommandLine, ImageSection.Describe(layout, _image.ImageBase));
        _process.IsLibraryProgram = ProcessBuilder.HasLibrarySignature(_process, _image.ImageBase);
        _thread.StartAddress = _process.EntryPoint;
        return true;
    }

    private bool WriteCookies() => _image.Cookies.All(address => _process.Memory.TryPatch(new GuestPointer(address), BitConverter.GetBytes(SecurityCookies.Create())));

    private bool SetRegisters()
    {
        _thread.Cpu!.Registers = _image.Registers;
        if (_image.ExtendedState.Length == 0)
        {
            return true;
        }
        byte[] area = new byte[_thread.Cpu.XStateSize];
        _image.ExtendedState.AsSpan(0, Math.Min(area.Length, _image.ExtendedState.Length)).CopyTo(area);
        return _thread.Cpu.LoadXState(area);
    }

    private void Undo()
    {
        _thread.ReturnCpu();
        _executive.ClientIds.TakeBack(_thread.ThreadId);
        _process.Handles.CloseAll();
        _process.AddressSpace.Destroy();
        _executive.ClientIds.TakeBack(_process.ProcessId);
    }
}
