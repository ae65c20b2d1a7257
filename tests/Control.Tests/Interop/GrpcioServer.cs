using System.Diagnostics;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Interop;

/// <summary>Debian's python3-grpcio as a server with the echo service.</summary>
public sealed class GrpcioServer : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly Process _process;

    public GrpcioServer()
    {
        SocketPath = Path.Combine(_folder.Path, "grpcio.sock");
        _process = Process.Start(
            new ProcessStartInfo(PythonFiles.Python, [PythonFiles.Script("server.py"), SocketPath, PythonFiles.WriteDescriptors(_folder.Path)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }) ?? throw new InvalidOperationException($"{PythonFiles.Python} did not start");
        if (_process.StandardOutput.ReadLine() != "READY")
        {
            throw new InvalidOperationException("the grpcio server did not start: " + _process.StandardError.ReadToEnd());
        }
    }

    public string SocketPath { get; }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
        }

        _process.Dispose();
        _folder.Dispose();
    }
}
