using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortableVirt.Dispatch.Native;

/// <summary>Sends descriptors over Unix sockets (SCM_RIGHTS in unix(7)).</summary>
internal static unsafe partial class DescriptorPassing
{
    private const int SolSocket = 1;
    private const int ScmRights = 1;
    private const int SoDomain = 39;
    private const int SoType = 3;
    private const int SockStream = 1;

    /// <summary>MSG_DONTWAIT and MSG_NOSIGNAL: a receiver that does not read must not hold up the sender.</summary>
    private const int Flags = 0x40 | 0x4000;

    /// <summary>True for a Unix stream socket.</summary>
    public static bool IsUnixStream(SafeHandle socket) => Option(socket, SoDomain) == NativeFile.AfUnix && Option(socket, SoType) == SockStream;

    /// <summary>Sends one byte with one descriptor.</summary>
    /// <exception cref="IOException">It cannot be sent, or not at once.</exception>
    public static void Send(SafeHandle socket, SafeFileHandle descriptor)
    {
        byte payload = 0;
        IoVector vector = new() { Base = &payload, Length = 1 };
        RightsMessage control = new()
        {
            Length = (nuint)(sizeof(RightsMessage) - sizeof(int)),
            Level = SolSocket,
            Type = ScmRights,
            Descriptor = (int)descriptor.DangerousGetHandle(),
        };
        MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(RightsMessage) };
        NativeCall.Check(SendMsg(socket, &message, Flags), "sendmsg");
    }

    private static int Option(SafeHandle socket, int option)
    {
        int value = 0;
        uint length = sizeof(int);
        return GetSockOpt(socket, SolSocket, option, &value, &length) == 0 ? value : -1;
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMsg(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetSockOpt(SafeHandle socket, int level, int option, int* value, uint* length);

    /// <summary>struct iovec.</summary>
    private struct IoVector
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr (x86-64).</summary>
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int MessageFlags;
    }

    /// <summary>struct cmsghdr with one descriptor, padded to 24 bytes; its length counts 20.</summary>
    private struct RightsMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        public int Padding;
    }
}
