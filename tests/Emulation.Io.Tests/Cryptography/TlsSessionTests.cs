using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PortableVirt.Emulation.Cryptography.Tls;

namespace PortableVirt.Emulation.Io.Tests.Cryptography;

/// <summary>Two sessions whose bytes the test carries.</summary>
public sealed class TlsSessionTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void TwoSidesUnderstandEachOther(SslProtocols protocol)
    {
        (TlsSession client, TlsSession server) = Connect(protocol);
        Assert.Equal(protocol, client.Protocol);
        Assert.Equal("echo/1", System.Text.Encoding.ASCII.GetString(client.Application.Span));
        Assert.Single(client.PeerCertificates);
        Assert.Equal(protocol == SslProtocols.Tls12, client.UniqueBinding() is not null);
        if (protocol == SslProtocols.Tls12)
        {
            Assert.Equal(client.UniqueBinding(), server.UniqueBinding());
        }
        byte[] text = RandomNumberGenerator.GetBytes(40000);
        Assert.Equal(SecurityStatus.Ok, client.Send(text));
        Assert.Equal(SecurityStatus.Ok, server.Receive(client.TakeOutput(), (uint)text.Length, out byte[] plain));
        Assert.Equal(text, plain);
        Assert.Equal(SecurityStatus.Ok, server.Send(text[..10]));
        Assert.Equal(SecurityStatus.Ok, client.Receive(server.TakeOutput(), 4, out plain));
        Assert.Equal(text[..4], plain);
        Assert.Equal(SecurityStatus.Ok, client.Receive([], 100, out plain));
        Assert.Equal(text[4..10], plain);
        Assert.Equal(SecurityStatus.Ok, client.End());
        Assert.Equal(SecurityStatus.Ok, client.End());
        Assert.Equal(SecurityStatus.InternalError, client.Send(text));
        Assert.Equal(SecurityStatus.ContextExpired, server.Receive(client.TakeOutput(), 100, out _));
        client.Close();
        server.Close();
    }

    [Fact]
    public void ChangedRecordsEndTheSession()
    {
        (TlsSession client, TlsSession server) = Connect(SslProtocols.Tls12);
        client.Send([1, 2, 3]);
        byte[] record = client.TakeOutput();
        record[^1] ^= 1;
        Assert.Equal(SecurityStatus.IllegalMessage, server.Receive(record, 100, out _));
        Assert.NotEqual(SecurityStatus.Ok, server.Send([1]));
        client.Close();
        server.Close();
    }

    [Fact]
    public void RandomBytesNeverHangASession()
    {
        Random random = new(11);
        for (int i = 0; i < 200; i++)
        {
            TlsSession client = new(false, SslProtocols.Tls12 | SslProtocols.Tls13, null) { Target = "localhost" };
            client.Shake([], out _);
            byte[] bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                bytes[0] = (byte)random.Next(20, 24);
                bytes.AsSpan(1, Math.Min(2, bytes.Length - 1)).Fill(3);
            }
            client.Shake(bytes, out int consumed);
            Assert.InRange(consumed, 0, bytes.Length);
            client.Close();
        }
    }

    /// <summary>Carries bytes until both sides are done.</summary>
    private static (TlsSession Client, TlsSession Server) Connect(SslProtocols protocol)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        TlsSession server = new(true, protocol, certificate), client = new(false, protocol, null) { Target = "localhost" };
        client.Applications.Add(new SslApplicationProtocol("echo/1"));
        server.Applications.Add(new SslApplicationProtocol("echo/1"));
        NtStatus there = SecurityStatus.ContinueNeeded, here = SecurityStatus.ContinueNeeded;
        byte[] wire = [];
        for (int i = 0; i < 10 && (there != SecurityStatus.Ok || here != SecurityStatus.Ok); i++)
        {
            here = client.Shake(wire, out _);
            there = server.Shake(client.TakeOutput(), out _);
            wire = server.TakeOutput();
        }
        Assert.Equal(SecurityStatus.Ok, here);
        Assert.Equal(SecurityStatus.Ok, there);
        if (wire.Length != 0)
        {
            client.Receive(wire, 0, out _);
        }
        return (client, server);
    }
}
