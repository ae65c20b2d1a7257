using PortableVirt.Analysis.Pe;

namespace PortableVirt.Analysis.Tests.Pe;

/// <summary>Uses every reader of the PE model on one file.</summary>
internal static class PeExercise
{
    /// <summary>Reads all that can be read; true when the headers were accepted.</summary>
    public static bool ReadEverything(ReadOnlyMemory<byte> file)
    {
        if (!PeImage.TryParse(file, out PeImage? image, out PeError? error))
        {
            Assert.NotEmpty(error.Describe("x"));
            return false;
        }
        PeProgram.Check(image);
        foreach (PePiece piece in image.Layout.Pieces)
        {
            Assert.True(piece.FileOffset + (long)piece.FileLength <= file.Length || piece.FileLength == 0);
            Assert.True((ulong)piece.Rva + piece.VirtualSize <= image.Layout.SizeOfImage);
            Assert.True(piece.FileLength <= piece.VirtualSize);
        }
        ReadTables(image);
        foreach (PeResource resource in PeResources.Read(image))
        {
            PeResources.TryGetData(image, resource, out _);
        }
        PeVersionInfo.TryRead(image, out _);
        PeComDescriptor.TryRead(image, out _);
        PeLoadConfig.TryRead(image, out _);
        if (PeTls.TryRead(image, out PeTls tls))
        {
            tls.ReadCallbacks(image);
        }
        PeCertificate.Read(image);
        PeChecksum.Compute(file.Span, image.Headers.CheckSumOffset);
        return true;
    }

    private static void ReadTables(PeImage image)
    {
        foreach (PeExport export in image.Exports.Named)
        {
            image.Exports.TryFind(export.Name!, out _);
            image.Exports.TryFind(export.Ordinal, out _);
        }
        foreach (PeImportedModule module in PeImports.Read(image).Concat(PeImports.ReadDelayed(image)))
        {
            _ = module.Functions.Count();
        }
        _ = PeRelocations.Read(image).Count();
    }
}
