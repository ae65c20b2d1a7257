using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using PortableVirt.Protocol.Grpc;
using PortableVirt.Protocol.Services;
using PortableVirt.Protocol.V1;
using Xunit.Abstractions;

namespace PortableVirt.Control.Tests.Daemon;

/// <summary>The registry of packages, with the real daemon and packages of a few kilobytes.</summary>
[Collection("daemon")]
public sealed class PackageRegistryTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly TestDaemon _daemon = new();
    private readonly DaemonClient _client;

    public PackageRegistryTests(ITestOutputHelper output)
    {
        _output = output;
        _client = new DaemonClient(_daemon);
    }

    private string Store => Path.Combine(_daemon.StatePath, "store");

    public void Dispose()
    {
        _client.Dispose();
        _daemon.Dispose();
    }

    [Fact]
    public async Task Packages_are_kept_once_by_their_contents_and_known_after_a_restart()
    {
        RegisterPackageResponse one = await RegisterAsync(Write(1), "one");
        Assert.True(one.Added);
        Assert.False((await RegisterAsync(Write(1), "one")).Added);
        RegisterPackageResponse two = await RegisterAsync(Write(1), "two");
        Assert.Equal(one.Package.Sha256, two.Package.Sha256);
        Assert.Equal([one.Package.Sha256], Files());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Write(1)))), one.Package.Sha256);
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => RegisterAsync(Write(2), "one"));
        Assert.Equal(StatusCode.AlreadyExists, e.StatusCode);

        _daemon.End("KILL");
        _daemon.Restart();
        _client.Reconnect();
        Assert.Equal(["one", "two"], (await ListAsync()).Select(p => p.Name));
        Assert.Equal(one.Package, (await _client.CallAsync(DaemonMethods.InspectPackage, new InspectPackageRequest { Package = one.Package.Id[..8] })).Package);
        await _client.CallAsync(DaemonMethods.UnregisterPackage, new UnregisterPackageRequest { Package = "one" });
        Assert.Single(Files());
        await _client.CallAsync(DaemonMethods.UnregisterPackage, new UnregisterPackageRequest { Package = "two" });
        Assert.Empty(Files());
        await _client.AssertRefusedAsync(DaemonMethods.InspectPackage, new InspectPackageRequest { Package = "one" }, StatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_no_whole_package_is_refused_and_leaves_nothing()
    {
        string package = Write(1);
        byte[] bytes = File.ReadAllBytes(package);
        string damaged = Path.Combine(_daemon.Folder, "damaged");
        foreach (int at in (int[])[10, bytes.Length / 2, bytes.Length - 30])
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 0x40;
            File.WriteAllBytes(damaged, changed);
            await AssertRefusedAsync(damaged, "damaged");
        }

        File.WriteAllBytes(damaged, "no package"u8.ToArray());
        await AssertRefusedAsync(damaged, "no package");
        await AssertRefusedAsync("/dev/zero", "not that of a regular file");
        RegisterPackageRequest closed = new() { Descriptor_ = 10_000, Name = "x" };
        await _client.AssertRefusedAsync(DaemonMethods.RegisterPackage, closed, StatusCode.InvalidArgument);
        await _client.AssertRefusedAsync(DaemonMethods.RegisterPackage, new RegisterPackageRequest { Name = "../x" }, StatusCode.InvalidArgument);
        Assert.Empty(Files());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Packages_for_all_are_seen_by_all_and_taken_out_by_administrators_alone()
    {
        await RegisterAsync(Write(1), "private");
        await RegisterAsync(Write(2), "shared", forAll: true);
        using GrpcChannel user = GrpcChannel.ForSocket(TestNative.ConnectAs(61_236, _daemon.SocketPath));
        CallOptions limit = new(TimeSpan.FromSeconds(20));
        ListPackagesResponse seen = await user.UnaryCallAsync(DaemonMethods.ListPackages, new ListPackagesRequest(), limit);
        Assert.Equal(["shared"], seen.Packages.Select(p => p.Name));
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => user.UnaryCallAsync(
            DaemonMethods.UnregisterPackage, new UnregisterPackageRequest { Package = "shared" }, limit));
        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
        foreach (string name in (string[])["private", "unknown"])
        {
            e = await Assert.ThrowsAsync<GrpcException>(() => user.UnaryCallAsync(
                DaemonMethods.UnregisterPackage, new UnregisterPackageRequest { Package = name }, limit));
            Assert.Equal((StatusCode.NotFound, $"there is no package {name}"), (e.StatusCode, e.Detail));
        }
    }

    /// <summary>kill -9 leaves what a power cut leaves, but for what the disk had not yet written; the order of the writes is the same.</summary>
    [Fact]
    public async Task A_kill_at_any_point_of_registering_and_unregistering_leaves_the_registry_whole()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("PV_CRASH_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Environment.TickCount & 0xFFFF;
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("PV_CRASH_ROUNDS"), CultureInfo.InvariantCulture, out int many) ? many : 8;
        _output.WriteLine($"PV_CRASH_SEED={seed}, {rounds} rounds");
        Random random = new(seed);
        Dictionary<string, string> known = new(StringComparer.Ordinal);
        int done = 0;
        for (int round = 0; round < rounds; round++)
        {
            Task kill = Task.Delay(random.Next(5, 150)).ContinueWith(_ => _daemon.End("KILL"), TaskScheduler.Default);
            string? unsure = null;
            try
            {
                while (true)
                {
                    string name = $"p{random.Next(6)}";
                    unsure = name;
                    if (known.ContainsKey(name))
                    {
                        await _client.CallAsync(DaemonMethods.UnregisterPackage, new UnregisterPackageRequest { Package = name });
                        known.Remove(name);
                    }
                    else
                    {
                        known[name] = (await RegisterAsync(Write(random.Next(4)), name)).Package.Sha256;
                    }

                    unsure = null;
                    done++;
                }
            }
            catch (GrpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled)
            {
                // The call that was under way when the daemon was killed.
            }

            await kill;
            _daemon.Restart();
            _client.Reconnect();
            Dictionary<string, string> found = (await ListAsync()).ToDictionary(p => p.Name, p => p.Sha256);
            if (unsure is not null)
            {
                known.Remove(unsure);
                if (found.TryGetValue(unsure, out string? sha256))
                {
                    known[unsure] = sha256;
                }
            }

            Assert.Equal(known.OrderBy(p => p.Key), found.OrderBy(p => p.Key));
            Assert.Equal(found.Values.Distinct().Order(), Files().Order());
            Assert.All(Files(), file => Assert.Equal(file, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Store, file))))));
        }

        _output.WriteLine($"{done} changes");
    }

    private async Task AssertRefusedAsync(string path, string reason)
    {
        GrpcException e = await Assert.ThrowsAsync<GrpcException>(() => RegisterAsync(path, "x"));
        Assert.True(e.StatusCode == StatusCode.InvalidArgument && e.Detail.Contains(reason, StringComparison.Ordinal), $"{path}: {e.StatusCode} {e.Detail}");
    }

    private async Task<RegisterPackageResponse> RegisterAsync(string path, string name, bool forAll = false)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return await _client.CallAsync(DaemonMethods.RegisterPackage, new RegisterPackageRequest
        {
            Descriptor_ = (int)file.DangerousGetHandle(),
            Name = name,
            ForAll = forAll,
            SourcePath = path,
        });
    }

    private async Task<IReadOnlyList<RegisteredPackage>> ListAsync() => (await _client.CallAsync(DaemonMethods.ListPackages, new ListPackagesRequest())).Packages;

    private string[] Files() => [.. Directory.GetFiles(Store).Select(f => Path.GetFileName(f)!)];

    /// <summary>A package whose contents are told by a number.</summary>
    private string Write(int number)
    {
        string path = Path.Combine(_daemon.Folder, $"package-{number}");
        if (!File.Exists(path))
        {
            TestPackage.Write(path, number);
        }

        return path;
    }
}
