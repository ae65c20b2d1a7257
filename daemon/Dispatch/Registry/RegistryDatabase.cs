using Microsoft.Data.Sqlite;

namespace PortableVirt.Dispatch.Registry;

/// <summary>The registry's SQLite file. A kill of the daemon loses nothing that was written; a power cut leaves it whole, and loses
/// nothing that was written with <see cref="WriteDurably"/>. All members may be called from any thread.</summary>
internal sealed class RegistryDatabase : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;

    private RegistryDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens it, makes it if needed and brings its schema up to date.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="steps">The schema's steps; <see cref="RegistrySchema.Steps"/> without.</param>
    /// <exception cref="RegistryException">It is damaged, of a newer version, or cannot be opened.</exception>
    public static RegistryDatabase Open(string path, IReadOnlyList<string>? steps = null)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        RegistryDatabase database = new(connection);
        try
        {
            connection.Open();
            database.Run("PRAGMA locking_mode = EXCLUSIVE");
            database.Run("PRAGMA journal_mode = WAL");
            database.Run("PRAGMA synchronous = NORMAL");
            database.Run("PRAGMA cache_size = -256");
            database.Migrate(path, steps ?? RegistrySchema.Steps);
            return database;
        }
        catch (SqliteException e)
        {
            database.Dispose();
            throw new RegistryException($"the registry {path} cannot be used ({e.Message}); move it away to begin with an empty one", e);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs one statement.</summary>
    /// <returns>The number of changed rows.</returns>
    /// <exception cref="RegistryException">The disk is full or broken, or the file damaged.</exception>
    public int Write(string statement, params ReadOnlySpan<(string Name, object Value)> values)
    {
        lock (_lock)
        {
            try
            {
                using SqliteCommand command = Prepare(statement, values);
                return command.ExecuteNonQuery();
            }
            catch (SqliteException e)
            {
                throw Failed("written", e);
            }
        }
    }

    /// <summary>Runs one statement; the change is on the disk when it returns.</summary>
    /// <returns>The number of changed rows.</returns>
    /// <exception cref="RegistryException">The disk is full or broken, or the file damaged.</exception>
    public int WriteDurably(string statement, params ReadOnlySpan<(string Name, object Value)> values)
    {
        lock (_lock)
        {
            try
            {
                Run("PRAGMA synchronous = FULL");
                using SqliteCommand command = Prepare(statement, values);
                return command.ExecuteNonQuery();
            }
            catch (SqliteException e)
            {
                throw Failed("written", e);
            }
            finally
            {
                Run("PRAGMA synchronous = NORMAL");
            }
        }
    }

    /// <summary>Reads all rows that a query finds.</summary>
    /// <exception cref="RegistryException">The disk is broken, or the file damaged.</exception>
    public List<T> Read<T>(string query, Func<SqliteDataReader, T> toRow, params ReadOnlySpan<(string Name, object Value)> values)
    {
        lock (_lock)
        {
            try
            {
                using SqliteCommand command = Prepare(query, values);
                using SqliteDataReader reader = command.ExecuteReader();
                List<T> rows = [];
                while (reader.Read())
                {
                    rows.Add(toRow(reader));
                }

                return rows;
            }
            catch (SqliteException e)
            {
                throw Failed("read", e);
            }
        }
    }

    /// <summary>Moves all changes from the journal into the file itself.</summary>
    public void Checkpoint() => Read("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt32(0));

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private RegistryException Failed(string what, SqliteException e) =>
        new($"the registry {_connection.DataSource} cannot be {what} ({e.Message}); if it is damaged, move it away to begin with an empty one", e);

    private SqliteCommand Prepare(string statement, ReadOnlySpan<(string Name, object Value)> values)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = statement;
        foreach ((string name, object value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private void Run(string statement)
    {
        using SqliteCommand command = Prepare(statement, []);
        command.ExecuteNonQuery();
    }

    private void Migrate(string path, IReadOnlyList<string> steps)
    {
        using SqliteCommand ask = Prepare("PRAGMA user_version", []);
        int version = Convert.ToInt32(ask.ExecuteScalar(), null);
        if (version > steps.Count)
        {
            throw new RegistryException(
                $"the registry {path} has version {version}, and this daemon knows versions up to {steps.Count}: install the PortableVirt that wrote it, or a newer one");
        }

        for (; version < steps.Count; version++)
        {
            using SqliteTransaction step = _connection.BeginTransaction();
            Run(steps[version]);
            Run($"PRAGMA user_version = {version + 1}");
            step.Commit();
        }
    }
}
