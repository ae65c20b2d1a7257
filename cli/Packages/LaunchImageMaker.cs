using Microsoft.Win32.SafeHandles;
using PortableVirt.Appliance.Format;
using PortableVirt.Appliance.Packing;
using PortableVirt.Cli.Hosts;
using PortableVirt.Cli.Output;
using PortableVirt.Emulation.Io.Disk.Layers;
using PortableVirt.Emulation.Launch;
using PortableVirt.Emulation.Recording;
using PortableVirt.VmApp.Core;

namespace PortableVirt.Cli.Packages;

/// <summary>
/// Makes the launch image of a package: runs its program without arguments, input, network and any file but its own, takes the image before any code of
/// the program has run, and lets the program go on for a moment to learn which pages a start touches.
/// </summary>
public static class LaunchImageMaker
{
    /// <summary>How long the program may run: on the processor, and by the clock.</summary>
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    /// <summary>How often its progress is looked at; a program that made none is waiting for something that does not come.</summary>
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _progress = TimeSpan.FromMilliseconds(20);

    /// <summary>The image's bytes; null with the reason, in words for the user.</summary>
    /// <param name="package">Path of the package without an image.</param>
    /// <param name="refusal">Why there is none.</param>
    public static byte[]? TryMake(string package, out string? refusal)
    {
        using PackageReader reader = PackageReader.TryOpen(package) ?? throw new PackageException($"{package} is no package");
        SafeFileHandle kvm;
        try
        {
            kvm = KvmAccess.Open();
        }
        catch (HostException e)
        {
            refusal = e.Message;
            return null;
        }
        using (kvm)
        using (ReadOnlyLayer layer = PackageMount.Mount(reader))
        using (SafeFileHandle nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            LaunchCapture capture = new(ProductVersion.Text, reader.Manifest.ContentsId, WatchesLookups(reader));
            int descriptor = (int)nothing.DangerousGetHandle();
            VmRunner runner = new(
                new LaunchOptions
                {
                    ProgramPath = reader.Manifest.Program,
                    Package = PackageMount.Program(reader, layer, null),
                    WorkingFolder = "/",
                    Private = true,
                    Arguments = [],
                    Environment = new Dictionary<string, string>(),
                    Network = NetworkMode.None,
                    Recorder = new UseRecorder(),
                    LaunchCapture = capture,
                    StdIn = descriptor,
                    StdOut = descriptor,
                    StdErr = descriptor,
                },
                () => kvm, new Silence());
            TimeSpan start = Environment.CpuUsage.TotalTime;
            TimeSpan last = start;
            long begin = Environment.TickCount64;
            void Look(object? state)
            {
                TimeSpan now = Environment.CpuUsage.TotalTime;
                if (now - start > _most || now - last < _progress || Environment.TickCount64 - begin > (long)_longest.TotalMilliseconds)
                {
                    runner.Stop();
                }
                last = now;
            }
            using (new Timer(Look, null, _interval, _interval))
            {
                VmExit exit = runner.Run();
                refusal = capture.Result is null ? capture.Refusal ?? exit.Failure : null;
            }
            return capture.Result;
        }
    }

    /// <summary>As the package's runs have it: the image holds the exports of ntdll.dll that come with it.</summary>
    private static bool WatchesLookups(PackageReader reader) =>
        PackageUnseen.Create(PackageMount.ReadText(reader, PackageFacts.PolicyPath), PackageMount.ReadText(reader, PackageFacts.SeenPath), null)?.Guard.ChecksFunctions == true;

    /// <summary>What the program says while its image is made is nobody's concern.</summary>
    private sealed class Silence : IVmEvents
    {
        public void ProcessStarted(uint processId, string imagePath)
        {
        }

        public void ProcessEnded(uint processId, uint exitCode)
        {
        }

        public void Error(string text)
        {
        }
    }
}
