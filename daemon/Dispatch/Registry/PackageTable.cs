using Google.Protobuf;
using PortableVirt.Protocol.V1;

namespace PortableVirt.Dispatch.Registry;

/// <summary>The registry's packages. Changes are on the disk when they return.</summary>
internal sealed class PackageTable(RegistryDatabase database)
{
    /// <summary>Adds a package.</summary>
    public void Add(RegisteredPackage package) => database.WriteDurably(
        "INSERT INTO package (id, uid, name, sha256, details) VALUES ($id, $uid, $name, $sha256, $details)",
        ("$id", package.Id),
        ("$uid", (long)package.Uid),
        ("$name", package.Name),
        ("$sha256", package.Sha256),
        ("$details", package.ToByteArray()));

    /// <summary>Takes a package out.</summary>
    public void Delete(string id) => database.WriteDurably("DELETE FROM package WHERE id = $id", ("$id", id));

    /// <summary>All packages.</summary>
    /// <exception cref="RegistryException">A row is damaged.</exception>
    public List<RegisteredPackage> LoadAll() => database.Read(
        "SELECT id, details FROM package",
        row =>
        {
            try
            {
                return RegisteredPackage.Parser.ParseFrom(row.GetFieldValue<byte[]>(1));
            }
            catch (InvalidProtocolBufferException e)
            {
                throw new RegistryException($"the registry's row of package {row.GetString(0)} is damaged ({e.Message}); move the registry away to begin with an empty one", e);
            }
        });
}
