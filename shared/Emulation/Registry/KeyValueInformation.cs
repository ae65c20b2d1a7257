using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Registry;

/// <summary>The KEY_VALUE_*_INFORMATION structures (wdm.h).</summary>
internal static class KeyValueInformation
{
    /// <summary>Builds a class; null for a class that does not exist.</summary>
    public static InformationBuilder? Build(KeyValue value, uint informationClass, out int fixedLength)
    {
        InformationBuilder b = new();
        uint nameLength = (uint)value.Name.Length * 2, dataLength = (uint)value.Data.Length;
        fixedLength = 0;
        switch (informationClass)
        {
            case 0:
                fixedLength = 12;
                return b.U32(0).U32((uint)value.Type).U32(nameLength).Utf16(value.Name);
            case 1 or 3:
                fixedLength = 20;
                b.U32(0).U32((uint)value.Type).U32(0).U32(dataLength).U32(nameLength).Utf16(value.Name);
                if (dataLength != 0)
                {
                    b.Align(informationClass == 1 ? 4 : 8);
                }
                b.SetU32(8, (uint)b.Length);
                return b.Bytes(value.Data);
            case 2:
                fixedLength = 12;
                return b.U32(0).U32((uint)value.Type).U32(dataLength).Bytes(value.Data);
            case 4:
                fixedLength = 8;
                return b.U32((uint)value.Type).U32(dataLength).Bytes(value.Data);
            default:
                return null;
        }
    }
}
