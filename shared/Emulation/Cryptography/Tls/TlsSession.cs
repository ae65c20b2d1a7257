using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PortableVirt.Emulation.Cryptography.Tls;

/// <summary>
/// One side of a TLS connection whose bytes the program carries. The framework's SslStream does the protocol on a <see cref="TlsTransport"/>; a call
/// hands over what has arrived and waits until the stream is done or wants more. Certificates are given to the program, which judges them: schannel
/// does so in the DLL.
/// </summary>
internal sealed class TlsSession : UnixObject
{
    /// <summary>Most that one record holds.</summary>
    public const int MaximumMessage = 16384;

    private const int RecordHeader = 5, BindingHeader = 32, MaximumWaiting = 4 << 20;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly TlsTransport _transport = new();
    private readonly SslStream _stream;
    private readonly X509Certificate2? _certificate;
    private readonly SslProtocols _protocols;
    private readonly List<byte[]> _peerCertificates = [];
    private readonly byte[] _plain = new byte[MaximumMessage];
    private readonly Queue<byte> _received = new();
    private Task? _handshake;
    private Task<int>? _read;
    private bool _isAuthenticated;
    private bool _hasFailed;
    private bool _hasEnded;
    private bool _isShutDown;

    private delegate NtStatus Step(ReadOnlySpan<byte> input, ref int consumed);

    /// <summary>Makes a session that has not begun.</summary>
    /// <param name="isServer">The side.</param>
    /// <param name="protocols">Versions to offer.</param>
    /// <param name="certificate">The own certificate with its key, or null; the session owns it.</param>
    public TlsSession(bool isServer, SslProtocols protocols, X509Certificate2? certificate)
    {
        IsServer = isServer;
        _protocols = protocols;
        _certificate = certificate;
        _stream = new SslStream(_transport, leaveInnerStreamOpen: true);
    }

    /// <summary>True for the side that is called.</summary>
    public bool IsServer { get; }

    /// <summary>Name of the server that a client calls.</summary>
    public string Target { get; set; } = "";

    /// <summary>Application protocols (ALPN) to offer, first the one preferred.</summary>
    public List<SslApplicationProtocol> Applications { get; } = [];

    /// <summary>The handshake is over.</summary>
    public bool IsAuthenticated => _isAuthenticated;

    /// <summary>Version of the protocol.</summary>
    public SslProtocols Protocol => _stream.SslProtocol;

    /// <summary>What the cipher suite is.</summary>
    public CipherFacts Cipher => CipherFacts.Of(_stream.NegotiatedCipherSuite);

    /// <summary>The application protocol that both sides chose; empty without.</summary>
    public ReadOnlyMemory<byte> Application => _stream.NegotiatedApplicationProtocol.Protocol;

    /// <summary>The certificates that the other side sent (DER), its own first.</summary>
    public IReadOnlyList<byte[]> PeerCertificates => _peerCertificates;

    /// <summary>Bytes to send that were not taken yet.</summary>
    public int OutputLength => _transport.OutputLength;

    /// <summary>Takes all bytes to send.</summary>
    public byte[] TakeOutput() => _transport.TakeOutput();

    /// <summary>Goes on with the handshake.</summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="consumed">How much of it belongs to the handshake.</param>
    public NtStatus Shake(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        if (_isAuthenticated || _hasFailed)
        {
            return _hasFailed ? SecurityStatus.IllegalMessage : SecurityStatus.Ok;
        }
        if (_protocols == SslProtocols.None)
        {
            return SecurityStatus.AlgorithmMismatch;
        }
        return Guard(input, ref consumed, (ReadOnlySpan<byte> bytes, ref int taken) =>
        {
            _handshake ??= Begin();
            Wait(_handshake);
            while (!_handshake.IsCompleted && taken < bytes.Length)
            {
                int record = RecordLength(bytes[taken..]);
                _transport.Feed(bytes.Slice(taken, record));
                taken += record;
                Wait(_handshake);
            }
            if (!_handshake.IsCompleted)
            {
                return SecurityStatus.ContinueNeeded;
            }
            _handshake.GetAwaiter().GetResult();
            _isAuthenticated = true;
            return SecurityStatus.Ok;
        });
    }

    /// <summary>Says that this side ends.</summary>
    public NtStatus End()
    {
        if (!_isAuthenticated || _hasFailed || _isShutDown)
        {
            return SecurityStatus.Ok;
        }
        _isShutDown = true;
        int none = 0;
        return Guard([], ref none, (ReadOnlySpan<byte> bytes, ref int taken) => Finish(_stream.ShutdownAsync()));
    }

    /// <summary>Encrypts; the records are then to be sent.</summary>
    public NtStatus Send(byte[] plain)
    {
        if (!_isAuthenticated || _hasFailed || _isShutDown)
        {
            return SecurityStatus.InternalError;
        }
        int none = 0;
        return Guard([], ref none, (ReadOnlySpan<byte> bytes, ref int taken) => Finish(_stream.WriteAsync(plain).AsTask()));
    }

