using Microsoft.Win32.SafeHandles;
using PortableVirt.Analysis.Pe;

namespace PortableVirt.VmApp.Core;

/// <summary>The program to run: opened and checked before anything else is set up.</summary>
internal static class ProgramFile
{
    /// <summary>Finds the file, follows links, and opens it. The failure is for the user.</summary>
    public static (SafeFileHandle? File, string Path, VmExit? Failure) Open(LaunchOptions options)
    {
        string path = Path.GetFullPath(options.ProgramPath, options.WorkingFolder);
        if (Directory.Exists(path))
        {
            return (null, path, Failed(ExitCodes.CannotRun, $"{path} is a folder, not a program"));
        }
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, path, Failed(ExitCodes.NotFound, $"{path} does not exist: check the path"));
        }
        catch (UnauthorizedAccessException)
        {
            return (null, path, Failed(ExitCodes.CannotRun, $"{path} may not be read by you: ask its owner for the right to read it"));
        }
        catch (IOException e)
        {
            return (null, path, Failed(ExitCodes.CannotRun, $"{path} cannot be opened: {e.Message}"));
        }
        using MappedFile mapped = MappedFile.Open(file);
        PeError? error = PeImage.TryParse(mapped.Memory, mapped.FileLength, out PeImage? image, out PeError? parseError) ? PeProgram.Check(image) : parseError;
        if (error is not null)
        {
            file.Dispose();
            return (null, path, Failed(ExitCodes.CannotRun, error.Describe(path)));
        }
        return (file, path, null);
    }

    private static VmExit Failed(int code, string text) => new(code, text, false, 0);
}
