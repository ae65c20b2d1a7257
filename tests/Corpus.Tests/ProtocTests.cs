using PortableVirt.Tests.Support;

namespace PortableVirt.Corpus.Tests;

/// <summary>protoc.exe generates, with a plug-in that it starts, byte for byte what its Linux twin generates.</summary>
[Collection(CorpusCollection.Name)]
public sealed class ProtocTests : IDisposable
{
    private const string Source = """
        syntax = "proto3";
        package sample.v1;
        option java_package = "sample.v1";
        message Item {
          int32 id = 1;
          string name = 2;
          repeated double weights = 3;
          map<string, int64> counts = 4;
          oneof kind { bool flag = 5; bytes blob = 6; }
          enum State { STATE_UNSPECIFIED = 0; STATE_READY = 1; }
          State state = 7;
        }
        message PutRequest { repeated Item items = 1; }
        message PutReply { int32 count = 1; }
        service Store { rpc Put(PutRequest) returns (PutReply); rpc Watch(PutRequest) returns (stream Item); }
        """;

    private readonly ScratchFolder _scratch = new();

    public ProtocTests()
    {
        File.WriteAllText(_scratch["sample.proto"], Source);
        Directory.CreateDirectory(_scratch["windows"]);
        Directory.CreateDirectory(_scratch["linux"]);
    }

    [Fact]
    public async Task ShowsItsVersion()
    {
        ProgramRun run = await CorpusFixture.RunAsync(Windows("protoc.exe"), _scratch.Path, "--version");
        Assert.StartsWith("libprotoc ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GeneratesWhatLinuxGenerates()
    {
        await CorpusFixture.RunAsync(Windows("protoc.exe"), _scratch.Path, Languages("windows"));
        await CorpusFixture.RunHostAsync(_scratch.Path, [Linux("protoc"), .. Languages("linux")]);
        SampleTree.RequireEqual(_scratch["linux"], _scratch["windows"]);
    }

    [Fact]
    public async Task RunsItsPlugIn()
    {
        await CorpusFixture.RunAsync(
            Windows("protoc.exe"), _scratch.Path, "--grpc_out=windows", $"--plugin=protoc-gen-grpc={AsSeenByWindows(Windows("grpc_csharp_plugin.exe"))}", "sample.proto");
        await CorpusFixture.RunHostAsync(
            _scratch.Path, Linux("protoc"), "--grpc_out=linux", $"--plugin=protoc-gen-grpc={Linux("grpc_csharp_plugin")}", "sample.proto");
        SampleTree.RequireEqual(_scratch["linux"], _scratch["windows"]);
    }

    public void Dispose() => _scratch.Dispose();

    private static string[] Languages(string folder) =>
    [
        $"--cpp_out={folder}", $"--python_out={folder}", $"--java_out={folder}", $"--csharp_out={folder}",
        $"--descriptor_set_out={folder}/descriptor.bin", "--include_source_info", "sample.proto",
    ];

    private static string Windows(string program) => Path.Combine(CorpusFixture.GrpcTools, "windows_x64", program);

    private static string AsSeenByWindows(string hostPath) => "Z:" + hostPath.Replace('/', '\\');

    private static string Linux(string program) => Path.Combine(CorpusFixture.GrpcTools, "linux_x64", program);
}
