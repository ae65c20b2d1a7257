using PortableVirt.Emulation.Io;

namespace PortableVirt.Emulation.Console;

/// <summary>\Device\ConDrv: the console and its parts. Without a console, and for a process that is not attached to it, its buffers cannot be opened.</summary>
internal sealed class ConsoleDevice : DeviceObject
{
    /// <summary>The console, or null.</summary>
    public ConsoleObject? Console { get; set; }

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
            _ => null,
        };
        if (part is null)
        {
            return name == "SERVER" ? NtStatus.AccessDenied : NtStatus.ObjectNameNotFound;
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
}
