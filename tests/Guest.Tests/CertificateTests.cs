using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>Certificates, keys and TLS against what .NET makes of them: a PKCS #12 file, the computer's bundle, a server.</summary>
[Collection(GuestCollection.Name)]
public sealed class CertificateTests(GuestFixture fixture)
{
    private const string Bundle = "/etc/ssl/certs/ca-certificates.crt";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task APkcs12FileIsOpened(bool underWine)
    {
        using ScratchFolder scratch = new();
        using X509Certificate2 certificate = TestCertificate.Create();
        await File.WriteAllBytesAsync(scratch["test.pfx"], certificate.Export(X509ContentType.Pfx, "secret"));
        CheckReport report = await RunAsync(underWine, "certificates", scratch.Path, new() { ["PV_PFX"] = "test.pfx" }, []);
        Assert.Contains("verify by the certificate", report.Passed);
    }

    [Fact]
    public async Task TheComputersBundleIsTheRootStore()
    {
        using ScratchFolder scratch = new();
        CheckReport report = await RunAsync(false, "certificates", scratch.Path, new() { ["PV_ROOTS"] = File.Exists(Bundle) ? "1" : "0" }, ["roots"]);
        Assert.Contains("trusted certificates", report.Passed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AClientTalksToAServer(bool underWine)
    {
        using ScratchFolder scratch = new();
        using X509Certificate2 certificate = TestCertificate.Create();
        using EchoServer server = new(certificate);
        CheckReport report = await RunAsync(underWine, "channel", scratch.Path, new() { ["PV_TLS_PORT"] = server.Port.ToString(CultureInfo.InvariantCulture) }, []);
        Assert.Contains("much comes back", report.Passed);
    }

    private async Task<CheckReport> RunAsync(bool underWine, string program, string folder, Dictionary<string, string> variables, string[] groups)
    {
        string executable = await fixture.Checks.ProgramAsync(program);
        ProgramRun run = underWine
            ? await fixture.Oracle.RunAsync(executable, groups, folder, variables)
            : await ProgramRunner.RunAsync(PortableVirtCommand.Run(variables.SelectMany(v => new[] { "--env", $"{v.Key}={v.Value}" }), executable, groups), folder);
        return CheckReport.RequireClean(run);
    }
}
