namespace PortableVirt.Cell.Tests;

/// <summary>A folder for control groups (cgroup v2), as systemd delegates one to the daemon, gone when disposed of.</summary>
internal sealed class TestGroup : IDisposable
{
    public TestGroup()
    {
        // Lines of /proc/mounts: device, folder, type. Version 2 may be there beside version 1.
        string? mount = File.ReadLines("/proc/mounts").Select(line => line.Split(' ')).FirstOrDefault(words => words[2] == "cgroup2")?[1];
        Assert.True(mount is not null, "these tests need cgroup v2, if only beside version 1: mount -t cgroup2 none /sys/fs/cgroup/unified");
        Folder = Directory.CreateDirectory(Path.Combine(mount, $"portablevirt-test-{Guid.NewGuid():N}")).FullName;
    }

    public string Folder { get; }

    public void Dispose()
    {
        for (int i = 0; Directory.Exists(Folder); i++)
        {
            try
            {
                foreach (string group in Directory.GetDirectories(Folder))
                {
                    File.WriteAllText(Path.Combine(group, "cgroup.kill"), "1");
                    Directory.Delete(group);
                }
                Directory.Delete(Folder);
            }
            catch (IOException) when (i < 100)
            {
                // What was in a group has not ended yet.
                Thread.Sleep(20);
            }
        }
    }
}
