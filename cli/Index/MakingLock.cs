using PortableVirt.Cli.Output;

namespace PortableVirt.Cli.Index;

/// <summary>Lets one process at a time make a package; the lock goes with its process.</summary>
public sealed class MakingLock : IDisposable
{
    private const int WouldBlock = 11;
    private const int RetryMilliseconds = 50;

    private const string Suffix = ".lock";

    private readonly FileStream _file;

    private MakingLock(FileStream file) => _file = file;

    /// <summary>Takes away what a maker that was killed left: the lock's file, which holds nothing.</summary>
    public static void Forget(string package) => File.Delete(package + Suffix);

    /// <summary>Takes the lock of a package that is to be written, and waits for who has it.</summary>
    /// <param name="package">Full path of the package; its folder exists.</param>
    /// <param name="progress">Told that another makes it.</param>
    public static MakingLock Take(string package, Progress progress)
    {
        for (bool isTold = false; ; isTold = true)
        {
            try
            {
                // .NET keeps others out with flock(2), and removes the file while it still has the lock.
                return new MakingLock(new FileStream(package + Suffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                if (!isTold)
                {
                    progress.Wait("waiting for another pvctl that makes this package");
                }
                Thread.Sleep(RetryMilliseconds);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
