using PortableVirt.Analysis.Imports;
using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation;
using PortableVirt.Emulation.Loader;

namespace PortableVirt.VmApp.Core;

/// <summary>
/// Explains a program that the loader gave up on: which DLL or function is missing and who needs it. Looked for only after such
/// an end, so that a start that succeeds costs nothing.
/// </summary>
internal static class MissingLibraries
{
    /// <summary>As <see cref="Explain"/> for a packed program, whose DLLs are all in the package.</summary>
    public static VmExit ExplainPackaged(in VmExit exit, string program)
    {
        NtStatus status = new(exit.NtStatus);
        return status == NtStatus.DllNotFound || status == NtStatus.EntryPointNotFound || status == NtStatus.OrdinalNotFound
            ? new VmExit(ExitCodes.NotFound, $"{program} needs a DLL or a function that the package does not hold: pack it again with the list of a run that uses it (pvctl analyse, pack --from-analysis)", false, exit.NtStatus)
            : exit;
    }

    /// <summary>Gives the exit of a run its reason when it is STATUS_DLL_NOT_FOUND or an entry point that is not there.</summary>
    /// <param name="exit">How it ended.</param>
    /// <param name="program">Host path of the program.</param>
    /// <param name="programFolder">Its folder; null where the program may not see it.</param>
    /// <param name="systemFolder">Host folder of the system's DLLs.</param>
    public static VmExit Explain(in VmExit exit, string program, string? programFolder, string systemFolder)
    {
        NtStatus status = new(exit.NtStatus);
        if (status != NtStatus.DllNotFound && status != NtStatus.EntryPointNotFound && status != NtStatus.OrdinalNotFound)
        {
            return exit;
        }
        using MappedFile file = MappedFile.Open(program);
        if (!PeImage.TryParse(file.Memory, file.FileLength, out PeImage? image, out _))
        {
            return exit;
        }
        using FolderResolver resolver = new(programFolder ?? systemFolder, systemFolder, GateModules.Build(), GateModules.AddedExports);
        ImportClosure closure = ImportClosure.Compute(image, Path.GetFileName(program), resolver);
        if (closure.MissingModules.Count != 0)
        {
            string list = string.Join("; ", closure.MissingModules);
            return new VmExit(ExitCodes.NotFound, $"{program} needs a DLL that is neither beside it nor in the system library: {list}. Put the DLL into the program's folder", false, exit.NtStatus);
        }
        if (closure.MissingFunctions.Count != 0)
        {
            string list = string.Join("; ", closure.MissingFunctions);
            return new VmExit(ExitCodes.NotFound, $"{program} needs a function that a DLL does not have: {list}", false, exit.NtStatus);
        }
        return exit;
    }
}
