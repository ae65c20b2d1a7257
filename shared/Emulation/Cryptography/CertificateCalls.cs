using System.Security.Cryptography;
using PortableVirt.Emulation.Memory;
using PortableVirt.Emulation.Threads;

namespace PortableVirt.Emulation.Cryptography;

/// <summary>
/// The unix calls of libwine's crypt32.dll: PKCS #12 files, and the certificates that the computer trusts. Numbers and layouts: enum unix_funcs and the
/// structures after it in the debugging data of libwine 8.0's crypt32.dll.
/// </summary>
internal static class CertificateCalls
{
    private const uint MaximumFile = 4 << 20;
    private const int MaximumPassword = 1024;

    /// <summary>Answers a call by its number.</summary>
    public static NtStatus Call(NtThread t, uint code, GuestPointer arguments)
    {
        int length = code switch { 2 or 3 or 6 => 24, 4 => 32, 5 => 8, _ => 0 };
        if (length == 0)
        {
            // process_attach, process_detach
            return code <= 1 ? NtStatus.Success : NtStatus.NotSupported;
        }
        Span<byte> bytes = stackalloc byte[32];
        if (!t.Memory.TryRead(arguments, bytes[..length]))
        {
            return NtStatus.AccessViolation;
        }
        ParameterBlock block = new(bytes[..length]);
        return code switch
        {
            2 => Open(t, block),
            3 => GetKey(t, block),
            4 => GetCertificate(t, block),
            5 => t.Process.UnixObjects.Close<CertificateFile>(block.Number64(0)) ? NtStatus.Success : NtStatus.InvalidHandle,
            _ => GetRoot(t, block),
        };
    }

    /// <summary>{ CRYPT_DATA_BLOB { ULONG length; data } *; const WCHAR *password; number * }.</summary>
    private static NtStatus Open(NtThread t, ParameterBlock block)
    {
        if (!HostCryptography.IsAvailable)
        {
            t.Executive.Report.HostLacks(t, HostCryptography.Missing);
            return NtStatus.NotSupported;
        }
        Span<byte> blob = stackalloc byte[16];
        if (!t.Memory.TryRead(block.Pointer(0), blob))
        {
            return NtStatus.AccessViolation;
        }
        ParameterBlock data = new(blob);
        string password = "";
        if (data.Number(0) > MaximumFile)
        {
            return NtStatus.InvalidParameter;
        }
        if (!t.Memory.TryReadArray(data.Pointer(8), data.Number(0), (int)MaximumFile, out byte[] file)
            || (!block.Pointer(8).IsNull && !GuestText.TryRead(t.Memory, block.Pointer(8), MaximumPassword, out password)))
        {
            return NtStatus.AccessViolation;
        }
        CertificateFile opened;
        try
        {
            opened = CertificateFile.Open(file, password);
        }
        catch (CryptographicException)
        {
            // Damaged, or another password: crypt32.dll passes the status on as the last error.
            return NtStatus.InvalidParameter;
        }
        if (!t.Process.UnixObjects.TryAdd(opened, out ulong number))
        {
            return NtStatus.InsufficientResources;
        }
        if (!t.Memory.TryWrite(block.Pointer(16), number))
        {
            t.Process.UnixObjects.Close<CertificateFile>(number);
            return NtStatus.AccessViolation;
        }
        return NtStatus.Success;
    }

    /// <summary>{ number; buffer; ULONG *length }.</summary>
    private static NtStatus GetKey(NtThread t, ParameterBlock block)
    {
        GuestPointer buffer = block.Pointer(8), length = block.Pointer(16);
        return !t.Process.UnixObjects.TryGet(block.Number64(0), out CertificateFile? file) ? NtStatus.InvalidHandle
            : file.Use(() => file.Key is null ? NtStatus.NotFound : Return(t, buffer, length, file.Key));
    }

    /// <summary>{ number; ULONG index; buffer; ULONG *length }.</summary>
    private static NtStatus GetCertificate(NtThread t, ParameterBlock block)
    {
        uint index = block.Number(8);
        GuestPointer buffer = block.Pointer(16), length = block.Pointer(24);
        return !t.Process.UnixObjects.TryGet(block.Number64(0), out CertificateFile? file) ? NtStatus.InvalidHandle
            : file.Use(() => index >= (uint)file.Certificates.Count ? NtStatus.NoMoreEntries : Return(t, buffer, length, file.Certificates[(int)index]));
    }

    /// <summary>{ buffer; ULONG room; ULONG *length }: a certificate that does not fit is offered again.</summary>
    private static NtStatus GetRoot(NtThread t, ParameterBlock block)
    {
        GuestPointer buffer = block.Pointer(0), length = block.Pointer(16);
        uint room = block.Number(8);
        return t.Process.RootCertificates.Offer(certificate =>
        {
            bool fits = (uint)certificate.Length <= room;
            return t.Memory.TryWrite(length, certificate.Length) && (!fits || t.Memory.TryWrite(buffer, certificate)) ? (NtStatus.Success, fits) : (NtStatus.AccessViolation, false);
        });
    }

    private static NtStatus Return(NtThread t, GuestPointer buffer, GuestPointer length, byte[] bytes)
    {
        if (!t.Memory.TryRead(length, out uint room))
        {
            return NtStatus.AccessViolation;
        }
        if (buffer.IsNull || room < (uint)bytes.Length)
        {
            return t.Memory.TryWrite(length, bytes.Length) ? NtStatus.BufferTooSmall : NtStatus.AccessViolation;
        }
        return t.Memory.TryWrite(buffer, bytes) ? NtStatus.Success : NtStatus.AccessViolation;
    }
}
