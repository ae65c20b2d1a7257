using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Debugging;
using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Jobs;
using PortableVirt.Emulation.Loader;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Syscalls;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Processes;

/// <summary>Creating processes.</summary>
internal static class ProcessCreateCalls
{
    private const uint Breakaway = 0x1;
    private const uint CreateSuspended = 0x1;
    private const uint JobAssignProcess = 0x1;
    private const uint ProcessCreateProcess = 0x80;
    private const uint NoDebugInherit = 0x2;
    private const uint InheritHandles = 0x4;
    private const int AllocateConsole = -1;
    private const uint ReadAndExecute = 0x1000a1;

    [NtSyscall("NtCreateUserProcess", Support.Partial, "no token of another user, no 32-bit children")]
    internal static NtStatus NtCreateUserProcess(NtThread t, GuestPointer processHandle, GuestPointer threadHandle, uint processAccess, uint threadAccess, GuestPointer processAttributes, GuestPointer threadAttributes, uint processFlags, uint threadFlags, GuestPointer parameters, GuestPointer createInfo, GuestPointer attributeList)
    {
        NtStatus status = ProcessAttributes.Read(t, attributeList, out ProcessAttributes attributes);
        if (!status.IsSuccess)
        {
            return status;
        }
        NtProcess parent = t.Process;
        if (attributes.Parent is { } parentHandle)
        {
            status = t.Reference(parentHandle, ProcessCreateProcess, out parent);
            if (!status.IsSuccess)
            {
                return status;
            }
        }
        DebugObject? debugPort = parent.IsDebugInherited ? parent.DebugPort : null;
        if (attributes.DebugPort is { } debugHandle)
        {
            status = t.Reference(debugHandle, DebugObject.ProcessAssign, out DebugObject given);
            if (!status.IsSuccess)
            {
                return status;
            }
            debugPort = given;
        }
        status = GuestProcessParameters.Read(t, parameters, out ProcessStart? start);
        if (!status.IsSuccess)
        {
            return status;
        }
        status = OpenImage(t, attributes.ImageName ?? @"\??\" + start!.ImagePath, out ImageSection? image);
        if (!status.IsSuccess)
        {
            image?.DropHandles();
            return status;
        }
        bool inherit = (processFlags & InheritHandles) != 0;
        status = ProcessBuilder.Create(t.Executive, image!, child => Inherit(parent, child, start!, inherit, attributes.Handles), out NtProcess? process, out NtThread? thread);
        image!.DropHandles();
        if (!status.IsSuccess)
        {
            return status;
        }
        process!.ParentProcessId = parent.ProcessId;
        process.IsDebugInherited = (processFlags & NoDebugInherit) == 0;
        if (debugPort is not null)
        {
            process.DebugPort = debugPort;
            DebugObject.MarkDebugged(process, true);
        }
        if ((threadFlags & CreateSuspended) != 0)
        {
            thread!.Suspend(out _);
        }
        status = JoinJobs(t, process, parent, (processFlags & Breakaway) != 0, attributes.Jobs);
        status = !status.IsSuccess ? status : Finish(t, processHandle, threadHandle, processAccess, threadAccess, processAttributes, threadAttributes, attributes, process, thread!);
        if (!status.IsSuccess)
        {
            process.RequestEnd(status);
        }
        NtStatus started = thread!.Start();
        return status.IsSuccess ? started : status;
    }

    /// <summary>The job of the parent first, then those that the creator names.</summary>
    private static NtStatus JoinJobs(NtThread t, NtProcess process, NtProcess parent, bool breakaway, IReadOnlyList<Handle> jobs)
    {
        NtStatus status = process.JoinJobOf(parent, breakaway);
        for (int i = 0; i < jobs.Count && status.IsSuccess; i++)
        {
            status = t.Reference(jobs[i], JobAssignProcess, out JobObject job);
            status = status.IsSuccess ? job.Assign(process) : status;
        }
        return status;
    }

    private static NtStatus Finish(NtThread t, GuestPointer processHandle, GuestPointer threadHandle, uint processAccess, uint threadAccess, GuestPointer processAttributes, GuestPointer threadAttributes, ProcessAttributes attributes, NtProcess process, NtThread thread)
    {
        NtStatus status = NtObjectAttributes.Read(t, processAttributes, out NtObjectAttributes forProcess);
        if (status.IsSuccess)
        {
            status = NtObjectAttributes.Read(t, threadAttributes, out NtObjectAttributes forThread);
            if (status.IsSuccess)
            {
                status = t.ReturnHandle(processHandle, process, processAccess, forProcess.Flags);
            }
            if (status.IsSuccess)
            {
                status = t.ReturnHandle(threadHandle, thread, threadAccess, forThread.Flags);
            }
        }
        return status.IsSuccess && !attributes.TryWriteResults(t, process, thread) ? NtStatus.AccessViolation : status;
    }

    private static NtStatus OpenImage(NtThread t, string path, out ImageSection? image)
    {
        image = null;
        FileCreateRequest request = new(t, ReadAndExecute, 0, 7, FileDisposition.Open, Io.FileOptions.SynchronousNonAlert | Io.FileOptions.NonDirectory, 0, false);
        NtStatus status = t.Executive.Io.Create(request, null, path, true, out FileObject file, out _);
        if (!status.IsSuccess)
        {
            return status;
        }
        file.AddHandle();
        try
        {
            if (file is not ISectionSource source)
            {
                return NtStatus.InvalidFileForSection;
            }
            status = source.OpenForSection(false, out FileExtent? host);
            if (!status.IsSuccess)
            {
                return status;
            }
            status = ImageSectionFactory.Create(t.Executive, host!, source.SectionFileName, MemoryTypes.Image, PageProtection.ExecuteRead, out SectionObject? section);
            if (!status.IsSuccess)
            {
                host!.Dispose();
                return status;
            }
            image = (ImageSection)section!;
            const ushort dll = 0x2000, amd64 = 0x8664;
            return image.Layout.Machine != amd64 || (image.Layout.Characteristics & dll) != 0 ? NtStatus.InvalidImageFormat : NtStatus.Success;
        }
        finally
        {
            file.RemoveHandle(t.Process);
        }
    }

    /// <summary>Fills the child's handle table: all inheritable handles, the listed ones, or at least the standard handles.</summary>
    private static ProcessStart Inherit(NtProcess parent, NtProcess child, ProcessStart start, bool inherit, IReadOnlySet<ulong>? only)
    {
        if (inherit)
        {
            child.Handles.InheritFrom(parent.Handles, only);
        }
        return start with
        {
            StandardInput = Standard(parent, child, start.StandardInput, inherit),
            StandardOutput = Standard(parent, child, start.StandardOutput, inherit),
            StandardError = Standard(parent, child, start.StandardError, inherit),
            Console = (int)start.Console.Value == AllocateConsole ? NewConsole(child) : Standard(parent, child, start.Console, inherit),
        };
    }

    /// <summary>CREATE_NEW_CONSOLE: there is one terminal, which all share.</summary>
    private static Handle NewConsole(NtProcess child) =>
        child.Executive.Io.CreateConsoleReference() is { } reference && child.Handles.Insert(reference, reference.Access, true, out Handle handle).IsSuccess ? handle : Handle.Null;

    private static Handle Standard(NtProcess parent, NtProcess child, Handle handle, bool inherit)
    {
        // Negative values ask for a new console or none (measured: -1 alloc, -2 parent's, -3 shell, -4 no window).
        if (handle.IsNull || (long)handle.Value < 0 || (int)handle.Value < 0 || (inherit && child.Handles.TryGet(handle, out _)))
        {
            return (long)handle.Value < 0 || (int)handle.Value < 0 ? Handle.Null : handle;
        }
        return parent.Handles.TryGet(handle, out HandleEntry entry) && child.Handles.Insert(entry.Object, entry.Access, true, out Handle copy).IsSuccess ? copy : Handle.Null;
    }
}
