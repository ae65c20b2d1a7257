using System.Text;

namespace PortableVirt.Emulation.SystemInfo;

/// <summary>
/// SystemFirmwareTableInformation: an SMBIOS table of a machine without serial numbers ([DSP0134] section 7); ACPI and raw
/// firmware memory are not there.
/// </summary>
internal static class FirmwareTables
{
    private const uint ProviderRsmb = 0x52534d42;
    private const uint ActionEnumerate = 0;
    private const uint ActionGet = 1;

    /// <summary>The data that follows the 16-byte header for a provider and action; a status when there is none.</summary>
    public static NtStatus Get(uint provider, uint action, uint table, out byte[] data)
    {
        data = [];
        if (provider != ProviderRsmb)
        {
            return NtStatus.NotImplemented;
        }
        switch (action)
        {
            case ActionEnumerate:
                data = new byte[4];
                return NtStatus.Success;
            case ActionGet when table == 0:
                data = RawSmbios();
                return NtStatus.Success;
            default:
                return action == ActionGet ? NtStatus.NotFound : NtStatus.InvalidParameter;
        }
    }

    private static byte[] RawSmbios()
    {
        InformationBuilder b = new();
        b.U8(0).U8(2).U8(7).U8(0).U32(0);
        b.U8(0).U8(24).U16(0).U8(1).U8(2).U16(0xe000).U8(3).U8(0).U64(8).U16(0).U8(1).U8(0).U8(255).U8(255);
        Strings(b, "PortableVirt", "1", "01/01/2020");
        b.U8(1).U8(27).U16(1).U8(1).U8(2).U8(3).U8(0).U64(0).U64(0).U8(6).U8(0).U8(0);
        Strings(b, "PortableVirt", "PortableVirt", "1");
        b.U8(127).U8(4).U16(2).U16(0);
        b.SetU32(4, (uint)b.Length - 8);
        return b.Data.ToArray();
    }

    private static void Strings(InformationBuilder b, params ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
        {
            b.Bytes(Encoding.ASCII.GetBytes(text)).U8(0);
        }
        b.U8(0);
    }
}
