using PortableVirt.Emulation;
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
        Executive executive = process.Executive;
        bool isForConsole = options.LaunchCapture is { HasConsole: true } && executive.Io.AttachInvisibleConsole();
        if (!isForConsole)
        {
            executive.Io.AttachConsole(options.StdIn, options.StdOut);
        }
        FileObject? Standard(int descriptor, bool isInput) => isForConsole ? StandardHandles.OfConsole(executive, isInput) : StandardHandles.Create(executive, descriptor, isInput);
        start = start with
        {
            StandardInput = Open(process, Standard(options.StdIn, isInput: true)),
            StandardOutput = Open(process, Standard(options.StdOut, isInput: false)),
            StandardError = Open(process, Standard(options.StdErr, isInput: false)),
            Console = Open(process, executive.Io.CreateConsoleReference()),
        };
        if (options.LaunchCapture is { } capture && start.Console.IsNull)
        {
            capture.Reserve(Open(process, StandardHandles.Create(executive, options.StdErr, isInput: false)));
        }
        return start;
    }

    private static Handle Open(NtProcess process, FileObject? file)
    {
        return file is not null && process.Handles.Insert(file, file.Access, inherit: true, out Handle handle).IsSuccess ? handle : Handle.Null;
    }
}
