using System.Buffers.Binary;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Cryptography.Tls;

/// <summary>
/// The unix calls of libwine's secur32.dll, which are schannel's: TLS sessions. Numbers: the order of the functions in secur32.so; layouts: debugging
/// data of libwine 8.0's secur32.dll. libwine 8.0's DLL has no schannel for servers and asks for none.
/// </summary>
internal static class ChannelCalls
{
    private const uint MaximumInput = 1 << 20, MaximumBlob = 0x10000, X509Encoding = 1, InboundUse = 1, ShutdownToken = 1;
    private const int MaximumName = 256, CredentialsOffset = 8;

    /// <summary>Answers a call by its number.</summary>
    public static NtStatus Call(NtThread t, uint code, GuestPointer arguments)
    {
        // process_attach and process_detach.
        if (code <= 1)
        {
            return NtStatus.Success;
        }
        if (!HostCryptography.IsAvailable)
        {
            t.Executive.Report.HostLacks(t, HostCryptography.Missing);
            return code == 9 ? NtStatus.Success : SecurityStatus.UnsupportedFunction;
        }
        if (code == 9)
        {
            // schan_get_enabled_protocols answers with the bits themselves.
            return new NtStatus(TlsProtocol.Enabled);
        }
        int length = code switch { 2 => 40, 3 or 6 or 7 or 8 or 19 or 20 or 21 => 16, 4 or 5 or 10 or 11 or 12 => 8, 13 => 32, 14 or 18 => 24, 15 => 64, 16 => 40, 17 => 48, _ => 0 };
        if (length == 0)
        {
            return NtStatus.NotSupported;
        }
        Span<byte> bytes = stackalloc byte[64];
        if (!t.Memory.TryRead(arguments, bytes[..length]))
        {
            return NtStatus.AccessViolation;
        }
        ParameterBlock block = new(bytes[..length]);
        switch (code)
        {
            case 2:
                return AllocateCredentials(t, block);
            case 3:
                return CreateSession(t, block);
            case 5:
                return FreeCredentials(t, block);
            case 4:
                return t.Process.UnixObjects.Close<TlsSession>(block.Number64(0)) ? SecurityStatus.Ok : SecurityStatus.InvalidHandle;
        }
        if (!t.Process.UnixObjects.TryGet(block.Number64(0), out TlsSession? session))
        {
            // Calls whose answer is a number, not a status.
            return code is 10 or 11 or 12 ? NtStatus.Success : SecurityStatus.InvalidHandle;
        }
        return code switch
        {
            15 => Handshake(t, session, block),
            16 => Receive(t, session, block),
            17 => Send(t, session, block),
            18 => SetApplications(t, session, block),
            19 or 21 => SecurityStatus.UnsupportedFunction,
            20 => SetTarget(t, session, block.Pointer(8)),
            _ => ChannelQueries.Call(t, session, code, block),
        };
    }

    /// <summary>{ schan_credentials *; ULONG encoding, length; certificate; ULONG length; key }.</summary>
    private static NtStatus AllocateCredentials(NtThread t, ParameterBlock block)
    {
        GuestPointer owner = block.Pointer(0);
        TlsCredentials? made = new(null);
        if (!block.Pointer(16).IsNull)
        {
            if (block.Number(8) != X509Encoding || block.Number(12) > MaximumBlob || block.Number(24) > MaximumBlob)
            {
                return SecurityStatus.UnsupportedFunction;
            }
            if (!t.Memory.TryReadArray(block.Pointer(16), block.Number(12), (int)MaximumBlob, out byte[] certificate)
                || !t.Memory.TryReadArray(block.Pointer(32), block.Number(24), (int)MaximumBlob, out byte[] key))
            {
                return NtStatus.AccessViolation;
            }
            try
            {
                made = TlsCredentials.From(certificate, key);
            }
            catch (CryptographicException)
            {
                made = null;
            }
        }
        return made is null ? SecurityStatus.InternalError : Return(t, made, owner + CredentialsOffset);
    }

    private static NtStatus FreeCredentials(NtThread t, ParameterBlock block) =>
        !t.Memory.TryRead(block.Pointer(0) + CredentialsOffset, out ulong number) ? NtStatus.AccessViolation
            : t.Process.UnixObjects.Close<TlsCredentials>(number) ? SecurityStatus.Ok
            : SecurityStatus.InvalidHandle;

