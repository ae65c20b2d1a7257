using PortableVirt.Emulation.Io;
using PortableVirt.Emulation.Io.Devices;
using PortableVirt.Emulation.Objects;
using PortableVirt.Emulation.Processes;

namespace PortableVirt.VmApp.Core;

/// <summary>Opens the standard handles of the first process over the caller's descriptors.</summary>
internal static class ProcessHandles
{
    /// <summary>Adds the handles to the process and to its parameters; a descriptor that is not open becomes a null handle.</summary>
    public static ProcessStart AddTo(NtProcess process, LaunchOptions options, ProcessStart start) => start with
    {
        StandardInput = Open(process, options.StdIn),
        StandardOutput = Open(process, options.StdOut),
        StandardError = Open(process, options.StdErr),
    };

    private static Handle Open(NtProcess process, int descriptor)
    {
        FileObject? file = StandardHandles.Create(process.Executive, descriptor);
        return file is not null && process.Handles.Insert(file, file.Access, inherit: true, out Handle handle).IsSuccess ? handle : Handle.Null;
    }
}
