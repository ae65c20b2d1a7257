using PortableVirt.Emulation.Io;

namespace PortableVirt.Emulation.Console;

/// <summary>
/// \Device\ConDrv: the console and its parts. Without a console, and for a process that is not attached to it, its buffers cannot be opened. A VM has one
/// console: the terminal, or, where there is none, an invisible one from the first AllocConsole on.
/// </summary>
internal sealed class ConsoleDevice(Executive executive) : DeviceObject
{
    private readonly Lock _lock = new();
    private ConsoleObject? _console;

    /// <summary>The console, or null.</summary>
    public ConsoleObject? Console
    {
        get => Volatile.Read(ref _console);
        set => Volatile.Write(ref _console, value);
    }

    /// <inheritdoc/>
    internal override NtStatus Open(in FileCreateRequest request, string remainder, out FileObject file, out ulong information)
    {
        information = FileCreateRequest.Opened;
        file = null!;
        string name = remainder.TrimStart('\\').ToUpperInvariant();
        uint access = (request.Access & FileAccessRights.MaximumAllowed) != 0 ? 0x12019f : request.Access;
        ConsolePart? part = name switch
        {
            "INPUT" or "CURRENTIN" => ConsolePart.Input,
            "OUTPUT" or "CURRENTOUT" or "SCREENBUFFER" => ConsolePart.Output,
            "CON" => (access & FileAccessRights.WriteData) != 0 ? ConsolePart.Output : ConsolePart.Input,
            "CONNECTION" => ConsolePart.Connection,
            "REFERENCE" or "CONSOLE" or "" => ConsolePart.Reference,
            "SERVER" => ConsolePart.Server,
            _ => null,
        };
        if (part is null)
        {
            return NtStatus.ObjectNameNotFound;
        }
        if (part == ConsolePart.Server)
        {
            NtStatus made = EnsureConsole();
            if (!made.IsSuccess)
            {
                return made;
            }
        }
        if (Console is not { } console || (part is ConsolePart.Input or ConsolePart.Output && !console.IsAttached(request.Thread.Process)))
        {
            return NtStatus.InvalidHandle;
        }
        file = new ConsoleFile(this, console, part.Value, access, request.Share, request.Options, name == "SCREENBUFFER") { Owner = request.Thread.Process };
        if (part == ConsolePart.Connection)
        {
            console.Attach(request.Thread.Process);
        }
        return NtStatus.Success;
    }

    /// <summary>AllocConsole, before it starts the console host: makes an invisible console where there is none.</summary>
    private NtStatus EnsureConsole()
    {
        lock (_lock)
        {
            return Console is not null || (Console = ConsoleObject.CreateInvisible(executive)) is not null ? NtStatus.Success : NtStatus.InsufficientResources;
        }
    }
}