    /// <summary>{ schan_credentials { ULONG use; DWORD protocols; number } *; number * }.</summary>
    private static NtStatus CreateSession(NtThread t, ParameterBlock block)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!t.Memory.TryRead(block.Pointer(0), bytes))
        {
            return NtStatus.AccessViolation;
        }
        ParameterBlock credentials = new(bytes);
        if (!t.Process.UnixObjects.TryGet(credentials.Number64(8), out TlsCredentials? found))
        {
            return SecurityStatus.InvalidHandle;
        }
        bool isServer = credentials.Number(0) == InboundUse;
        uint protocols = credentials.Number(4);
        TlsSession? session = null;
        NtStatus status = found.Use(() =>
        {
            session = new TlsSession(isServer, TlsProtocol.FromBits(protocols), found.Copy());
            return SecurityStatus.Ok;
        });
        return status.IsSuccess ? Return(t, session!, block.Pointer(8)) : SecurityStatus.InvalidHandle;
    }

    private static NtStatus Return<T>(NtThread t, T made, GuestPointer target)
        where T : UnixObject
    {
        if (!t.Process.UnixObjects.TryAdd(made, out ulong number))
        {
            return SecurityStatus.InsufficientMemory;
        }
        if (!t.Memory.TryWrite(target, number))
        {
            t.Process.UnixObjects.Close<T>(number);
            return NtStatus.AccessViolation;
        }
        return SecurityStatus.Ok;
    }

    /// <summary>The name of the server, zero-terminated.</summary>
    private static NtStatus SetTarget(NtThread t, TlsSession session, GuestPointer name)
    {
        if (!t.Memory.TryReadAnsiString(name, MaximumName, out string target))
        {
            return NtStatus.AccessViolation;
        }
        if (!IsHostName(target.TrimEnd('.')))
        {
            return NtStatus.InvalidParameter;
        }
        return session.Use(() =>
        {
            session.Target = target;
            return SecurityStatus.Ok;
        });
    }

    /// <summary>What the framework takes as a name: letters, digits, hyphens, underscores, dots, or what the rules for international names make such.</summary>
    private static bool IsHostName(string name)
    {
        if (name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
        {
            return true;
        }
        try
        {
            return new IdnMapping().GetAscii(name).Length != 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>{ number; ULONG length, kind; USHORT length; names with a length each; ULONG length }: SEC_APPLICATION_PROTOCOLS with ALPN (kind 2).</summary>
    private static NtStatus SetApplications(NtThread t, TlsSession session, ParameterBlock block)
    {
        const int header = 10;
        const uint applicationLayer = 2;
        if (block.Number(16) is < header or > MaximumBlob)
        {
            return NtStatus.InvalidParameter;
        }
        if (!t.Memory.TryReadArray(block.Pointer(8), block.Number(16), (int)MaximumBlob, out byte[] bytes))
        {
            return NtStatus.AccessViolation;
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)) != applicationLayer)
        {
            return NtStatus.NotSupported;
        }
        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        if (length > bytes.Length - header)
        {
            return NtStatus.InvalidParameter;
        }
        List<SslApplicationProtocol> names = [];
        ReadOnlySpan<byte> rest = bytes.AsSpan(header, length);
        while (!rest.IsEmpty)
        {
            int count = rest[0];
            if (count == 0 || count >= rest.Length)
            {
                return NtStatus.InvalidParameter;
            }
            names.Add(new SslApplicationProtocol(rest.Slice(1, count).ToArray()));
            rest = rest[(count + 1)..];
        }
        return session.Use(() =>
        {
            session.Applications.Clear();
            session.Applications.AddRange(names);
            return SecurityStatus.Ok;
        });
    }

    /// <summary>
    /// { number; SecBufferDesc *input; ULONG length; SecBufferDesc *output; ULONG *consumed; int *output's index; ULONG *output's length; control token }.
    /// What is in the input buffer behind the length is no whole record and is left alone.
    /// </summary>
    private static NtStatus Handshake(NtThread t, TlsSession session, ParameterBlock block)
    {
        GuestPointer consumedTarget = block.Pointer(32), indexTarget = block.Pointer(40), lengthTarget = block.Pointer(48);
        bool isShutdown = block.Number(56) == ShutdownToken;
        uint length = block.Number(16);
        if (length > MaximumInput)
        {
            return SecurityStatus.IllegalMessage;
        }
        if (!SecurityBuffers.TryRead(t.Memory, block.Pointer(8), out SecurityBuffers input) || !SecurityBuffers.TryRead(t.Memory, block.Pointer(24), out SecurityBuffers output))
        {
            return NtStatus.AccessViolation;
        }
        byte[] bytes = [];
        int token = input.Find(SecurityBuffers.Token);
        if (token >= 0 && !input.TryReadBuffer(t.Memory, token, length, (int)MaximumInput, out bytes))
        {
            return NtStatus.AccessViolation;
        }
        return session.Use(() =>
        {
            int consumed = 0;
            NtStatus status = isShutdown ? session.End() : session.Shake(bytes, out consumed);
            int target = output.Find(SecurityBuffers.Token);
            int index = -1;
            uint written = 0;
            if (session.OutputLength != 0)
            {
                NtStatus scattered = output.Scatter(t.Memory, session.TakeOutput(), [target >= 0 ? target : output.Find(0)], out index, out written);
                status = scattered.IsSuccess || !status.IsSuccess ? status : scattered;
            }
            return t.Memory.TryWrite(consumedTarget, consumed) && t.Memory.TryWrite(indexTarget, index) && t.Memory.TryWrite(lengthTarget, written) ? status : NtStatus.AccessViolation;
        });
    }

    /// <summary>{ number; SecBufferDesc *input; ULONG length; text; ULONG *length }.</summary>
    private static NtStatus Receive(NtThread t, TlsSession session, ParameterBlock block)
    {
        GuestPointer text = block.Pointer(24), lengthTarget = block.Pointer(32);
        uint length = block.Number(16);
        if (length > MaximumInput)
        {
            return SecurityStatus.IllegalMessage;
        }
        if (!SecurityBuffers.TryRead(t.Memory, block.Pointer(8), out SecurityBuffers input) || !t.Memory.TryRead(lengthTarget, out uint room))
        {
            return NtStatus.AccessViolation;
        }
        byte[] bytes = [];
        int data = input.Find(SecurityBuffers.Data);
        if (data >= 0 && !input.TryReadBuffer(t.Memory, data, length, (int)MaximumInput, out bytes))
        {
            return NtStatus.AccessViolation;
        }
        return session.Use(() =>
        {
            NtStatus status = session.Receive(bytes, room, out byte[] plain);
            return t.Memory.TryWrite(text, plain) && t.Memory.TryWrite(lengthTarget, plain.Length) ? status : NtStatus.AccessViolation;
        });
    }

    /// <summary>{ number; SecBufferDesc *output; text; ULONG length; int *output's index; ULONG *output's length }.</summary>
    private static NtStatus Send(NtThread t, TlsSession session, ParameterBlock block)
    {
        GuestPointer indexTarget = block.Pointer(32), lengthTarget = block.Pointer(40);
        if (block.Number(24) > MaximumInput)
        {
            return SecurityStatus.BufferTooSmall;
        }
        if (!SecurityBuffers.TryRead(t.Memory, block.Pointer(8), out SecurityBuffers output)
            || !t.Memory.TryReadArray(block.Pointer(16), block.Number(24), (int)MaximumInput, out byte[] plain))
        {
            return NtStatus.AccessViolation;
        }
        return session.Use(() =>
        {
            NtStatus status = session.Send(plain);
            int index = -1;
            uint written = 0;
            if (status.IsSuccess)
            {
                int first = output.Find(SecurityBuffers.StreamHeader), data = output.Find(SecurityBuffers.Data), last = output.Find(SecurityBuffers.StreamTrailer);
                if (first < 0)
                {
                    first = output.Find(SecurityBuffers.Token);
                    last = first < 0 ? -1 : output.Find(SecurityBuffers.Token, first + 1);
                }
                status = output.Scatter(t.Memory, session.TakeOutput(), [first, data, last], out index, out written);
            }
            return t.Memory.TryWrite(indexTarget, index) && t.Memory.TryWrite(lengthTarget, written) ? status : NtStatus.AccessViolation;
        });
    }
}
