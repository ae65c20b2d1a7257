using System.Buffers.Binary;
using System.Text;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Cryptography.Tls;

/// <summary>What <see cref="ChannelCalls"/> tell of a session. Structures: schannel.h.</summary>
internal static class ChannelQueries
{
    private const int ApplicationSize = 264, CipherInfoSize = 680, ConnectionInfoSize = 28, NameLength = 64;

    /// <summary>Answers the calls 6 to 14 without 9.</summary>
    public static NtStatus Call(NtThread t, TlsSession session, uint code, ParameterBlock block)
    {
        GuestPointer first = block.Pointer(0), second = default, third = default;
        if (code is not (10 or 11 or 12))
        {
            first = block.Pointer(8);
        }
        if (code is 13 or 14)
        {
            second = block.Pointer(16);
            third = code == 13 ? block.Pointer(24) : default;
        }
        return session.Use(() => code switch
        {
            6 => Application(t, session, first),
            11 => new NtStatus(TlsSession.MaximumMessage),
            _ when !session.IsAuthenticated => code is 10 or 12 ? NtStatus.Success : SecurityStatus.InternalError,
            7 => CipherInfo(t, session, first),
            8 => ConnectionInfo(t, session, first),
            10 => new NtStatus(session.Cipher.SignatureId),
            12 => new NtStatus(session.Cipher.BlockLength),
            13 => PeerCertificates(t, session, first, second, third),
            _ => UniqueBinding(t, session, first, second),
        });
    }

    /// <summary>SecPkgContext_ApplicationProtocol { status, kind; UCHAR length; UCHAR name[255] }.</summary>
    private static NtStatus Application(NtThread t, TlsSession session, GuestPointer target)
    {
        Span<byte> info = stackalloc byte[ApplicationSize];
        info.Clear();
        ReadOnlySpan<byte> name = session.IsAuthenticated ? session.Application.Span : [];
        if (!name.IsEmpty)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(info, 1);
            BinaryPrimitives.WriteUInt32LittleEndian(info[4..], 2);
            info[8] = (byte)name.Length;
            name.CopyTo(info[9..]);
        }
        return t.Memory.TryWrite(target, info) ? SecurityStatus.Ok : NtStatus.AccessViolation;
    }

    private static NtStatus ConnectionInfo(NtThread t, TlsSession session, GuestPointer target)
    {
        CipherFacts cipher = session.Cipher;
        ReadOnlySpan<uint> values =
        [
            TlsProtocol.ToBit(session.Protocol, session.IsServer), cipher.CipherId, cipher.CipherBits, cipher.HashId, cipher.HashBits, cipher.ExchangeId, 0,
        ];
        Span<byte> info = stackalloc byte[ConnectionInfoSize];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(info[(i * sizeof(uint))..], values[i]);
        }
        return t.Memory.TryWrite(target, info) ? SecurityStatus.Ok : NtStatus.AccessViolation;
    }

    private static NtStatus CipherInfo(NtThread t, TlsSession session, GuestPointer target)
    {
        CipherFacts cipher = session.Cipher;
        byte[] info = new byte[CipherInfoSize];
        if (!t.Memory.TryRead(target, info.AsSpan(0, sizeof(uint))))
        {
            return NtStatus.AccessViolation;
        }
        Number(4, TlsProtocol.ToVersion(session.Protocol));
        Number(8, (uint)cipher.Suite);
        Number(12, (uint)cipher.Suite);
        Text(16, cipher.Name);
        Text(144, cipher.Cipher);
        Number(272, cipher.CipherBits);
        Number(276, cipher.BlockLength);
        Text(280, cipher.IsAuthenticated ? "" : cipher.Hash);
        Number(408, cipher.HashBits);
        Text(412, cipher.Exchange);
        Number(544, ushort.MaxValue + 1);
        Text(548, cipher.Signature);
        return t.Memory.TryWrite(target, info) ? SecurityStatus.Ok : NtStatus.AccessViolation;

        void Number(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(offset), value);

        void Text(int offset, string text) => Encoding.Unicode.GetBytes(text.AsSpan(0, Math.Min(text.Length, NameLength - 1)), info.AsSpan(offset));
    }

    /// <summary>{ buffer; ULONG *length; ULONG *count }: the lengths of all certificates, then their bytes.</summary>
    private static NtStatus PeerCertificates(NtThread t, TlsSession session, GuestPointer target, GuestPointer length, GuestPointer count)
    {
        IReadOnlyList<byte[]> certificates = session.PeerCertificates;
        if (certificates.Count == 0)
        {
            return SecurityStatus.InternalError;
        }
        BlobWriter writer = new();
        foreach (byte[] certificate in certificates)
        {
            writer.Number((uint)certificate.Length);
        }
        foreach (byte[] certificate in certificates)
        {
            writer.Bytes(certificate);
        }
        NtStatus status = Return(t, target, length, writer.ToArray());
        return status.IsSuccess && !t.Memory.TryWrite(count, certificates.Count) ? NtStatus.AccessViolation : status;
    }

    private static NtStatus UniqueBinding(NtThread t, TlsSession session, GuestPointer target, GuestPointer length) =>
        session.UniqueBinding() is { } binding ? Return(t, target, length, binding) : SecurityStatus.InternalError;

    private static NtStatus Return(NtThread t, GuestPointer target, GuestPointer length, ReadOnlySpan<byte> bytes)
    {
        if (!t.Memory.TryRead(length, out uint room) || !t.Memory.TryWrite(length, bytes.Length))
        {
            return NtStatus.AccessViolation;
        }
        return target.IsNull || room < (uint)bytes.Length ? SecurityStatus.BufferTooSmall : t.Memory.TryWrite(target, bytes) ? SecurityStatus.Ok : NtStatus.AccessViolation;
    }
}
