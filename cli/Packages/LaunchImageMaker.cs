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
        LaunchCapture? capture = Capture(package, LaunchPoint.FirstInitialiser, LaunchVariation.Plain, isCompared: false, out refusal);
        return capture?.Result;
    }

    /// <summary>
    /// The bytes of an image that is taken behind kernelbase.dll's initialiser, where starts with other arguments, variables, folders, times and time zones
    /// come out the same there, byte for byte; null with the reason, in words for the user.
    /// </summary>
    /// <param name="package">Path of the package without an image.</param>
    /// <param name="refusal">Why there is none.</param>
    public static byte[]? TryMakeDeep(string package, out string? refusal)
    {
        if (Capture(package, LaunchPoint.SecondInitialiser, LaunchVariation.Plain, isCompared: false, out refusal) is not { State: { } state } image)
        {
            return null;
        }
        foreach (LaunchVariation variation in LaunchVariation.Others)
        {
            if (Capture(package, LaunchPoint.SecondInitialiser, variation, isCompared: true, out refusal) is not { State: { } other })
            {
                return null;
            }
            if (!state.AsSpan().SequenceEqual(other))
            {
                refusal = "kernelbase.dll's initialiser does not come out the same with other arguments, variables, folder, time or time zone";
                return null;
            }
        }
        return image.ResultFor(Capture(package, LaunchPoint.SecondInitialiser, LaunchVariation.OnConsole, isCompared: true, out _));
    }

    /// <summary>Runs the program and takes its image; null with the reason.</summary>
    /// <param name="isCompared">True: only the state is wanted, and the program need not go on.</param>
    private static LaunchCapture? Capture(string package, LaunchPoint point, LaunchVariation variation, bool isCompared, out string? refusal)
    {
        using PackageReader reader = PackageReader.TryOpen(package) ?? throw new PackageException($"{package} is no package");
        using MachineStart machine = MachineStart.Begin(KvmAccess.Open);
        try
        {
            machine.Take();
        }
        catch (HostException e)
        {
            refusal = e.Message;
            return null;
        }
        DirectoryInfo? folder = variation.HasOwnFolder ? Directory.CreateTempSubdirectory("portablevirt-") : null;
        try
        {
            LaunchCapture capture = new(ProductVersion.Text, reader.ContentsId, WatchesLookups(reader), point) { TimeZone = variation.TimeZone, HasConsole = variation.HasConsole };
            refusal = Run(reader, machine, capture, variation, isCompared, folder?.FullName ?? "/");
            return capture.Result is null ? null : capture;
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }

    /// <summary>Runs the program; why there is no image, or null.</summary>
    private static string? Run(PackageReader reader, MachineStart machine, LaunchCapture capture, LaunchVariation variation, bool isCompared, string folder)
    {
        using ReadOnlyLayer layer = PackageMount.Mount(reader);
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        int descriptor = (int)nothing.DangerousGetHandle();
        VmRunner runner = new(
            new LaunchOptions
            {
                ProgramPath = reader.Manifest.Program,
                Package = PackageMount.Program(reader, layer, null),
                WorkingFolder = folder,
                Grants = variation.HasOwnFolder ? [new Grant(folder, false)] : [],
                Private = true,
                Arguments = [.. variation.Arguments],
                Environment = variation.Environment,
                Network = NetworkMode.None,
                Recorder = new UseRecorder(),
                LaunchCapture = capture,
                StdIn = descriptor,
                StdOut = descriptor,
                StdErr = descriptor,
            },
            machine, new Silence());
        capture.Taken = isCompared ? runner.Stop : null;
        TimeSpan start = Environment.CpuUsage.TotalTime;
        TimeSpan last = start;
        long begin = Environment.TickCount64;
        void Look(object? state)
        {
            TimeSpan now = Environment.CpuUsage.TotalTime;
            bool isWaiting = now - last < _progress;
            if (isWaiting || now - start > _most || Environment.TickCount64 - begin > (long)_longest.TotalMilliseconds)
            {
                capture.IsCutShort = !isWaiting;
                runner.Stop();
            }
            last = now;
        }
        using (new Timer(Look, null, _interval, _interval))
        {
            VmExit exit = runner.Run();
            return capture.Result is null ? capture.Refusal ?? exit.Failure : null;
        }
    }

    /// <summary>As the package's runs have it: the image holds the exports of ntdll.dll that come with it.</summary>
    private static bool WatchesLookups(PackageReader reader) =>
        PackageUnseen.Create(PackageMount.ReadText(reader, PackageFacts.PolicyPath), PackageMount.Read(reader, PackageFacts.SeenPath), null)?.Guard.ChecksFunctions == true;

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
