using Google.Protobuf;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Registry;

/// <summary>The registry's VMs.</summary>
internal sealed class VmTable(RegistryDatabase database)
{
    /// <summary>Keeps a VM as it is now.</summary>
    public void Save(VmRow row) => database.Write(
        """
        INSERT INTO vm (id, uid, boot_id, start_ticks, file_mode_mask, package_id, restarts_in_row, details) VALUES ($id, $uid, $boot, $ticks, $mask, $package, $restarts, $details)
        ON CONFLICT (id) DO UPDATE SET boot_id = $boot, start_ticks = $ticks, restarts_in_row = $restarts, details = $details
        """,
        ("$id", row.Details.Vm.Id),
        ("$uid", (long)row.Details.Vm.Uid),
        ("$boot", row.BootId),
        ("$ticks", (long)row.StartTicks),
        ("$mask", row.FileModeMask),
        ("$package", row.PackageId),
        ("$restarts", (long)row.RestartsInRow),
        ("$details", row.Details.ToByteArray()));

    /// <summary>Forgets a VM.</summary>
    public void Delete(string id) => database.Write("DELETE FROM vm WHERE id = $id", ("$id", id));

    /// <summary>All VMs.</summary>
    /// <exception cref="RegistryException">A row is damaged.</exception>
    public List<VmRow> LoadAll() => database.Read(
        "SELECT id, boot_id, start_ticks, file_mode_mask, package_id, restarts_in_row, details FROM vm",
        row =>
        {
            try
            {
                return new VmRow(
                    row.GetString(1), (ulong)row.GetInt64(2), row.GetString(3), row.GetString(4), (uint)row.GetInt64(5),
                    InspectVmResponse.Parser.ParseFrom(row.GetFieldValue<byte[]>(6)));
            }
            catch (InvalidProtocolBufferException e)
            {
                throw new RegistryException($"the registry's row of VM {row.GetString(0)} is damaged ({e.Message}); move the registry away to begin with an empty one", e);
            }
        });
}
