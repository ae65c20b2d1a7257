namespace PortableVirt.Dispatch.Registry;

/// <summary>The registry's schema: one step a version. A registry of version N has had the first N steps; steps are never changed, only added.</summary>
internal static class RegistrySchema
{
    /// <summary>The steps, from an empty file on.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE vm (
            id TEXT PRIMARY KEY,
            uid INTEGER NOT NULL,
            boot_id TEXT NOT NULL,
            start_ticks INTEGER NOT NULL,
            file_mode_mask TEXT NOT NULL,
            restarts_in_row INTEGER NOT NULL,
            details BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE package (
            id TEXT PRIMARY KEY,
            uid INTEGER NOT NULL,
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            details BLOB NOT NULL,
            UNIQUE (uid, name)
        ) WITHOUT ROWID;
        CREATE INDEX package_of_file ON package (sha256);
        """,
        "ALTER TABLE vm ADD COLUMN package_id TEXT NOT NULL DEFAULT ''",
    ];

    /// <summary>The version that this program writes.</summary>
    public static int Version => Steps.Count;
}
