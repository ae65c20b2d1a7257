using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.VmApp.Core;

/// <summary>The program to run: opened and checked before anything else is set up.</summary>
/// <param name="file">Its bytes.</param>
/// <param name="path">Host path, or path on drive C: of a packed program, for messages.</param>
/// <param name="dosPath">Where the guest sees it.</param>
internal sealed class ProgramFile(FileExtent file, string path, string dosPath) : IDisposable
{
    /// <summary>Its bytes.</summary>
    public FileExtent File => file;

    /// <summary>Host path; of a packed program its path in the guest.</summary>
    public string Path => path;

    /// <summary>Where the guest sees it.</summary>
    public string DosPath => dosPath;

    /// <summary>The program of a package, which was checked when it was packed; null when there is none.</summary>
    public static ProgramFile? OpenPackaged(PackagedProgram package)
    {
        string dosPath = @"C:\" + package.ProgramPath.Replace('/', '\\');
        return package.Layer.TryOpen(package.ProgramPath) is { } file ? new ProgramFile(file, dosPath, dosPath) : null;
    }

    /// <summary>Finds the file, follows links, and opens it; null with a failure that is for the user.</summary>
    public static ProgramFile? Open(LaunchOptions options, out VmExit? failure)
    {
        failure = null;
        string path = System.IO.Path.GetFullPath(options.ProgramPath, options.WorkingFolder);
        if (Directory.Exists(path))
        {
            failure = Failed(ExitCodes.CannotRun, $"{path} is a folder, not a program");
            return null;
        }
        SafeFileHandle file;
        try
        {
            file = System.IO.File.OpenHandle(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            failure = Failed(ExitCodes.NotFound, $"{path} does not exist: check the path");
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            failure = Failed(ExitCodes.CannotRun, $"{path} may not be read by you: ask its owner for the right to read it");
            return null;
        }
        catch (IOException e)
        {
            failure = Failed(ExitCodes.CannotRun, $"{path} cannot be opened: {e.Message}");
            return null;
        }
        using MappedFile mapped = MappedFile.Open(file);
        PeError? error = PeImage.TryParse(mapped.Memory, mapped.FileLength, out PeImage? image, out PeError? parseError) ? PeProgram.Check(image) : parseError;
        if (error is not null)
        {
            file.Dispose();
            failure = Failed(ExitCodes.CannotRun, error.Describe(path));
            return null;
        }
        return new ProgramFile(FileExtent.Whole(file), path, PortableVirt.VmApp.Core.DosPath.OfHost(path));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static VmExit Failed(int code, string text) => new(code, text, false, 0);
}
