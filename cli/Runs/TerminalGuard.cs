using System.Buffers.Binary;
using PortableVirt.Cli.Hosts;

namespace PortableVirt.Cli.Runs;

/// <summary>
/// Remembers how the terminal was when the run began and puts it back at the end, whatever became of the VM, and while the job
/// is stopped.
/// </summary>
public sealed class TerminalGuard : IDisposable
{
    private const int AttributesSize = 60;
    private const int LocalFlags = 12;
    private const uint Canonical = 2;
    private const uint Echo = 8;
    private readonly int _descriptor = -1;
    private readonly byte[] _attributes = new byte[AttributesSize];

    /// <summary>Looks for a terminal among the run's standard descriptors.</summary>
    public TerminalGuard(params ReadOnlySpan<int> descriptors)
    {
        foreach (int descriptor in descriptors)
        {
            if (descriptor >= 0 && NativeTerminal.Ioctl(descriptor, NativeTerminal.GetAttributes, ref _attributes[0]) == 0)
            {
                _descriptor = descriptor;
                return;
            }
        }
    }

    /// <summary>This process may change the terminal without being stopped for it.</summary>
    public bool IsForeground => _descriptor >= 0 && NativeTerminal.GetForegroundGroup(_descriptor) == NativeTerminal.GetGroup();

    /// <summary>Lets keys come one by one and unseen until <see cref="Restore"/>; false where there is no terminal, or it is another job's.</summary>
    public bool MakeRaw()
    {
        byte[] raw = [.. _attributes];
        // struct termios: four words of flags, the local ones last.
        uint local = BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(LocalFlags));
        BinaryPrimitives.WriteUInt32LittleEndian(raw.AsSpan(LocalFlags), local & ~(Canonical | Echo));
        return IsForeground && NativeTerminal.Ioctl(_descriptor, NativeTerminal.SetAttributes, ref raw[0]) == 0;
    }

    /// <summary>Puts the terminal back.</summary>
    public void Restore()
    {
        byte[] now = new byte[AttributesSize];
        if (IsForeground && NativeTerminal.Ioctl(_descriptor, NativeTerminal.GetAttributes, ref now[0]) == 0 && !now.AsSpan().SequenceEqual(_attributes))
        {
            _ = NativeTerminal.Ioctl(_descriptor, NativeTerminal.SetAttributes, ref _attributes[0]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Restore();
}
