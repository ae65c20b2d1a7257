using PortableVirt.Analysis.Pe;
using PortableVirt.Emulation.Memory;

namespace PortableVirt.Emulation.Loader;

/// <summary>Makes image sections from files, by NT's rules of acceptance.</summary>
public static class ImageSectionFactory
{
    /// <summary>
    /// Checks a file and makes its image section, which owns <paramref name="file"/> from then on. Statuses are those of
    /// NtCreateSection(SEC_IMAGE): STATUS_INVALID_IMAGE_NOT_MZ, STATUS_INVALID_IMAGE_FORMAT...
    /// </summary>
    public static NtStatus Create(Executive executive, FileExtent file, string fileName, uint attributes, uint protection, out SectionObject? section)
    {
        section = null;
        NtStatus status = ReadLayout(file, out ImageLayout? layout);
        if (!status.IsSuccess)
        {
            return status;
        }
        layout = layout! with { HasAbsentPages = executive.Unseen is not null };
        section = new ImageSection(executive.GuestMemory, file, executive.ModuleExtender?.Extend(fileName, layout) ?? layout, attributes, protection) { FileName = fileName };
        return NtStatus.Success;
    }

    /// <summary>
    /// Reads what mapping needs from the headers of a file. 32-bit files are images too: programs load resources and managed code from them. Whether
    /// the processor's mode fits is the loader's question.
    /// </summary>
    public static NtStatus ReadLayout(FileExtent file, out ImageLayout? layout)
    {
        layout = null;
        if (file.Length <= 0)
        {
            return NtStatus.InvalidFileForSection;
        }
        PeImage? image;
        PeComDescriptor managed = default;
        bool isManaged;
        try
        {
            if (!PeImage.TryParseHeaders(file, out image, out PeError? error))
            {
                return new NtStatus(error.Status);
            }
            isManaged = PeComDescriptor.TryRead(image, file, out managed);
        }
        catch (IOException)
        {
            return NtStatus.InPageError;
        }
        PeHeaders headers = image.Headers;
        if (headers.Machine != (headers.IsPe32Plus ? PeMachine.Amd64 : PeMachine.I386))
        {
            return NtStatus.InvalidImageFormat;
        }
        bool containsCode = ContainsCode(image);
        layout = new ImageLayout
        {
            ImageBase = headers.ImageBase,
            SizeOfImage = image.Layout.SizeOfImage,
            EntryPoint = headers.AddressOfEntryPoint,
            StackReserve = headers.SizeOfStackReserve,
            StackCommit = headers.SizeOfStackCommit,
            Machine = (ushort)headers.Machine,
            Subsystem = (ushort)headers.Subsystem,
            SubsystemVersion = headers.SubsystemVersion,
            Characteristics = (ushort)headers.Characteristics,
            DllCharacteristics = (ushort)headers.DllCharacteristics,
            CheckSum = headers.CheckSum,
            LoaderFlags = isManaged ? 1u : 0,
            ContainsCode = containsCode,
            Flags = FlagsOf(image, containsCode, isManaged, managed),
            FileSize = (uint)Math.Min(file.Length, uint.MaxValue),
            Pieces = image.Layout.Pieces.ToArray(),
            IsMappable = image.Layout.IsMappable,
        };
        return NtStatus.Success;
    }

    private static bool ContainsCode(PeImage image)
    {
        PeHeaders headers = image.Headers;
        if (headers.SizeOfCode != 0 || headers.AddressOfEntryPoint != 0 || image.IsFlat)
        {
            return true;
        }
        foreach (PeSection section in image.Sections)
        {
            if (section.Flags.HasFlag(PeSectionFlags.Execute))
            {
                return true;
            }
        }
        return false;
    }

    private static ImageFlags FlagsOf(PeImage image, bool containsCode, bool isManaged, in PeComDescriptor managed)
    {
        ImageFlags flags = image.IsFlat ? ImageFlags.ImageMappedFlat : ImageFlags.None;
        if (containsCode && !isManaged && image.Headers.DllCharacteristics.HasFlag(PeDllCharacteristics.DynamicBase))
        {
            flags |= ImageFlags.ImageDynamicallyRelocated;
        }
        if (isManaged && managed.IsIlOnly)
        {
            flags |= ImageFlags.ComPlusILOnly;
            if (!image.Headers.IsPe32Plus)
            {
                flags |= managed.Requires32Bit ? ImageFlags.None : ImageFlags.ComPlusNativeReady;
                flags |= managed.Prefers32Bit ? ImageFlags.ComPlusPrefer32Bit : ImageFlags.None;
            }
        }
        return flags;
    }
}
