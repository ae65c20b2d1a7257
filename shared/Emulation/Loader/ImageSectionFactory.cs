using Microsoft.Win32.SafeHandles;
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
    public static NtStatus Create(Executive executive, SafeFileHandle file, long length, string fileName, uint attributes, uint protection, out SectionObject? section)
    {
        section = null;
        NtStatus status = ReadLayout(file, length, out ImageLayout? layout);
        if (!status.IsSuccess)
        {
            return status;
        }
        section = new ImageSection(executive.GuestMemory, file, layout!, attributes, protection) { FileName = fileName };
        return NtStatus.Success;
    }

    /// <summary>Reads what mapping needs from the headers of a file.</summary>
    public static NtStatus ReadLayout(SafeFileHandle file, long length, out ImageLayout? layout)
    {
        layout = null;
        if (length <= 0)
        {
            return NtStatus.InvalidFileForSection;
        }
        PeImage? image;
        try
        {
            if (!PeImage.TryParseHeaders(file, out image, out PeError? error))
            {
                return new NtStatus(error.Status);
            }
        }
        catch (IOException)
        {
            return NtStatus.InPageError;
        }
        if (!image.Headers.IsPe32Plus || image.Headers.Machine != PeMachine.Amd64)
        {
            return NtStatus.InvalidImageFormat;
        }
        PeHeaders headers = image.Headers;
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
            LoaderFlags = headers.LoaderFlags,
            FileSize = (uint)Math.Min(length, uint.MaxValue),
            Pieces = image.Layout.Pieces.ToArray(),
            IsMappable = image.Layout.IsMappable,
        };
        return NtStatus.Success;
    }
}