    /// <summary>Decrypts what has arrived. What does not fit waits for the next call.</summary>
    /// <param name="input">Whole records.</param>
    /// <param name="room">Most bytes of text to give.</param>
    /// <param name="plain">The text.</param>
    /// <returns><see cref="SecurityStatus.ContextExpired"/> when the other side has ended and no text is left.</returns>
    public NtStatus Receive(ReadOnlySpan<byte> input, uint room, out byte[] plain)
    {
        plain = [];
        if (!_isAuthenticated || _hasFailed)
        {
            return SecurityStatus.InternalError;
        }
        if (_transport.InputLength > MaximumWaiting)
        {
            return SecurityStatus.InsufficientMemory;
        }
        int none = 0;
        NtStatus status = Guard(input, ref none, (ReadOnlySpan<byte> bytes, ref int taken) =>
        {
            _transport.Feed(bytes);
            while (!_hasEnded && _received.Count < MaximumMessage * 4)
            {
                _read ??= _stream.ReadAsync(_plain.AsMemory()).AsTask();
                Wait(_read);
                if (!_read.IsCompleted)
                {
                    break;
                }
                Task<int> done = _read;
                _read = null;
                int count = done.GetAwaiter().GetResult();
                _hasEnded = count == 0;
                foreach (byte b in _plain.AsSpan(0, count))
                {
                    _received.Enqueue(b);
                }
            }
            return SecurityStatus.Ok;
        });
        if (!status.IsSuccess)
        {
            return status;
        }
        plain = new byte[Math.Min((uint)_received.Count, room)];
        for (int i = 0; i < plain.Length; i++)
        {
            plain[i] = _received.Dequeue();
        }
        return _hasEnded && plain.Length == 0 ? SecurityStatus.ContextExpired : SecurityStatus.Ok;
    }

    /// <summary>What binds the connection to a sign-on above it (tls-unique, RFC 5929); null where the protocol has none, as TLS 1.3.</summary>
    public byte[]? UniqueBinding()
    {
        ReadOnlySpan<byte> prefix = "tls-unique:"u8;
        if (Protocol != SslProtocols.Tls12)
        {
            return null;
        }
        using ChannelBinding? binding = _stream.TransportContext.GetChannelBinding(ChannelBindingKind.Unique);
        if (binding is null || binding.Size < BindingHeader + prefix.Length)
        {
            return null;
        }
        byte[] bytes = new byte[binding.Size - BindingHeader];
        Marshal.Copy(binding.DangerousGetHandle() + BindingHeader, bytes, 0, bytes.Length);
        return bytes.AsSpan().StartsWith(prefix) ? bytes[prefix.Length..] : null;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _transport.Cancel();
        _stream.Dispose();
        _certificate?.Dispose();
    }

    /// <summary>A step that the framework ends by an exception about the other side's bytes ends the session.</summary>
    private NtStatus Guard(ReadOnlySpan<byte> input, ref int consumed, Step step)
    {
        try
        {
            return step(input, ref consumed);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or CryptographicException)
        {
            _hasFailed = true;
            return SecurityStatus.IllegalMessage;
        }
    }

    /// <summary>Ends a step that never waits for the other side: its bytes only go into the transport.</summary>
    private NtStatus Finish(Task step)
    {
        if (Task.WaitAny([step], _patience) < 0)
        {
            _hasFailed = true;
            return SecurityStatus.InternalError;
        }
        step.GetAwaiter().GetResult();
        return SecurityStatus.Ok;
    }

    private void Wait(Task step) => Task.WaitAny(step, _transport.Starved);

    /// <summary>The first record with its header; all there is where it is not whole.</summary>
    private static int RecordLength(ReadOnlySpan<byte> bytes) =>
        bytes.Length < RecordHeader ? bytes.Length : Math.Min(bytes.Length, RecordHeader + ((bytes[3] << 8) | bytes[4]));

    private Task Begin()
    {
        X509ChainPolicy policy = new()
        {
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            VerificationFlags = X509VerificationFlags.AllFlags,
        };
        SslStreamCertificateContext? own = _certificate is null ? null : SslStreamCertificateContext.Create(_certificate, null, offline: true);
        if (IsServer)
        {
            return _stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = own,
                AllowRenegotiation = false,
                EnabledSslProtocols = _protocols,
                ApplicationProtocols = Applications.Count == 0 ? null : Applications,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                CertificateChainPolicy = policy,
            });
        }
        return _stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = Target,
            ClientCertificateContext = own,
            AllowRenegotiation = false,
            EnabledSslProtocols = _protocols,
            ApplicationProtocols = Applications.Count == 0 ? null : Applications,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, certificate, chain, _) => Keep(certificate, chain),
        });
    }

    /// <summary>Keeps the other side's certificates for the program, which judges them.</summary>
    private bool Keep(X509Certificate? certificate, X509Chain? chain)
    {
        _peerCertificates.Clear();
        if (certificate is not null)
        {
            _peerCertificates.Add(certificate.GetRawCertData());
        }
        foreach (X509Certificate2 sent in chain?.ChainPolicy.ExtraStore ?? [])
        {
            byte[] bytes = sent.RawData;
            if (!_peerCertificates.Exists(known => known.AsSpan().SequenceEqual(bytes)))
            {
                _peerCertificates.Add(bytes);
            }
        }
        return true;
    }
}
