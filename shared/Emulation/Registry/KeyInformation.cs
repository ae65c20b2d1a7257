using PortableVirt.Emulation.SystemInfo;

namespace PortableVirt.Emulation.Registry;

/// <summary>
/// The KEY_*_INFORMATION structures of NtQueryKey and NtEnumerateKey (wdm.h, ntddk.h). Each gives the whole image and the
/// length of the part before the variable text.
/// </summary>
internal static class KeyInformation
{
    private const uint NoClass = uint.MaxValue;

    /// <summary>Builds a class; null for a class that does not exist.</summary>
    public static InformationBuilder? Build(KeyNode key, uint informationClass, out int fixedLength)
    {
        InformationBuilder b = new();
        fixedLength = 0;
        switch (informationClass)
        {
            case 0:
                fixedLength = 16;
                return b.I64(key.LastWriteTime).U32(0).U32(Bytes(key.Name)).Utf16(key.Name);
            case 1:
                fixedLength = 24;
                return Node(key, b);
            case 2:
                fixedLength = 44;
                return Full(key, b);
            case 3:
                fixedLength = 4;
                string path = key.Path;
                return b.U32(Bytes(path)).Utf16(path);
            case 4:
                b.I64(key.LastWriteTime).U32(0);
                Counts(key, b, withClass: false).U32(Bytes(key.Name)).Align(8);
                fixedLength = b.Length;
                return b;
            case 5:
                fixedLength = 12;
                return b.U32(key.Wow64Flags).U32((key.IsVolatile ? 1u : 0) | (key.IsLink ? 2u : 0)).U32(key.ControlFlags);
            case 6 or 7 or 8 or 9:
                fixedLength = 4;
                return b.U32(0);
            default:
                return null;
        }
    }

    private static InformationBuilder Node(KeyNode key, InformationBuilder b)
    {
        b.I64(key.LastWriteTime).U32(0).U32(NoClass).U32(Bytes(key.Class)).U32(Bytes(key.Name)).Utf16(key.Name);
        if (key.Class is { Length: > 0 } text)
        {
            b.SetU32(12, (uint)b.Align(4));
            b.Utf16(text);
        }
        return b;
    }

    private static InformationBuilder Full(KeyNode key, InformationBuilder b)
    {
        b.I64(key.LastWriteTime).U32(0).U32(key.Class is { Length: > 0 } ? 44 : NoClass).U32(Bytes(key.Class));
        return Counts(key, b, withClass: true).Utf16(key.Class);
    }

    private static InformationBuilder Counts(KeyNode key, InformationBuilder b, bool withClass)
    {
        uint name = 0, keyClass = 0, valueName = 0, valueData = 0;
        foreach (KeyNode child in key.Children)
        {
            name = Math.Max(name, Bytes(child.Name));
            keyClass = Math.Max(keyClass, Bytes(child.Class));
        }
        foreach (KeyValue value in key.Values)
        {
            valueName = Math.Max(valueName, Bytes(value.Name));
            valueData = Math.Max(valueData, (uint)value.Data.Length);
        }
        b.U32((uint)key.ChildCount).U32(name);
        if (withClass)
        {
            b.U32(keyClass);
        }
        return b.U32((uint)key.ValueCount).U32(valueName).U32(valueData);
    }

    private static uint Bytes(string? text) => (uint)(text?.Length ?? 0) * 2;
}
