using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Interop;

/// <summary>Debian's python3-grpcio as the client of our server.</summary>
public sealed class GrpcioClientTests
{
    [Fact]
    public async Task Grpcio_understands_our_server()
    {
        using ScratchFolder folder = new();
        await using EchoServer server = await EchoServer.StartAsync();
        ProgramRun run = await ProgramRunner.RunAsync(
            [PythonFiles.Python, PythonFiles.Script("client.py"), server.SocketPath, PythonFiles.WriteDescriptors(folder.Path)], folder.Path);
        Assert.True(run.ExitCode == 0, run.Describe());
        Assert.Contains("200 calls at a time", run.Output, StringComparison.Ordinal);
    }
}
