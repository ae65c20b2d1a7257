using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using PortableVirt.VmApp.Core;

namespace PortableVirt.VmApp.Stages;

/// <summary>Reads the run's options from the memory file that the daemon made.</summary>
internal static class LaunchFile
{
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not a LaunchOptions message.</exception>
    public static LaunchOptions Read(int descriptor)
    {
        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        byte[] bytes = new byte[RandomAccess.GetLength(handle)];
        int length = RandomAccess.Read(handle, bytes, 0);
        try
        {
            return ToOptions(Protocol.V1.LaunchOptions.Parser.ParseFrom(bytes.AsSpan(0, length)));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static LaunchOptions ToOptions(Protocol.V1.LaunchOptions message) => new()
    {
        ProgramPath = message.ProgramPath,
        Arguments = [.. message.Arguments],
        WorkingFolder = message.WorkingFolder,
        Environment = new Dictionary<string, string>(message.Environment, StringComparer.Ordinal),
        Grants = [.. message.Grants.Select(g => new Grant(g.Path, g.ReadOnly))],
        Private = message.Private,
        SystemLibraryFolder = message.SystemLibraryFolder.Length > 0 ? message.SystemLibraryFolder : null,
        DataFolder = message.DataFolder.Length > 0 ? message.DataFolder : null,
        CrashReportFile = message.CrashReportFile.Length > 0 ? message.CrashReportFile : null,
        Trace = message.Trace,
        Stats = message.Stats,
        Network = message.Network switch
        {
            Protocol.V1.NetworkMode.Loopback => NetworkMode.Loopback,
            Protocol.V1.NetworkMode.Host => NetworkMode.Host,
            _ => NetworkMode.None,
        },
    };
}
