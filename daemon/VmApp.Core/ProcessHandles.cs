using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Devices;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.VmApp.Core;

/// <summary>Opens the standard handles of the first process over the caller's descriptors.</summary>
internal static class ProcessHandles
{
    /// <summary>Adds the handles to the process and to its parameters; a descriptor that is not open becomes a null handle.</summary>
    public static ProcessStart AddTo(NtProcess process, LaunchOptions options, ProcessStart start)
    {
        IoManager io = process.Executive.Io;
        io.AttachConsole(options.StdIn, options.StdOut);
        return start with
        {
            StandardInput = Open(process, StandardHandles.Create(process.Executive, options.StdIn, isInput: true)),
            StandardOutput = Open(process, StandardHandles.Create(process.Executive, options.StdOut, isInput: false)),
            StandardError = Open(process, StandardHandles.Create(process.Executive, options.StdErr, isInput: false)),
            Console = Open(process, io.CreateConsoleReference()),
        };
    }

    private static Handle Open(NtProcess process, FileObject? file)
    {
        return file is not null && process.Handles.Insert(file, file.Access, inherit: true, out Handle handle).IsSuccess ? handle : Handle.Null;
    }
}
