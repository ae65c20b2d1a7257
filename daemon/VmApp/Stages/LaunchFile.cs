using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Protocol.V1;
using PortableVirt.VmApp.Core;
using Grant = PortableVirt.VmApp.Core.Grant;
using LaunchOptions = PortableVirt.VmApp.Core.LaunchOptions;
using NetworkMode = PortableVirt.VmApp.Core.NetworkMode;

namespace PortableVirt.VmApp.Stages;

/// <summary>Reads what is to be run from the memory file that the daemon made.</summary>
internal static class LaunchFile
{
    /// <param name="descriptor">The file.</param>
    /// <param name="close">False: another stage reads it again.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not a VmLaunch message.</exception>
    public static VmLaunch Read(int descriptor, bool close = true)
    {
        using SafeFileHandle handle = new(descriptor, ownsHandle: close);
        byte[] bytes = new byte[RandomAccess.GetLength(handle)];
        int length = RandomAccess.Read(handle, bytes, 0);
        try
        {
            VmLaunch launch = VmLaunch.Parser.ParseFrom(bytes.AsSpan(0, length));
            return launch.Options is not null ? launch : throw new InvalidDataException("the run has no options");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>The run's options.</summary>
    public static LaunchOptions ToOptions(Protocol.V1.LaunchOptions message) => new()
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
