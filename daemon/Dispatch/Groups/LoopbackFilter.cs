using Microsoft.Win32.SafeHandles;
using PortableVirt.Dispatch.Native;

namespace PortableVirt.Dispatch.Groups;

/// <summary>
/// Keeps the sockets of control groups to loopback addresses, whatever their processes do: packets on other interfaces, to others and from others are dropped by
/// the kernel. Needs CAP_NET_ADMIN and CAP_BPF, or CAP_SYS_ADMIN where Linux takes that for both.
/// </summary>
internal sealed class LoopbackFilter
{
    private readonly Lock _lock = new();
    private SafeFileHandle? _incoming;
    private SafeFileHandle? _outgoing;

    /// <summary>Why the kernel does not do it; empty when it does.</summary>
    public string Problem
    {
        get
        {
            try
            {
                Load();
                return "";
            }
            catch (IOException e)
            {
                return e.Message;
            }
        }
    }

    /// <summary>Begins to keep a group's sockets; for as long as the group lasts, also without this process.</summary>
    /// <param name="folder">The group's folder.</param>
    /// <exception cref="IOException">The kernel does not do it.</exception>
    public void Attach(string folder)
    {
        (SafeFileHandle incoming, SafeFileHandle outgoing) = Load();
        using SafeFileHandle group = NativeFile.Open(folder, NativeFile.ODirectory | NativeFile.OCloExec, 0);
        if (group.IsInvalid)
        {
            throw NativeCall.Failed(folder);
        }

        NativeBpf.Attach(group, incoming, NativeBpf.Ingress);
        NativeBpf.Attach(group, outgoing, NativeBpf.Egress);
    }

    private (SafeFileHandle Incoming, SafeFileHandle Outgoing) Load()
    {
        lock (_lock)
        {
            _incoming ??= NativeBpf.Load(NativeBpf.GroupPackets, NativeBpf.Ingress, LoopbackProgram.Make(outgoing: false));
            _outgoing ??= NativeBpf.Load(NativeBpf.GroupPackets, NativeBpf.Egress, LoopbackProgram.Make(outgoing: true));
            return (_incoming, _outgoing);
        }
    }
}
