using System.Buffers.Binary;
using System.Text;
using PortableVirt.Appliance.Format;
using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>Packages on processors that are not like the one they were made on, and on the oldest one that there is KVM for.</summary>
[Collection(GuestCollection.Name)]
public sealed class OtherProcessorTests(GuestFixture fixture)
{
    /// <summary>The name under which an image records them, and bytes that they are written as: the array of KUSER_SHARED_DATA in hexadecimal.</summary>
    private const string InputName = "set of processor features";
    private const int FeatureDigits = 128;

    /// <summary>A feature that every processor has (SSE2), and one that none has.</summary>
    private const int Common = 10;
    private const int Unknown = 63;

    [Theory]
    [InlineData(Unknown, '1')]
    [InlineData(Common, '0')]
    public async Task AnImageOfAProcessorWithOtherFeaturesIsNotUsedAndThatIsSaidOnce(int feature, char present)
    {
        using ScratchFolder scratch = new();
        string program = await fixture.Checks.ProgramAsync("launch_start");
        string list = scratch["x.list"];
        await RequireAsync(scratch, PortableVirtCommand.Pvctl, "analyse", "--output", list, program);
        await RequireAsync(scratch, PortableVirtCommand.Pvctl, "pack", "--from-analysis", list, "--deep", "--output", scratch["app"], program);
        string other = Change(scratch["app"], scratch["other"], (2 * feature) + 1, present);
        await RequireAsync(scratch, other, "--portablevirt-check");
        ProgramRun run = await ProgramRunner.RunAsync([other, "--portablevirt-stats"], scratch.Path);
        CheckReport.RequireClean(run);
        Assert.Contains("\"launchImage\":false", run.Error, StringComparison.Ordinal);
        string said = $"the launch image is not used, the start takes longer: the {InputName} has changed since it was made";
        Assert.Single(run.Error.Split('\n'), line => line.Contains(said, StringComparison.Ordinal));
    }

    /// <summary>AMD's first processors with virtualisation: what they lack, nothing here may need. KVM itself is not there under the emulator, which is told in one line.</summary>
    [Fact]
    public async Task ThePackageAndPvctlNeedNoMoreThanTheFirstProcessorsWithVirtualisationHad()
    {
        using ScratchFolder scratch = new();
        string[] emulator = ["qemu-x86_64", "-cpu", "Opteron_G2"];
        await RequireAsync(scratch, [.. emulator, PortableVirtCommand.Pvctl, "version"]);
        string app = scratch["app"];
        await RequireAsync(scratch, PortableVirtCommand.Pvctl, "pack", "--no-launch-image", "--output", app, await fixture.Checks.ProgramAsync("launch_start"));
        ProgramRun run = await ProgramRunner.RunAsync([.. emulator, app], scratch.Path);
        Assert.True(run.ExitCode == 125 && run.Error.StartsWith("app: /dev/kvm", StringComparison.Ordinal) && run.Error.Trim().Split('\n').Length == 1, run.Describe());
    }

    /// <summary>Writes a package as it is but for one digit of the features that its images were made with.</summary>
    private static string Change(string package, string target, int digit, char value)
    {
        using PackageReader reader = PackageReader.TryOpen(package)!;
        Dictionary<string, byte[]> contents = [];
        List<PackageMember> members = [];
        foreach (PackageMember member in reader.Manifest.Members)
        {
            byte[] content = reader.ReadMember(member);
            if (member.Path is PackageManifest.LaunchImage or PackageManifest.DeepLaunchImage)
            {
                Change(content, digit, value);
            }
            contents.Add(member.Path, content);
            members.Add(member with { Sha256 = Sha256.HexOf(content) });
        }
        Assert.Contains(PackageManifest.DeepLaunchImage, contents.Keys);
        byte[] runner = new byte[reader.Manifest.RunnerLength];
        Assert.Equal(runner.Length, RandomAccess.Read(reader.File, runner, 0));
        using (FileStream output = File.Create(target))
        {
            PackageWriter.Write(output, new MemoryStream(runner), reader.Manifest with { Members = members }, null, member => new MemoryStream(contents[member.Path]));
        }
        File.SetUnixFileMode(target, File.GetUnixFileMode(package));
        return target;
    }

    /// <summary>Changes an image's description and its checksum (LaunchImageWriter).</summary>
    private static void Change(byte[] image, int digit, char value)
    {
        const int headLength = 12, checksum = 20;
        int name = image.AsSpan().IndexOf(Encoding.ASCII.GetBytes(InputName));
        int features = name + InputName.Length + sizeof(uint);
        Assert.True(name > 0 && BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(features - sizeof(uint))) == FeatureDigits);
        Assert.NotEqual((byte)value, image[features + digit]);
        image[features + digit] = (byte)value;
        image.AsSpan(checksum, sizeof(uint)).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(checksum), Crc32C(image.AsSpan(0, BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(headLength)))));
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
            }
        }
        return ~crc;
    }

    private static async Task RequireAsync(ScratchFolder scratch, params string[] command)
    {
        ProgramRun run = await ProgramRunner.RunAsync(command, scratch.Path);
        Assert.True(run is { ExitCode: 0, TimedOut: false }, run.Describe());
    }
}
