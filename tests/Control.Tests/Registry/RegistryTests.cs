using PortableVirt.Dispatch.Registry;
using PortableVirt.Protocol.V1;
using PortableVirt.Tests.Support;

namespace PortableVirt.Control.Tests.Registry;

/// <summary>The registry's file: its versions, and what it does with what it cannot use.</summary>
public sealed class RegistryTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    private string File => _scratch["registry.db"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_was_saved_is_loaded()
    {
        InspectVmResponse details = new() { Vm = new Vm { Id = "0123abcd", Uid = uint.MaxValue, State = VmState.Paused }, Gid = 5 };
        VmRow row = new("boot", ulong.MaxValue, "022", "package", 7, details);
        using (RegistryDatabase database = RegistryDatabase.Open(File))
        {
            VmTable table = new(database);
            table.Save(row with { RestartsInRow = 1 });
            table.Save(row);
            table.Save(row with { Details = new InspectVmResponse { Vm = new Vm { Id = "other" } } });
            table.Delete("other");
        }

        using RegistryDatabase again = RegistryDatabase.Open(File);
        Assert.Equal(row, Assert.Single(new VmTable(again).LoadAll()));
    }

    [Fact]
    public void An_older_registry_is_brought_up_to_date_with_what_it_holds()
    {
        using (RegistryDatabase old = RegistryDatabase.Open(File, [.. RegistrySchema.Steps.Take(1)]))
        {
            old.Write(
                "INSERT INTO vm VALUES ('0123abcd', 1000, 'boot', 5, '022', 0, $details)",
                ("$details", Google.Protobuf.MessageExtensions.ToByteArray(new InspectVmResponse { Vm = new Vm { Id = "0123abcd" } })));
        }

        using RegistryDatabase database = RegistryDatabase.Open(File);
        VmRow row = Assert.Single(new VmTable(database).LoadAll());
        Assert.Equal(("0123abcd", "boot", 5ul, ""), (row.Details.Vm.Id, row.BootId, row.StartTicks, row.PackageId));
    }

    [Fact]
    public void A_newer_registry_is_refused_and_left_alone()
    {
        RegistryDatabase.Open(File, [.. RegistrySchema.Steps, "CREATE TABLE future (x)"]).Dispose();
        byte[] before = System.IO.File.ReadAllBytes(File);
        RegistryException e = Assert.Throws<RegistryException>(() => RegistryDatabase.Open(File));
        Assert.Contains($"has version {RegistrySchema.Version + 1}, and this daemon knows versions up to {RegistrySchema.Version}", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void A_step_that_fails_changes_nothing()
    {
        Assert.Throws<RegistryException>(() => RegistryDatabase.Open(File, ["CREATE TABLE a (x); CREATE TABLE a (x)"]));
        RegistryDatabase.Open(File, ["CREATE TABLE a (x)"]).Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public void A_damaged_registry_is_told_with_what_to_do(int at)
    {
        using (RegistryDatabase database = RegistryDatabase.Open(File))
        {
            VmTable table = new(database);
            for (int i = 0; i < 50; i++)
            {
                table.Save(new VmRow("boot", 1, "022", "", 0, new InspectVmResponse { Vm = new Vm { Id = $"{i:x8}" }, LogPath = new string('x', 500) }));
            }

            database.Checkpoint();
        }

        byte[] bytes = System.IO.File.ReadAllBytes(File);
        bytes.AsSpan(at, 3000).Fill(0xA5);
        System.IO.File.WriteAllBytes(File, bytes);
        RegistryException e = Assert.Throws<RegistryException>(() =>
        {
            using RegistryDatabase database = RegistryDatabase.Open(File);
            new VmTable(database).LoadAll();
        });
        Assert.Contains("move", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_folder_has_one_owner()
    {
        using StateFolder folder = StateFolder.Take(_scratch["state"]);
        Assert.Throws<RegistryException>(() => StateFolder.Take(_scratch["state"]));
        Assert.Equal((UnixFileMode)0x1C0, System.IO.File.GetUnixFileMode(folder.Path));
    }
}
