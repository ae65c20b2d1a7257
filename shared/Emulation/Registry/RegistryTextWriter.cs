using System.Globalization;
using System.Text;

namespace PortableVirt.Emulation.Registry;

/// <summary>Writes keys in the format that <see cref="RegistryTextReader"/> reads; volatile keys are left out.</summary>
public static class RegistryTextWriter
{
    /// <summary>Writes a key and everything below it. Takes the tree's lock.</summary>
    public static string Write(RegistryTree tree, KeyNode key)
    {
        StringBuilder output = new(RegistryTextReader.Header);
        output.Append('\n');
        lock (tree.Lock)
        {
            WriteKey(output, key, key.Path);
        }
        return output.ToString();
    }

    private static void WriteKey(StringBuilder output, KeyNode key, string path)
    {
        if (key.IsVolatile && key.Parent is not null)
        {
            return;
        }
        output.Append("\n[");
        if (path.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\uFEFF'))
        {
            RegistryTextData.WriteQuoted(output, path);
        }
        else
        {
            output.Append(path);
        }
        output.Append(CultureInfo.InvariantCulture, $"]\n!time={key.LastWriteTime:x16}\n");
        if (key.IsLink)
        {
            output.Append("!link\n");
        }
        if (key.Class is not null)
        {
            output.Append("!class=");
            RegistryTextData.WriteQuoted(output, key.Class);
            output.Append('\n');
        }
        if (key.SecurityDescriptor is not null)
        {
            output.Append("!security=hex:").Append(Convert.ToHexStringLower(key.SecurityDescriptor)).Append('\n');
        }
        foreach (KeyValue value in key.Values)
        {
            if (value.Name.Length == 0)
            {
                output.Append('@');
            }
            else
            {
                RegistryTextData.WriteQuoted(output, value.Name);
            }
            output.Append('=');
            RegistryTextData.Write(output, value.Type, value.Data);
            output.Append('\n');
        }
        foreach (KeyNode child in key.Children)
        {
            WriteKey(output, child, path + "\\" + child.Name);
        }
    }
}
