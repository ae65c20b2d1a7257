using System.IO.Pipes;
using PortableVirt.Tests.Support;
using PortableVirt.VmApp.Core;

namespace PortableVirt.VmApp.Tests;

/// <summary>A program in a VM of this process, with pipes for standard input and output.</summary>
internal sealed class RunningVm : IVmEvents, IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);
    private static readonly GuestBuild Programs = new("VmApp.Tests/Programs");

    private readonly ScratchFolder _folder = new();
    private readonly AnonymousPipeServerStream _input = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _output = new(PipeDirection.In);
    private readonly StreamReader _lines;
    private readonly Thread _thread;
    private VmExit? _exit;

    private RunningVm(string program, string[] arguments)
    {
        _lines = new StreamReader(_output);
        MachineStart machine = MachineStart.Begin(() => File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
        Runner = new VmRunner(
            new LaunchOptions
            {
                ProgramPath = program,
                Arguments = arguments,
                WorkingFolder = _folder.Path,
                Network = NetworkMode.Loopback,
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = _folder.Path },
                StdIn = (int)_input.ClientSafePipeHandle.DangerousGetHandle(),
                StdOut = (int)_output.ClientSafePipeHandle.DangerousGetHandle(),
            },
            machine,
            this);
        _thread = new Thread(() =>
        {
            using (machine)
            {
                _exit = Runner.Run();
            }
            // So that readers come to the end.
            _output.DisposeLocalCopyOfClientHandle();
        })
        { IsBackground = true };
    }

    /// <summary>The VM.</summary>
    public VmRunner Runner { get; }

    /// <summary>The program's working folder.</summary>
    public string Folder => _folder.Path;

    /// <summary>Standard output, as it comes.</summary>
    public Stream Output => _output;

    /// <summary>True when the program has ended.</summary>
    public bool HasEnded => !_thread.IsAlive;

    /// <summary>Makes a VM for a program of this project; <see cref="Start"/> starts it.</summary>
    public static async Task<RunningVm> CreateAsync(string program, params string[] arguments) => new(await Programs.ProgramAsync(program), arguments);

    /// <summary>Starts the VM.</summary>
    public RunningVm Start()
    {
        _thread.Start();
        return this;
    }

    /// <summary>The next line of standard output; null at its end.</summary>
    public string? ReadLine() => _lines.ReadLine();

    /// <summary>Waits for a line.</summary>
    public void Await(string line)
    {
        for (string? next = ReadLine(); next != line; next = ReadLine())
        {
            Assert.True(next is not null, $"the program ended without '{line}'");
        }
    }

    /// <summary>Writes one byte to standard input.</summary>
    public void WriteByte()
    {
        _input.WriteByte((byte)'x');
        _input.Flush();
    }

    /// <summary>Ends standard input and waits for the program's end, whose exit code it returns.</summary>
    public int Finish()
    {
        _input.Dispose();
        return WaitForEnd();
    }

    /// <summary>Waits for the program's end, whose exit code it returns.</summary>
    public int WaitForEnd()
    {
        Assert.True(_thread.Join(EndLimit), "the VM does not end");
        Assert.Null(_exit!.Value.Failure);
        return _exit.Value.ExitCode;
    }

    /// <inheritdoc/>
    public void ProcessStarted(uint processId, string imagePath)
    {
    }

    /// <inheritdoc/>
    public void ProcessEnded(uint processId, uint exitCode)
    {
    }

    /// <inheritdoc/>
    public void Error(string text) => Console.Error.WriteLine(text);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_thread.IsAlive)
        {
            Runner.Stop();
            _thread.Join(EndLimit);
        }
        _lines.Dispose();
        _input.Dispose();
        _output.Dispose();
        _folder.Dispose();
    }
}
