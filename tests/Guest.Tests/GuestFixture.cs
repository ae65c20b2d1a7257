using PortableVirt.Tests.Support;

namespace PortableVirt.Guest.Tests;

/// <summary>The built guest programs and the oracle, shared by all tests of the collection.</summary>
public sealed class GuestFixture : IAsyncLifetime
{
    /// <summary>Packages leave entries, changes and caches in their user's home folder; not in that of who runs the tests.</summary>
    private readonly ScratchFolder _home = new();

    public GuestFixture()
    {
        Environment.SetEnvironmentVariable("HOME", _home.Path);
        foreach (string name in (string[])["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"])
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    /// <summary>Programs with named checks.</summary>
    public GuestBuild Checks { get; } = new("Guest");

    /// <summary>Programs that try what must not work.</summary>
    public GuestBuild MustFail { get; } = new("MustFail");

    /// <summary>Wine.</summary>
    public WineOracle Oracle { get; } = new();

    /// <summary>The names that each program's checks had under the oracle.</summary>
    public Dictionary<string, IReadOnlyList<string>> OracleNames { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Oracle.DisposeAsync();
        _home.Dispose();
    }
}
